using Federated.Federation.Aggregation;

namespace Federated.Coordinator.Aggregation;

/// <summary>Adds the vectors of one attempt, lane by lane. Memory O(d), whatever the number of sites.</summary>
/// <remarks>
/// The seam for secure aggregation: this class sees each site's vector in clear, and goes when masked inputs come. Nothing outside this
/// folder holds a site's vector.
/// </remarks>
internal sealed class ClearSum(int length)
{
    private readonly long[] _lanes = new long[length];

    /// <summary>Adds one site's vector, exactly 4·d bytes.</summary>
    internal void Add(ReadOnlySpan<byte> vector) => Lanes.Add(_lanes, vector);

    /// <summary>The sum so far, shape [d].</summary>
    internal ReadOnlyMemory<long> Total => _lanes;
}
