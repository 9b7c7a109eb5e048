using Federated.Bench.Reporting;
using Federated.Bench.TorchStep;
using Federated.Data;
using Federated.Federation.Models;
using Federated.Learning.Privatization;

namespace Federated.Bench.PrivateStep;

/// <summary>Median steps a second, and median ratios over pairs of neighbouring repeats; Python's are null where it is not installed.</summary>
/// <param name="Widths">Such as <c>13-64-32-1</c>.</param>
/// <param name="Batch">Rows of a step.</param>
/// <param name="Plain">Our own step without clipping.</param>
/// <param name="Clipped">With flat clipping, one row a patient.</param>
/// <param name="Python">Plain PyTorch from Python.</param>
/// <param name="Kept">Speed of the clipped step relative to the plain one; 2/3 is the aim.</param>
/// <param name="KeptByLayer">The same with clipping layer by layer.</param>
/// <param name="KeptInPairs">The same with two rows a patient.</param>
/// <param name="PlainToPython">Speed of our plain step relative to Python's; 1 is the aim.</param>
internal sealed record ClippingFigures(
    string Widths,
    int Batch,
    double Plain,
    double Clipped,
    double? Python,
    double Kept,
    double KeptByLayer,
    double KeptInPairs,
    double? PlainToPython
)
{
    private const double SampleNanoseconds = 20e6;

    /// <summary>Repeats alternate between the implementations, so that a change of clock speed or load meets all alike.</summary>
    internal static ClippingFigures Measure(int[] hidden, int batch, EncodedRows rows, Peer? python, int repeats)
    {
        var shape = new ModelShape(rows.Width, hidden);
        var widths = string.Join('-', [rows.Width, .. hidden, 1]);
        var single = rows.Select([.. Enumerable.Range(0, batch)]);
        var pairs = rows.Select([.. Enumerable.Range(0, batch).Select(i => i / 2)]);
        using var plain = new PlainStep(shape, single);
        ITimedStep[] steps =
        [
            plain,
            new ClippedStep(shape, single, ClippingManner.Flat),
            new ClippedStep(shape, single, ClippingManner.PerLayer),
            new ClippedStep(shape, pairs, ClippingManner.Flat),
        ];
        int[] counts = [.. steps.Select(Warm)];
        var pythonCount = python is null ? 0 : CountFor(python.Time(widths, batch, 300));

        var samples = steps.Select(_ => new double[repeats]).ToArray();
        var others = new double[repeats];
        for (var i = 0; i < repeats; i++)
        {
            for (var s = 0; s < steps.Length; s++)
            {
                samples[s][i] = steps[s].Time(counts[s]);
            }

            others[i] = python?.Time(widths, batch, pythonCount) ?? double.NaN;
        }

        return new ClippingFigures(
            widths,
            batch,
            PerSecond(samples[0]),
            PerSecond(samples[1]),
            python is null ? null : PerSecond(others),
            Ratio(samples[0], samples[1]),
            Ratio(samples[0], samples[2]),
            Ratio(samples[0], samples[3]),
            python is null ? null : Ratio(others, samples[0])
        );
    }

    /// <summary>Until the compiler and the allocators have settled.</summary>
    /// <returns>How many steps one sample takes, so that the clock's grain does not show.</returns>
    private static int Warm(ITimedStep step)
    {
        step.Time(300);
        Thread.Yield();
        return CountFor(step.Time(300));
    }

    private static int CountFor(double nanoseconds) => (int)Math.Clamp(SampleNanoseconds / nanoseconds, 5, 20_000);

    private static double PerSecond(double[] nanoseconds) => 1e9 / new Sample(nanoseconds).Median;

    private static double Ratio(double[] slower, double[] faster) => new Sample([.. slower.Zip(faster, (x, y) => x / y)]).Median;
}
