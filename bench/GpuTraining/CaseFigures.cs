using Federated.Bench.Reporting;
using Federated.Data;
using TorchSharp;

namespace Federated.Bench.GpuTraining;

/// <summary>What one case gave.</summary>
/// <param name="Widths">The network.</param>
/// <param name="Batch">Patients per step.</param>
/// <param name="Rows">Training patients.</param>
/// <param name="Steps">Steps of the epoch.</param>
/// <param name="CpuMs">Median of an update on the CPU: model in, one epoch, update out.</param>
/// <param name="Cuda">The same on the GPU; null where there is none.</param>
internal sealed record CaseFigures(string Widths, int Batch, int Rows, int Steps, double CpuMs, CudaFigures? Cuda)
{
    /// <summary>Times the two devices by turns, so that a change of clock speed or load meets both alike.</summary>
    internal static CaseFigures Measure(TrainingCase work, EncodedRows rows, torch.Device? gpu, int repeats)
    {
        using var cpu = new TimedTrainer(work, rows, torch.CPU);
        using var cuda = gpu is null ? null : new TimedTrainer(work, rows, gpu);
        cpu.Warm();
        cuda?.Warm();

        var (cpuMs, cudaMs) = (new double[repeats], new double[repeats]);
        for (var i = 0; i < repeats; i++)
        {
            cpuMs[i] = cpu.Sample();
            cudaMs[i] = cuda?.Sample() ?? double.NaN;
        }

        return new CaseFigures(
            work.Widths(rows.Width),
            work.Batch,
            work.Rows,
            work.Steps,
            new Sample(cpuMs).Median,
            gpu is null ? null : CudaFigures.Of(work, rows, gpu, cpu, cuda!, cpuMs, cudaMs)
        );
    }
}

/// <summary>The GPU's side of a case. Differences are ‖a − b‖₂ / ‖b‖₂, b the CPU's.</summary>
/// <param name="Ms">Median of an update.</param>
/// <param name="Speedup">CPU's time over the GPU's, median over neighbouring repeats: above 1 the GPU is faster.</param>
/// <param name="GradientDifference">Between the two devices' gradients of one step.</param>
/// <param name="UpdateDifference">Between their updates after the epoch.</param>
/// <param name="RoundingDifference">Between two updates of the CPU, of which the second starts one unit in the last place away: the epoch's own amplification.</param>
/// <param name="Repeats">True if the GPU gave the same update twice, bit for bit.</param>
/// <param name="IsAutomatic">True if a node whose device is <c>auto</c> takes the GPU for this.</param>
internal sealed record CudaFigures(
    double Ms,
    double Speedup,
    double GradientDifference,
    double UpdateDifference,
    double RoundingDifference,
    bool Repeats,
    bool IsAutomatic
)
{
    internal static CudaFigures Of(
        TrainingCase work,
        EncodedRows rows,
        torch.Device gpu,
        TimedTrainer cpu,
        TimedTrainer cuda,
        double[] cpuMs,
        double[] cudaMs
    )
    {
        using var cpuStep = new TimedTrainer(work, rows, torch.CPU, "fedsgd");
        using var cudaStep = new TimedTrainer(work, rows, gpu, "fedsgd");
        var (ours, theirs) = (cpu.Update(), cuda.Update());
        return new CudaFigures(
            new Sample(cudaMs).Median,
            new Sample([.. cpuMs.Zip(cudaMs, (cpuTime, cudaTime) => cpuTime / cudaTime)]).Median,
            Difference(cudaStep.Update(), cpuStep.Update()),
            Difference(theirs, ours),
            Difference(cpu.UpdateOfNextModel(), ours),
            theirs.AsSpan().SequenceEqual(cuda.Update()),
            work.IsWorthAGpu(rows)
        );
    }

    private static double Difference(double[] of, double[] from) => Norm(of.Zip(from, (a, b) => a - b)) / Norm(from);

    private static double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(x => x * x));
}
