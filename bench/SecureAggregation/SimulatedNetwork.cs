namespace Federated.Bench.SecureAggregation;

/// <summary>
/// Clocks of the parties of one round, in milliseconds. Each party works at its own measured speed; a message leaves when its sender is done, takes the link's time, and is
/// handled when its receiver is free. What the hub sends and gets shares nothing: every site has a link of its own.
/// </summary>
/// <param name="sites">Number of sites.</param>
/// <param name="latencyMs">One way.</param>
/// <param name="megabits">Of a site's link, each way; 0 for no limit.</param>
internal sealed class SimulatedNetwork(int sites, double latencyMs, double megabits)
{
    private readonly double[] _sites = new double[sites];
    private readonly double[] _upFree = new double[sites]; // when a site's link has sent what it has to send
    private readonly double[] _downFree = new double[sites];
    private double _hub;

    /// <summary>When everything that was handled so far is done.</summary>
    internal double Now => Math.Max(_hub, _sites.Max());

    /// <summary>The hub's own clock.</summary>
    internal double Hub => _hub;

    /// <summary>When a message that the hub sends now is with a site.</summary>
    internal double Down(int site, long bytes) => Transfer(ref _downFree[site], _hub, bytes);

    /// <summary>When a message that a site sends now is with the hub.</summary>
    internal double Up(int site, long bytes) => Transfer(ref _upFree[site], _sites[site], bytes);

    /// <summary>A site handled a message that came at <paramref name="arrival"/>.</summary>
    internal void SiteWorked(int site, double arrival, double cpuMs) => _sites[site] = Math.Max(_sites[site], arrival) + cpuMs;

    /// <summary>The hub handled a message that came at <paramref name="arrival"/>.</summary>
    internal void HubWorked(double arrival, double cpuMs) => _hub = Math.Max(_hub, arrival) + cpuMs;

    private double Transfer(ref double free, double ready, long bytes)
    {
        var milliseconds = megabits > 0 ? bytes * 8 / (megabits * 1000) : 0;
        free = Math.Max(free, ready) + milliseconds;
        return free + latencyMs;
    }
}
