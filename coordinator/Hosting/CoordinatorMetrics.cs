using System.Diagnostics;
using System.Diagnostics.Metrics;
using Federated.Coordinator.Sessions;

namespace Federated.Coordinator.Hosting;

/// <summary>The coordinator's instruments, meter <c>Federated.Coordinator</c>.</summary>
internal sealed class CoordinatorMetrics : IDisposable
{
    /// <summary>Name of meter, source and service.</summary>
    internal const string Name = "Federated.Coordinator";

    /// <summary>Traces: one activity a committed round.</summary>
    private static readonly ActivitySource Source = new(Name);

    private readonly Meter _meter = new(Name);
    private readonly Histogram<double> _roundSeconds;
    private readonly Histogram<int> _survivors;
    private readonly Counter<long> _vectorBytes;

    public CoordinatorMetrics(SessionRegistry sessions)
    {
        _roundSeconds = _meter.CreateHistogram<double>("federated.round.duration", "s", "From the invitation to the committed sum.");
        _survivors = _meter.CreateHistogram<int>("federated.round.survivors", "{site}", "Sites in a committed sum.");
        _vectorBytes = _meter.CreateCounter<long>("federated.vector.received", "By", "Bytes of complete vectors.");
        _meter.CreateObservableGauge("federated.sessions", () => sessions.Connected().Count, "{session}", "Sites connected now.");
    }

    internal void RoundCommitted(string plan, uint round, DateTimeOffset now, TimeSpan elapsed, int survivors)
    {
        using (var activity = Source.StartActivity("round", ActivityKind.Server, parentContext: default, startTime: now - elapsed))
        {
            activity?.SetTag("federated.plan", plan).SetTag("federated.round", round).SetTag("federated.survivors", survivors);
        }

        _roundSeconds.Record(elapsed.TotalSeconds);
        _survivors.Record(survivors);
    }

    internal void VectorReceived(int bytes) => _vectorBytes.Add(bytes);

    public void Dispose() => _meter.Dispose();
}
