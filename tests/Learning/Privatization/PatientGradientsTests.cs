using System.Text.Json.Nodes;
using Federated.Data;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Fixtures;
using Federated.Learning.Privatization;

namespace Federated.Learning.Tests.Privatization;

/// <summary>The clipped sum against gradients of each patient that Python's torch forms one by one, in double precision.</summary>
[TestClass]
public sealed class PatientGradientsTests
{
    private const string Reference = """
        import json, sys, torch

        torch.set_num_threads(1)

        def clipped_sum(case):
            widths, n, clip = case['widths'], len(case['labels']), case['norm']
            x = torch.tensor(case['inputs'], dtype=torch.float64).view(n, widths[0])
            y = torch.tensor(case['labels'], dtype=torch.float64)
            flat = torch.tensor(case['model'], dtype=torch.float64)
            parameters, at = [], 0
            for inputs, outputs in zip(widths, widths[1:]):
                for shape in ((outputs, inputs), (outputs,)):
                    size = outputs * (inputs if len(shape) == 2 else 1)
                    parameters.append(flat[at:at + size].view(shape).clone().requires_grad_())
                    at += size
            total = torch.zeros_like(flat)
            for patient in case['batch']:
                rows = [i for i in range(n) if case['patients'][i] == patient]
                h = x[rows]
                for i in range(0, len(parameters), 2):
                    h = torch.nn.functional.linear(h if i == 0 else torch.relu(h), parameters[i], parameters[i + 1])
                loss = torch.nn.functional.binary_cross_entropy_with_logits(h.view(-1), y[rows], reduction='sum')
                gradients = torch.autograd.grad(loss, parameters)
                layers = [torch.cat([gradients[i].reshape(-1), gradients[i + 1]]) for i in range(0, len(gradients), 2)]
                parts = [torch.cat(layers)] if case['flat'] else layers
                limit = clip / len(parts) ** 0.5
                total -= torch.cat([part * min(1, limit / max(part.norm().item(), 1e-300)) for part in parts])
            return total.tolist()

        print(json.dumps([clipped_sum(case) for case in json.load(sys.stdin)]))
        """;

    /// <summary>What is compared; all of it in one process of Python, which takes seconds to start.</summary>
    private static readonly (string Name, Case Case)[] Cases =
    [
        ("logistic, one row a patient", Of(37, 37, 0.5, ClippingManner.Flat)),
        ("logistic, two or three rows a patient", Of(37, 90, 0.7, ClippingManner.Flat)),
        ("everybody is clipped", Of(37, 90, 1e-3, ClippingManner.Flat, 64, 32)),
        ("nobody is clipped", Of(37, 90, 1e6, ClippingManner.Flat, 64, 32)),
        ("some are clipped", Of(20, 60, 1.0, ClippingManner.Flat, 64, 32)),
        ("layer by layer", Of(20, 60, 1.0, ClippingManner.PerLayer, 64, 32)),
        ("layer by layer with one layer is flat", Of(20, 41, 0.5, ClippingManner.PerLayer)),
        ("one hidden unit", Of(11, 30, 0.8, ClippingManner.Flat, 1)),
        ("widths that fill no vector", Of(11, 30, 0.8, ClippingManner.PerLayer, 33, 31, 17)),
        ("one patient with all rows", Of(1, 9, 0.5, ClippingManner.Flat, 8)),
        ("several chunks", Of(700, 1900, 0.9, ClippingManner.Flat, 8)),
        ("one patient alone is more than a chunk", Of(1, PatientGradients.ChunkRows + 9, 2, ClippingManner.PerLayer, 4)),
        ("the least number", At(float.Epsilon)),
        ("denormal numbers", At(1e-40f)),
        ("negative zeros", At(-0f)),
        ("huge numbers", At(1e30f)),
    ];

    [TestMethod]
    public void Pythons_torch_sums_the_same_gradients_one_patient_at_a_time()
    {
        var answers = Python.Run(Reference, new JsonArray([.. Cases.Select(each => each.Case.ToJson())])).AsArray();

        Assert.HasCount(Cases.Length, answers);
        foreach (var ((name, work), answer) in Cases.Zip(answers))
        {
            double[] expected = [.. answer!.AsArray().Select(x => x!.GetValue<double>())];

            var (sum, ignored) = Sum(work.Shape, work.Rows, work.Clipping, work.Model, work.Batch);

            Assert.AreEqual(0, ignored, name);
            Assert.IsLessThan(1e-5, Visits.Distance(sum, expected), name);
        }
    }

    [TestMethod]
    public void A_patient_with_more_rows_than_a_chunk_is_still_one_unit()
    {
        var data = Visits.Of(2, (3 * PatientGradients.ChunkRows) + 1);
        var shape = new ModelShape(data.Width, 4);

        var (sum, _) = Sum(shape, data, new GradientClipping(1, ClippingManner.Flat), Visits.Model(shape), [1]);

        Assert.AreEqual(1, Visits.Norm(sum), 2e-6, "many rows that agree are clipped to C together");
    }

    [TestMethod]
    public void Rows_that_cancel_each_other_leave_no_more_than_C()
    {
        // At the zero model both rows' weights have opposite derivatives, 16 million times the bias's: what is left is all rounding.
        var data = Visits.Of(1, 2).WithInputs([1.6e7f, -1.3e7f, 3.3e6f, -1.6e7f, 1.3e7f, -3.3e6f]);
        var shape = new ModelShape(data.Width);

        var (sum, ignored) = Sum(shape, data, new GradientClipping(0.25, ClippingManner.Flat), new float[4], [0]);

        Assert.AreEqual(0, ignored);
        Assert.IsLessThanOrEqualTo(0.25, Visits.Norm(sum));
    }

    [TestMethod]
    public void An_empty_batch_sums_to_zero_and_so_does_nobody()
    {
        var data = Visits.Of(5, 5);
        var shape = new ModelShape(data.Width, 3);
        var clipping = new GradientClipping(1, ClippingManner.Flat);

        var (empty, _) = Sum(shape, data, clipping, Visits.Model(shape), []);
        var (nobody, _) = Sum(shape, data.Select([]), clipping, Visits.Model(shape), []);

        Assert.IsTrue(empty.All(x => x == 0));
        Assert.IsTrue(nobody.All(x => x == 0));
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    [DataRow(float.NegativeInfinity)]
    [DataRow(3e38f, DisplayName = "finite, and overflows inside the network")]
    public void A_patient_whose_gradient_is_no_finite_number_contributes_zero_and_is_counted(float value)
    {
        var data = Visits.Of(6, 12);
        var shape = new ModelShape(data.Width, 40, 24);
        var model = Visits.Model(shape, 2);
        foreach (var manner in Enum.GetValues<ClippingManner>())
        {
            var clipping = new GradientClipping(1, manner);

            var (sum, ignored) = Sum(
                shape,
                data.With(row: 8, 1, value).With(row: 8, 0, value).With(row: 8, 2, -value),
                clipping,
                model,
                [0, 1, 2, 4]
            );
            var (without, _) = Sum(shape, data, clipping, model, [0, 1, 4]);

            Assert.AreEqual(1, ignored, "both of patient 2's rows are one patient");
            Assert.IsLessThan(1e-14, Visits.Distance(sum, without), "the others are summed as if it had not been there");
        }
    }

    [TestMethod]
    public void A_model_that_is_not_finite_leaves_nothing_of_anybody()
    {
        var data = Visits.Of(6, 6);
        var shape = new ModelShape(data.Width, 8);
        var model = Visits.Model(shape);
        model[3] = float.NaN;

        var (sum, ignored) = Sum(shape, data, new GradientClipping(1, ClippingManner.Flat), model, [0, 1, 2, 3, 4, 5]);

        Assert.AreEqual(6, ignored);
        Assert.IsTrue(sum.All(x => x == 0));
    }

    [TestMethod]
    [DataRow(new int[0])]
    [DataRow(new[] { 40 })]
    [DataRow(new[] { 64, 32 })]
    public void What_a_row_gives_depends_on_no_other_row_bit_for_bit(int[] hidden)
    {
        var data = Visits.Of(61, 61);
        var shape = new ModelShape(data.Width, hidden);
        var (together, alone) = (new ChunkPass(shape, 64), new ChunkPass(shape, 8));
        together.Load(Visits.Model(shape));
        alone.Load(Visits.Model(shape));
        for (var r = 0; r < data.Count; r++)
        {
            together.Put(r, data.Row(r), data.Labels.Span[r]);
        }

        together.Run(data.Count);

        for (var r = 0; r < data.Count; r++)
        {
            alone.Put(0, data.Row(r), data.Labels.Span[r]);
            alone.Run(1);
            for (var l = 0; l < shape.Layers.Length; l++)
            {
                Assert.IsTrue(together.Input(l, r).SequenceEqual(alone.Input(l, 0)), $"inputs of layer {l}, row {r}");
                Assert.IsTrue(together.Delta(l, r).SequenceEqual(alone.Delta(l, 0)), $"derivatives of layer {l}, row {r}");
                Assert.AreEqual(together.SquaredNorm(l, r), alone.SquaredNorm(l, 0), $"norm of layer {l}, row {r}");
            }
        }
    }

    [TestMethod]
    public void The_width_of_the_processors_vectors_changes_no_bit()
    {
        var random = new KeyedRandom("tiles");
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
        var (rows, panels, start) = (Numbers(16 * 45), Numbers(64 * 45), Numbers(64));
        var (wide, narrow) = (new float[16 * 64], new float[16 * 64]);
        RowProducts.Multiply(16, 45, rows, 45, panels, start, wide, isWide: true);
        RowProducts.Multiply(16, 45, rows, 45, panels, start, narrow, isWide: false);

        var shape = new ModelShape(21, 19);
        var (inputs, deltas, weights) = (Numbers(13 * 32), Numbers(13 * 32), new double[13]);
        var (wideSum, narrowSum) = (new double[22 * 19], new double[22 * 19]);
        weights.AsSpan().Fill(0.3);
        new WeightedProduct(16, shape, isWide: true).Sum(shape.Layers[0], 13, inputs, 32, deltas, 32, weights, wideSum);
        new WeightedProduct(16, shape, isWide: false).Sum(shape.Layers[0], 13, inputs, 32, deltas, 32, weights, narrowSum);

        CollectionAssert.AreEqual(wide, narrow);
        CollectionAssert.AreEqual(wideSum, narrowSum);
        Assert.IsTrue(wide.All(x => x != 0) && wideSum.All(x => x != 0));
    }

    [TestMethod]
    public void A_step_allocates_nothing()
    {
        var data = Visits.Of(700, 1400);
        var shape = new ModelShape(data.Width, 32);
        var gradients = new PatientGradients(shape, data, new GradientClipping(1, ClippingManner.Flat));
        var (model, sum) = (Visits.Model(shape), new double[shape.ParameterCount]);
        int[] batch = [.. Enumerable.Range(0, 700)];
        gradients.Sum(model, batch, sum);

        var before = GC.GetAllocatedBytesForCurrentThread();
        gradients.Sum(model, batch, sum);

        Assert.AreEqual(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [TestMethod]
    [DataRow(new[] { 1, 1 }, DisplayName = "a patient who is in it twice")]
    [DataRow(new[] { 2, 1 }, DisplayName = "out of order")]
    [DataRow(new[] { -1 })]
    [DataRow(new[] { 5 }, DisplayName = "a patient who is not there")]
    public void A_batch_that_is_none_is_the_callers_bug(int[] batch)
    {
        var data = Visits.Of(5, 8);
        var shape = new ModelShape(data.Width);
        var gradients = new PatientGradients(shape, data, new GradientClipping(1, ClippingManner.Flat));

        Assert.ThrowsExactly<ArgumentException>(() => gradients.Sum(new float[4], batch, new double[4]));
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(-1.0)]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    public void A_clipping_norm_that_bounds_nothing_is_refused(double norm)
    {
        var data = Visits.Of(5, 8);

        Assert.ThrowsExactly<ArgumentException>(() =>
            new PatientGradients(new ModelShape(data.Width), data, new GradientClipping(norm, ClippingManner.Flat))
        );
    }

    [TestMethod]
    public void Shapes_that_do_not_fit_are_the_callers_bug()
    {
        var data = Visits.Of(5, 8);
        var clipping = new GradientClipping(1, ClippingManner.Flat);
        var gradients = new PatientGradients(new ModelShape(data.Width), data, clipping);

        Assert.ThrowsExactly<ArgumentException>(() => new PatientGradients(new ModelShape(data.Width + 1), data, clipping));
        Assert.ThrowsExactly<ArgumentException>(() => gradients.Sum(new float[3], [0], new double[4]));
        Assert.ThrowsExactly<ArgumentException>(() => gradients.Sum(new float[4], [0], new double[5]));
    }

    private static (double[] Sum, int Ignored) Sum(
        ModelShape shape,
        EncodedRows rows,
        GradientClipping clipping,
        float[] model,
        int[] batch
    )
    {
        var sum = new double[shape.ParameterCount];
        sum.AsSpan().Fill(double.NaN); // what was there before must not matter
        var ignored = new PatientGradients(shape, rows, clipping).Sum(model, batch, sum);
        return (sum, ignored);
    }

    private static Case Of(int patients, int rows, double norm, ClippingManner manner, params int[] hidden)
    {
        var data = Visits.Of(patients, rows);
        var shape = new ModelShape(data.Width, hidden);
        int[] batch = [.. Enumerable.Range(0, patients).Where(p => p % 5 != 3)];
        return new Case(shape, data, new GradientClipping(norm, manner), Visits.Model(shape), batch);
    }

    /// <summary>Three patients whose every number is at one edge.</summary>
    private static Case At(float edge)
    {
        var data = Visits.Of(3, 3).WithInputs([.. Enumerable.Range(0, 9).Select(i => i % 2 == 0 ? edge : -edge)]);
        return new Case(new ModelShape(3), data, new GradientClipping(0.5, ClippingManner.Flat), [1e-3f, -2e-3f, 2e-3f, 0.25f], [0, 1, 2]);
    }

    private sealed record Case(ModelShape Shape, EncodedRows Rows, GradientClipping Clipping, float[] Model, int[] Batch)
    {
        public JsonObject ToJson()
        {
            var numbers = new List<PatientDigest>();
            var patients = new int[Rows.Count];
            for (var i = 0; i < patients.Length; i++)
            {
                patients[i] = numbers.IndexOf(Rows.Patients[i]);
                if (patients[i] < 0)
                {
                    patients[i] = numbers.Count;
                    numbers.Add(Rows.Patients[i]);
                }
            }

            return new JsonObject
            {
                ["widths"] = Array([Shape.Inputs, .. Shape.Layers.Select(layer => layer.Outputs)]),
                ["inputs"] = Array(Rows.Inputs.ToArray().Select(x => (double)x)),
                ["labels"] = Array(Rows.Labels.ToArray().Select(x => (double)x)),
                ["model"] = Array(Model.Select(x => (double)x)),
                ["patients"] = Array(patients),
                ["batch"] = Array(Batch),
                ["norm"] = Clipping.Norm,
                ["flat"] = Clipping.Manner == ClippingManner.Flat,
            };
        }
    }

    private static JsonArray Array<T>(IEnumerable<T> items) => new([.. items.Select(item => (JsonNode)JsonValue.Create(item)!)]);
}
