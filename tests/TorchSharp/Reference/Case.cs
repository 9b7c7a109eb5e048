using static TorchSharp.torch;

namespace Federated.TorchSharp.Tests.Reference;

/// <summary>One row of the comparison with Python's torch.</summary>
/// <param name="Name">What is compared; unique in the table.</param>
/// <param name="Python">Expression over x, y, z, w (see reference.py).</param>
/// <param name="CSharp">The same, given the inputs.</param>
/// <param name="Inputs">Recipes of the inputs; made once a dtype and sent to Python as numbers.</param>
public sealed record Case(string Name, string Python, Func<Tensor[], Tensor[]> CSharp, params Input[] Inputs)
{
    /// <summary>Whether gradients by all floating-point inputs are compared too.</summary>
    public bool Gradients { get; init; } = true;

    public Case(string name, string python, Func<Tensor, Tensor> csharp, Input x)
        : this(name, python, inputs => [csharp(inputs[0])], x) { }

    public Case(string name, string python, Func<Tensor, Tensor, Tensor> csharp, Input x, Input y)
        : this(name, python, inputs => [csharp(inputs[0], inputs[1])], x, y) { }

    public Case(string name, string python, Func<Tensor, Tensor, Tensor, Tensor> csharp, Input x, Input y, Input z)
        : this(name, python, inputs => [csharp(inputs[0], inputs[1], inputs[2])], x, y, z) { }

    public override string ToString() => Name;
}

/// <summary>Recipe of an input: floating-point ones take the dtype that is being tested.</summary>
public sealed class Input(string description, Func<Generator, ScalarType, Tensor> make)
{
    public Tensor Make(Generator generator, ScalarType dtype) => make(generator, dtype);

    public override string ToString() => description;

    public static Input Normal(params long[] shape) => new(Text(shape), (g, dtype) => randn(shape, dtype, generator: g));

    /// <summary>In [0.1, 1.1): inside the domain of log, sqrt and powers.</summary>
    public static Input Positive(params long[] shape) => new(Text(shape), (g, dtype) => rand(shape, dtype, generator: g).add(0.1));

    /// <summary>In [0.05, 0.95]: probabilities.</summary>
    public static Input Unit(params long[] shape) => new(Text(shape), (g, dtype) => rand(shape, dtype, generator: g).mul(0.9).add(0.05));

    /// <summary>Zeros and ones in the dtype tested: targets.</summary>
    public static Input Labels(params long[] shape) => new(Text(shape), (g, dtype) => rand(shape, dtype, generator: g).gt(0.5).to(dtype));

    public static Input Mask(params long[] shape) => new(Text(shape), (g, _) => rand(shape, float64, generator: g).gt(0.5));

    public static Input Integers(long high, params long[] shape) => new(Text(shape), (g, _) => randint(0, high, shape, generator: g));

    public static Input Of(params long[] values) => new(Text(values), (_, _) => tensor(values));

    public static Input Floats(params double[] values) =>
        new("[" + string.Join(" ", values) + "]", (_, dtype) => tensor(values, dtype: dtype));

    private static string Text(long[] shape) => "[" + string.Join("x", shape) + "]";
}
