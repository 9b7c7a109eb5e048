using Federated.Federation;

namespace Federated.Audit.Sites;

/// <summary>Counts lines of sites' files that are of plans which the log never registered.</summary>
internal sealed class UnregisteredCount
{
    private readonly OrderedDictionary<Digest, long> _lines = []; // by plan

    /// <summary>Counts a line.</summary>
    public void Add(Digest plan) => _lines[plan] = _lines.GetValueOrDefault(plan) + 1;

    /// <summary>All of them so far.</summary>
    public UnregisteredLines Total => new(_lines.Values.Sum(), [.. _lines.Keys]);
}
