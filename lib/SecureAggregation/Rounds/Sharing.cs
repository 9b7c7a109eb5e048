using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Messages;

namespace Federated.SecureAggregation.Rounds;

/// <summary>A cohort, and who of it shared (U2): masks run between these.</summary>
public sealed class Sharing
{
    /// <param name="cohort">U1.</param>
    /// <param name="sharers">U2.</param>
    /// <param name="headers">SHA-256 of each sharer's M3, ascending.</param>
    public Sharing(Cohort cohort, SiteSet sharers, ImmutableArray<Digest> headers)
    {
        Cohort = cohort;
        Sharers = sharers;
        Headers = headers;
        H2 = Transcript.H2(cohort.H1, sharers, headers);
    }

    /// <summary>U1.</summary>
    public Cohort Cohort { get; }

    /// <summary>U2.</summary>
    public SiteSet Sharers { get; }

    /// <summary>SHA-256 of each sharer's M3, ascending.</summary>
    public ImmutableArray<Digest> Headers { get; }

    /// <summary>H2.</summary>
    public Digest H2 { get; }

    /// <summary>The mask between two members; the one with the smaller index adds it, the other subtracts it.</summary>
    /// <param name="agreed">What their mask keys agree on.</param>
    /// <param name="one">Index of one.</param>
    /// <param name="other">Index of the other.</param>
    internal Primitives.MaskKey PairMask(ReadOnlySpan<byte> agreed, int one, int other)
    {
        var (low, high) = (Math.Min(one, other), Math.Max(one, other));
        return Derivations.PairMask(
            H2,
            agreed,
            low,
            high,
            Cohort.Members[low].Advertisement.MaskKey.Span,
            Cohort.Members[high].Advertisement.MaskKey.Span
        );
    }
}
