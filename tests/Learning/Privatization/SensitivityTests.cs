using System.Numerics;
using Federated.Data;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Learning.Privatization;
using Federated.Privacy;
using Federated.Privacy.Quantization;

namespace Federated.Learning.Tests.Privatization;

/// <summary>
/// Secure-aggregation design, section 6.2, test 23: how far the integer vector moves when a patient comes or goes, measured from the input file on and compared in exact integers. The grid
/// is so fine that its own rounding is less than what clipping sets aside for the arithmetic before it.
/// </summary>
[TestClass]
public sealed class SensitivityTests
{
    private static readonly StudyPlan Plan = SamplePlan.For("alpha", "beta");

    [TestMethod]
    [DataRow(ClippingManner.Flat, new int[0])]
    [DataRow(ClippingManner.Flat, new[] { 20, 10 })]
    [DataRow(ClippingManner.PerLayer, new[] { 20, 10 })]
    public void Without_one_line_of_the_file_and_the_others_in_any_order_the_lanes_move_by_at_most_delta(
        ClippingManner manner,
        int[] hidden
    )
    {
        var random = new KeyedRandom($"a line less/{manner}/{hidden.Length}");
        var shape = new ModelShape(Plan.Layout.Width, hidden);
        for (var turn = 0; turn < 60; turn++)
        {
            var lines = Patients.Csv($"turn {turn}", 2 + random.NextInt32(60)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var clipping = new GradientClipping(Math.Pow(10, (4 * random.NextDouble()) - 3), manner);
            var model = Visits.Model(shape, Math.Pow(10, 3 * random.NextDouble()));

            var patients = lines[1..];
            var with = Lanes(shape, Read(lines[0], patients), clipping, model);
            random.Shuffle(patients.AsSpan());
            var without = Lanes(shape, Read(lines[0], patients[1..]), clipping, model);

            AssertWithinDelta(with, without, Grid(shape, clipping.Norm));
        }
    }

    [TestMethod]
    [DataRow("outliers")]
    [DataRow("cancelling rows")]
    [DataRow("all in one direction")]
    [DataRow("large first")]
    [DataRow("small first")]
    [DataRow("some are no numbers")]
    public void Patients_who_were_made_to_break_the_arithmetic_move_the_lanes_by_at_most_delta(string kind)
    {
        foreach (var manner in Enum.GetValues<ClippingManner>())
        {
            foreach (var hidden in new int[][] { [], [24] })
            {
                var random = new KeyedRandom($"hostile/{kind}/{manner}/{hidden.Length}");
                var rows = Hostile(kind, random);
                var shape = new ModelShape(rows.Width, hidden);
                var model = hidden.Length == 0 ? new float[4] : Visits.Model(shape);
                var clipping = new GradientClipping(0.7, manner);
                var gradients = new PatientGradients(shape, rows, clipping);
                var all = Quantized(gradients, Enumerable.Range(0, gradients.Patients), model, clipping.Norm, shape);
                for (var turn = 0; turn < 12; turn++)
                {
                    var gone = random.NextInt32(gradients.Patients);
                    var without = Quantized(gradients, Enumerable.Range(0, gradients.Patients).Where(p => p != gone), model, 0.7, shape);

                    AssertWithinDelta(all, without, Grid(shape, clipping.Norm));
                }
            }
        }
    }

    [TestMethod]
    public void A_bound_a_little_smaller_is_exceeded()
    {
        var shape = new ModelShape(3);
        var clipping = new GradientClipping(0.01, ClippingManner.Flat); // far below every gradient's norm: all are clipped
        var gradients = new PatientGradients(shape, Visits.Of(30, 30), clipping);
        var all = Quantized(gradients, Enumerable.Range(0, 30), new float[4], clipping.Norm, shape);
        var without = Quantized(gradients, Enumerable.Range(0, 29), new float[4], clipping.Norm, shape);

        Assert.IsTrue(IsWithin(all, without, Grid(shape, clipping.Norm).Sensitivity));
        Assert.IsFalse(
            IsWithin(all, without, Grid(shape, clipping.Norm).Sensitivity * (1 - Math.ScaleB(1, -18))),
            "or else these tests could not fail"
        );
    }

    /// <summary>What the design warns of: the same clipped gradients, added in float32.</summary>
    [TestMethod]
    public void The_same_sum_in_float32_moves_by_more_than_delta()
    {
        var (shape, clipping) = (new ModelShape(3), new GradientClipping(0.01, ClippingManner.Flat));
        var gradients = new PatientGradients(shape, Visits.Of(600, 600), clipping);
        var (single, one) = (new float[4], new double[4]);
        var worst = 0.0;
        for (var p = 0; p < gradients.Patients; p++)
        {
            gradients.Sum(new float[4], [p], one);
            var before = single.ToArray();
            for (var i = 0; i < one.Length; i++)
            {
                single[i] += (float)one[i];
            }

            worst = Math.Max(worst, Visits.Norm(single.Zip(before, (x, y) => (double)x - y)));
        }

        Assert.IsGreaterThan(clipping.Norm, worst);
    }

    private static EncodedRows Hostile(string kind, KeyedRandom random)
    {
        var (patients, count) = kind == "cancelling rows" ? (300, 1200) : (1500, 1500);
        var rows = Visits.Of(patients, count);
        var inputs = rows.Inputs.ToArray();
        for (var i = 0; i < inputs.Length; i++)
        {
            var row = i / 3;
            inputs[i] = kind switch
            {
                "outliers" => random.NextInt32(20) == 0 ? inputs[i] * 1e18f : inputs[i],
                // Rows r and r + 600 are the same patient's, and opposite but for the last bits.
                "cancelling rows" => row < 600 ? inputs[i] * 1e7f : MathF.BitIncrement(-inputs[i - 1800]),
                "all in one direction" => 1 + ((i % 3) * 0.5f),
                "large first" => inputs[i] * MathF.Pow(10, 10 - (row / 75f)),
                "small first" => inputs[i] * MathF.Pow(10, (row / 75f) - 10),
                "some are no numbers" => random.NextInt32(50) == 0 ? float.NaN : inputs[i],
                _ => throw new ArgumentException(kind, nameof(kind)),
            };
        }

        return rows.WithInputs(inputs);
    }

    private static EncodedRows Read(string header, IEnumerable<string> patients)
    {
        var text = string.Concat(patients.Prepend(header).Select(line => $"{line}\n"));
        var mapping = ((MappingResult.Read)MappingReader.Read(new StringReader(Patients.MappingText), "mapping.yaml")).Mapping;
        var table = ((CohortResult.Read)CohortReader.Read(new StringReader(text), "patients.csv", mapping)).Table;
        return FeatureEncoder.Encode(Plan.Layout, Plan.Outcome, table).Rows;
    }

    private static long[] Lanes(ModelShape shape, EncodedRows rows, GradientClipping clipping, float[] model)
    {
        var gradients = new PatientGradients(shape, rows, clipping);
        return Quantized(gradients, Enumerable.Range(0, gradients.Patients), model, clipping.Norm, shape);
    }

    private static long[] Quantized(PatientGradients gradients, IEnumerable<int> batch, float[] model, double norm, ModelShape shape)
    {
        var (sum, lanes) = (new double[shape.ParameterCount], new long[shape.ParameterCount]);
        gradients.Sum(model, [.. batch], sum);
        Assert.IsTrue(SiteInput.Quantize(sum, Grid(shape, norm), lanes));
        return lanes;
    }

    /// <summary>As fine as the sampler can serve, so that a step is 2⁻³⁰ of C or less.</summary>
    private static NoisyGrid Grid(ModelShape shape, double norm)
    {
        var result = NoisyGrid.Choose(
            new GridTerms
            {
                Sites = 1,
                HonestShares = 1,
                Dimension = shape.ParameterCount,
                ClippingNorm = norm,
                SiteBound = 64 * norm,
                Noise = new NoiseMultiplier(NoiseMultiplier.Least),
                LaneBits = 64,
            }
        );
        return ((GridResult.Chosen)result).Grid;
    }

    private static void AssertWithinDelta(long[] x, long[] y, NoisyGrid grid) =>
        Assert.IsTrue(IsWithin(x, y, grid.Sensitivity), $"beyond {grid.Sensitivity} steps of 2^-{grid.ScaleBits}");

    private static bool IsWithin(long[] x, long[] y, double sensitivity)
    {
        var most = new BigInteger(Math.ScaleB(sensitivity, 20));
        return SiteInput.NormSquared([.. x.Zip(y, (a, b) => a - b)]) << 40 <= most * most;
    }
}
