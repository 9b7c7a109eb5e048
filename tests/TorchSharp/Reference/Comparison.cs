using static TorchSharp.torch;

namespace Federated.TorchSharp.Tests.Reference;

/// <summary>Both sides of one case, in one dtype.</summary>
public sealed record Comparison(Case Case, ScalarType Dtype, Wire[] Inputs, Answer Python)
{
    // Relative to 1 + |expected|. One rounding of float64 is 1e-16, of float32 6e-8; sums of some hundred terms may be added in another
    // order by another libtorch. Both sides here run the same kernels when they run the same libtorch.
    private double Tolerance => Dtype == ScalarType.Float64 ? 1e-12 : 1e-5;

    public void Check()
    {
        Assert.IsNull(Python.Error, $"{Case.Name}: reference.py failed");
        using var scope = NewDisposeScope();
        Tensor[] inputs = [.. Inputs.Select(Decode)];
        if (Case.Gradients)
        {
            foreach (var input in inputs.Where(input => input.is_floating_point()))
            {
                input.requires_grad_();
            }
        }

        var values = Case.CSharp(inputs);
        Assert.HasCount(Python.Values!.Length, values, $"{Case.Name}: number of results");
        for (var i = 0; i < values.Length; i++)
        {
            CheckOne($"{Case.Name} {Dtype}, value {i}", Python.Values[i], Wire.Of(values[i]));
        }

        if (Case.Gradients)
        {
            CheckGradients(inputs, [.. values.Where(value => value.requires_grad)]);
        }
    }

    private void CheckGradients(Tensor[] inputs, Tensor[] recorded)
    {
        autograd.backward(recorded, [.. recorded.Select(Cotangent)]);
        Tensor[] floating = [.. inputs.Where(input => input.is_floating_point())];
        for (var i = 0; i < floating.Length; i++)
        {
            var gradient = floating[i].grad;
            var expected = Python.Gradients![i];
            Assert.AreEqual(expected is null, gradient is null, $"{Case.Name} {Dtype}: gradient {i} is there");
            if (expected is not null)
            {
                CheckOne($"{Case.Name} {Dtype}, gradient {i}", expected, Wire.Of(gradient!));
            }
        }
    }

    private void CheckOne(string what, Wire expected, Wire actual)
    {
        Assert.AreEqual(expected.Dtype, actual.Dtype, $"{what}: dtype");
        CollectionAssert.AreEqual(expected.Shape, actual.Shape, $"{what}: shape");
        var (wanted, got) = (expected.Values(), actual.Values());
        for (var i = 0; i < wanted.Length; i++)
        {
            var close = wanted[i].Equals(got[i]) || Math.Abs(wanted[i] - got[i]) <= Tolerance * (1 + Math.Abs(wanted[i]));
            Assert.IsTrue(close, $"{what}, element {i}: Python has {wanted[i]:R}, we have {got[i]:R}");
        }
    }

    private static Tensor Cotangent(Tensor like) => arange(like.numel(), dtype: float64).cos().reshape(like.shape).to(like.dtype);

    private static Tensor Decode(Wire wire)
    {
        var dtype = wire.Dtype switch
        {
            "float32" => float32,
            "float64" => float64,
            "int64" => int64,
            "bool" => ScalarType.Bool,
            var other => throw new NotSupportedException($"{other} is no input type here."),
        };
        return tensor(wire.Values(), wire.Shape, dtype: dtype);
    }
}
