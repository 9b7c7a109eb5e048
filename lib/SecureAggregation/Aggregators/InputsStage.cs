using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Rounds;

namespace Federated.SecureAggregation.Aggregators;

/// <summary>Adds masked inputs as each is complete: memory O(d), whatever the number of sites.</summary>
internal sealed class InputsStage(
    AttemptTerms terms,
    AggregatorContext context,
    Digest h0,
    Sharing sharing,
    ImmutableArray<Dealer> dealers,
    ImmutableSortedDictionary<int, SignedMessage> sets
) : AggregatorStage(terms, context, h0, sharing.Cohort.NamesOf(sharing.Sharers))
{
    private readonly byte[] _sum = new byte[terms.Study.Format.LanesLength(terms.Study.Dimension)];
    private readonly SortedDictionary<int, (SignedMessage Header, Digest Digest, SignedMessage Receipt)> _inputs = [];
    private byte[]? _unpacked;

    internal override string Name => "inputs";

    /// <summary>H2.</summary>
    internal Digest MaskedFor => sharing.H2;

    internal override bool Has(SiteName site) => Awaited.Contains(site) || _inputs.ContainsKey(sharing.Cohort.IndexOf(site));

    internal override IReadOnlyList<SignedMessage> MessagesFor(SiteName site) =>
        Awaited.Contains(site) ? [sets[sharing.Cohort.IndexOf(site)]] : [];

    internal override Outcome Receive(SiteName site, SignedMessage message) =>
        Ignored(site, AbortCode.Unexpected, $"a {message.Type} of {site} is not awaited while inputs come.");

    /// <summary>Verifies an input's header before any of its bytes is taken; null if they may come.</summary>
    internal Refusal? HeaderRefusal(SiteName site, SignedMessage header)
    {
        var index = sharing.Cohort.IndexOf(site);
        return !Has(site) ? new Refusal(AbortCode.Unexpected, $"no input of {site} is awaited; wait for the next invitation.")
            : header.Type != MessageType.MaskedInput
            || MaskedInputHeader.Parse(header.Body, Terms.Study.Dimension, Terms.Study.Format) is not { } parsed
                ? new Refusal(
                    AbortCode.Malformed,
                    $"the header of {site}'s input is not one of {Terms.Study.Dimension} lanes of {Terms.Study.Format.ModulusBits} bits."
                )
            : !header.IsSignedBy(sharing.Cohort.Members[index].Site.Key, sharing.H2)
                ? new Refusal(AbortCode.BadSignature, $"the input of {site} is not signed by it for this cohort.")
            : _inputs.TryGetValue(index, out var first) && first.Digest != parsed.InputDigest
                ? new Refusal(AbortCode.Equivocation, $"{site} sent another input before; the first stands.")
            : null;
    }

    /// <summary>Takes a complete input.</summary>
    /// <param name="site">Whose.</param>
    /// <param name="header">M5, verified by <see cref="HeaderRefusal"/>.</param>
    /// <param name="packed">All bytes.</param>
    /// <param name="digest">D_i of them, as they came.</param>
    internal (Outcome Outcome, SignedMessage? Receipt) Take(SiteName site, SignedMessage header, ReadOnlySpan<byte> packed, Digest digest)
    {
        var index = sharing.Cohort.IndexOf(site);
        if (HeaderRefusal(site, header) is { } refusal)
        {
            return (Ignored(site, refusal.Code, refusal.Reason), null);
        }

        if (_inputs.TryGetValue(index, out var first))
        {
            return (Outcome.Same, first.Receipt); // the same bytes again, after a lost answer
        }

        var format = Terms.Study.Format;
        if (
            packed.Length != Terms.Study.InputLength
            || MaskedInputHeader.Parse(header.Body, Terms.Study.Dimension, format)!.InputDigest != digest
        )
        {
            // Not the bytes that the site signed: it may send those.
            return (Ignored(site, AbortCode.Malformed, $"the input of {site} is not what its header announced."), null);
        }

        if (!LaneBuffers.PaddingIsZero(packed, Terms.Study.Dimension, format))
        {
            return (Refused(site, new Refusal(AbortCode.Malformed, $"the input of {site} has bits behind its last lane.")), null);
        }

        LaneBuffers.AddPacked(_sum, packed, format, ref _unpacked);
        var receipt = SignedMessage.Sign(MessageType.InputReceipt, new InputReceipt(index, digest).ToBody(), sharing.H2, Context.Signer);
        _inputs[index] = (header, digest, receipt);
        return (Taken(site), receipt);
    }

    private protected override bool IsEnough => _inputs.Count + Awaited.Count < Terms.Study.MinimumSurvivors; // enough can never be

    internal override Outcome Close(bool isDeadline)
    {
        if (_inputs.Count < Terms.Study.MinimumSurvivors)
        {
            return TooFew(_inputs.Count, Terms.Study.MinimumSurvivors, "masked inputs came", isDeadline);
        }

        var survivors = new SurvivorSet(SiteSet.Of(sharing.Cohort.Size, _inputs.Keys), [.. _inputs.Values.Select(input => input.Digest)]);
        var signatures = _inputs.Values.Select(input => input.Header.Signature);
        var next = new SurvivorsStage(Terms, Context, H0, sharing, dealers, survivors, [.. signatures], _sum);
        return new Outcome(next, [new AggregatorStep.Fix(sharing.Cohort.NamesOf(survivors.Survivors), next.H3)]);
    }
}
