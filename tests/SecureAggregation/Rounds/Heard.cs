using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;

namespace Federated.SecureAggregation.Tests.Rounds;

/// <summary>What one site was told, and the transcript as it must see it: forged messages are signed over these.</summary>
internal sealed class Heard(Rig rig, ImmutableArray<SignedMessage> messages)
{
    public Digest H0 => Transcript.H0(messages.First(message => message.Type == MessageType.Invitation).Body);

    public ImmutableArray<SignedMessage> Keys => SignedList.Parse(Last(MessageType.CohortKeys).Body, MessageType.KeyAdvertisement)!.Value;

    public Cohort Cohort => CohortOf(rig, H0, Keys);

    public Sharing Sharing => SharingOf(Cohort, Last(MessageType.ShareSet));

    public Digest H2 => Sharing.H2;

    public SignedMessage Last(MessageType type) => messages.Last(message => message.Type == type);

    public static Cohort CohortOf(Rig rig, Digest h0, ImmutableArray<SignedMessage> keys)
    {
        var members = keys.Select(key => Cohort.Admit(rig.Terms(), h0, key, rig.Check, out var refusal) ?? throw Unlike(refusal!));
        return Cohort.Form(rig.Terms(), h0, [.. members], out var fault) ?? throw Unlike(fault!);
    }

    /// <summary>The sharing that follows from an M4. Its sharers do not depend on the holder; only the paths' lengths do.</summary>
    public static Sharing SharingOf(Cohort cohort, SignedMessage shareSet)
    {
        var set =
            Enumerable
                .Range(0, cohort.Size)
                .Select(holder => ShareSet.Parse(shareSet.Body, cohort.Size, holder))
                .FirstOrDefault(parsed => parsed is not null)
            ?? throw new InvalidOperationException("No set of shares.");
        return new Sharing(cohort, set.Sharers, [.. set.Shares.Select(share => Digest.Of(share.Header.Body.Span))]);
    }

    private static InvalidOperationException Unlike(Refusal refusal) => new(refusal.Reason);
}
