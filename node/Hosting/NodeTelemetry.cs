using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Federated.Node.Hosting;

/// <summary>The node's own instruments, for the hospital's own collector.</summary>
internal static class NodeTelemetry
{
    /// <summary>Name of meter, source and service.</summary>
    internal const string Name = "Federated.Node";

    private static readonly Meter Meter = new(Name);

    internal static ActivitySource Source { get; } = new(Name);

    /// <summary>How long training took in a round.</summary>
    internal static Histogram<double> Training { get; } =
        Meter.CreateHistogram<double>("federated.training.duration", "s", "Local training in one round.");

    /// <summary>Numbers that passed the release gate.</summary>
    /// <summary>Times that the coordinator showed an audit log which this site cannot vouch for; anything above 0 needs a person.</summary>
    internal static Counter<long> LogAlarms { get; } =
        Meter.CreateCounter<long>("federated.log.alarms", "{alarm}", "Audit logs that this site refused.");

    internal static Counter<long> Released { get; } =
        Meter.CreateCounter<long>("federated.released", "{number}", "Numbers that left this site.");
}
