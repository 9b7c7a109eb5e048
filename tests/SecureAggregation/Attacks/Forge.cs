using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Suites;
using Federated.SecureAggregation.Tests.Rounds;

namespace Federated.SecureAggregation.Tests.Attacks;

/// <summary>Messages that are valid and rightly signed, but for what the caller changes.</summary>
internal static class Forge
{
    public static SignedMessage Invitation(Rig rig, SignedMessage honest, Func<Invitation, Invitation> change)
    {
        var invitation = change(SecureAggregation.Messages.Invitation.Parse(honest.Body)!);
        return SignedMessage.Sign(honest.Type, invitation.ToBody(), invitation.PreviousResult, rig.CoordinatorSigner);
    }

    /// <summary>M1, signed by whoever it says it is of.</summary>
    public static SignedMessage Keys(Rig rig, Digest h0, SignedMessage honest, Func<KeyAdvertisement, KeyAdvertisement> change)
    {
        var keys = change(KeyAdvertisement.Parse(honest.Body, rig.Suite)!);
        return SignedMessage.Sign(honest.Type, keys.ToBody(), h0, rig.Signers[keys.Site]);
    }

    /// <summary>M2 with another list.</summary>
    public static SignedMessage List(SignedMessage honest, Func<ImmutableArray<SignedMessage>, IEnumerable<SignedMessage>> change) =>
        SignedMessage.Carrier(
            honest.Type,
            SignedList.ToBody([.. change(SignedList.Parse(honest.Body, MessageType.KeyAdvertisement)!.Value)])
        );

    /// <summary>M2 in which one member's M1 is another, which that member signed.</summary>
    public static SignedMessage ListWith(
        Rig rig,
        Digest h0,
        SignedMessage honest,
        int liar,
        Func<KeyAdvertisement, KeyAdvertisement> change
    ) => List(honest, list => list.Select((one, index) => index == liar ? Keys(rig, h0, one, change) : one));

    /// <summary>M4 for one holder with other content.</summary>
    public static SignedMessage Shares(SignedMessage honest, int cohort, int holder, Func<ShareSet, ShareSet> change) =>
        SignedMessage.Carrier(honest.Type, change(ShareSet.Parse(honest.Body, cohort, holder)!).ToBody());

    /// <summary>M4 in which one dealer's part is other.</summary>
    public static SignedMessage SharesOf(SignedMessage honest, int cohort, int holder, int dealer, Func<DealtShare, DealtShare> change) =>
        Shares(
            honest,
            cohort,
            holder,
            set => set with { Shares = [.. set.Shares.Select((share, index) => index == dealer ? change(share) : share)] }
        );

    public static SignedMessage Survivors(Rig rig, Digest h2, SurvivorSet set) =>
        SignedMessage.Sign(MessageType.SurvivorSet, set.ToBody(), h2, rig.CoordinatorSigner);

    /// <summary>M6 with other content.</summary>
    public static SignedMessage Survivors(Rig rig, Heard heard, SignedMessage honest, Func<SurvivorSet, SurvivorSet> change) =>
        Survivors(rig, heard.H2, change(SurvivorSet.Parse(honest.Body, heard.Cohort.Size)!));

    /// <summary>A set of survivors with some left out.</summary>
    public static SurvivorSet Without(SurvivorSet set, params int[] gone)
    {
        var kept = set.Survivors.Members.Zip(set.InputDigests).Where(pair => !gone.Contains(pair.First)).ToArray();
        return new SurvivorSet(SiteSet.Of(set.Survivors.Size, kept.Select(pair => pair.First)), [.. kept.Select(pair => pair.Second)]);
    }

    public static SignedMessage Acknowledgements(int cohort, IEnumerable<(int Site, ReadOnlyMemory<byte> Signature)> said)
    {
        var ordered = said.OrderBy(pair => pair.Site).ToArray();
        return SignedMessage.Carrier(
            MessageType.AcknowledgementSet,
            new AcknowledgementSet(
                SiteSet.Of(cohort, ordered.Select(pair => pair.Site)),
                [.. ordered.Select(pair => pair.Signature)]
            ).ToBody()
        );
    }

    public static ReadOnlyMemory<byte> Acknowledgement(IdentitySigner signer, Digest h3) =>
        SignedMessage.Sign(MessageType.Acknowledgement, default, h3, signer).Signature;

    public static ReadOnlyMemory<byte> Flipped(ReadOnlyMemory<byte> bytes, int at)
    {
        var copy = bytes.ToArray();
        copy[at < 0 ? copy.Length + at : at] ^= 1;
        return copy;
    }
}
