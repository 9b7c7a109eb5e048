using System.Diagnostics;

namespace Federated.Bench.TorchStep;

/// <summary>Something done over and over.</summary>
internal interface IWork : IDisposable
{
    public void Step();
}

internal static class Clock
{
    /// <returns>Nanoseconds a step.</returns>
    public static double Time(this IWork work, int steps)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < steps; i++)
        {
            work.Step();
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / steps;
    }
}
