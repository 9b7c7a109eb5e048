using System.Diagnostics;
using Federated.Data;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Learning.Training;
using TorchSharp;

namespace Federated.Bench.GpuTraining;

/// <summary>The product's trainer of one site on one device, doing the same round over and over.</summary>
internal sealed class TimedTrainer : IDisposable
{
    private static readonly RoundNumber Round = new(1);
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(20);

    private readonly SiteTrainer _trainer;
    private readonly float[] _model;
    private int _repeats = 1;

    /// <param name="work">What to time.</param>
    /// <param name="rows">Its patients.</param>
    /// <param name="device">Where.</param>
    /// <param name="mode">One of <see cref="TrainingPlan.Modes"/>: an epoch, or the gradient of one step.</param>
    internal TimedTrainer(TrainingCase work, EncodedRows rows, torch.Device device, string mode = "fedavg")
    {
        var shape = work.ShapeFor(rows);
        _model = [.. InitialModel.Of(shape, DefaultStudy.Seed).Parameters];
        _trainer = new SiteTrainer(shape, work.Training with { Mode = mode }, SiteName.Parse("bench"), rows, device);
    }

    /// <summary>One round's update, in a new array of shape [d].</summary>
    internal double[] Update() => UpdateOf(_model);

    /// <summary>The update if every parameter of the shared model were the next greater number: what rounding alone can do to it.</summary>
    internal double[] UpdateOfNextModel() => UpdateOf([.. _model.Select(MathF.BitIncrement)]);

    private double[] UpdateOf(float[] model)
    {
        var update = new double[model.Length];
        _trainer.Update(model, Round, update, CancellationToken.None);
        return update;
    }

    /// <summary>Works until the compiler, the kernels and the allocators have settled, and chooses how many updates one sample takes.</summary>
    internal void Warm()
    {
        var start = Stopwatch.GetTimestamp();
        var done = 0;
        do
        {
            Update();
            done++;
        } while (Stopwatch.GetElapsedTime(start) < WarmUp);

        var one = Stopwatch.GetElapsedTime(start) / done;
        _repeats = Math.Max(1, (int)(Least / one));
    }

    /// <summary>Milliseconds of one update. It ends with the update in main memory, so the host's clock has waited for the device.</summary>
    internal double Sample()
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < _repeats; i++)
        {
            Update();
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / _repeats;
    }

    public void Dispose() => _trainer.Dispose();
}
