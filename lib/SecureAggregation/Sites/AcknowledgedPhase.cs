using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Rounds;

namespace Federated.SecureAggregation.Sites;

/// <summary>M7 is said: this site has signed one H3, and signs no other in this attempt. The quorum is awaited.</summary>
internal sealed class AcknowledgedPhase(AttemptView view, Sharing sharing, SurvivorSet survivors, Digest h3, HeldShares held) : SitePhase
{
    private bool _handedOver;

    internal Digest H3 => h3;

    internal override string Name => "acknowledgements";

    internal override (SitePhase? Next, SiteStep Step) Receive(SignedMessage message)
    {
        if (message.Type == MessageType.InputReceipt)
        {
            return (null, new SiteStep.Wait()); // it overtook the list of survivors, or comes again
        }

        if (message.Type != MessageType.AcknowledgementSet)
        {
            return Unexpected(message);
        }

        if (AcknowledgementSet.Parse(message.Body, sharing.Cohort.Size) is not { } set)
        {
            return Refuse(AbortCode.Malformed, "the set of acknowledgements cannot be read.");
        }

        if (Quorum.Fault(set, sharing.Cohort, survivors.Survivors, h3, view.Study.Threshold) is { } fault)
        {
            return Refuse(AbortCode.Quorum, fault);
        }

        _handedOver = true;
        return (
            new RevealingPhase(view, sharing, survivors.Survivors, h3, held),
            new SiteStep.Record(sharing.Cohort.NamesOf(survivors.Survivors), h3)
        );
    }

    public override void Dispose()
    {
        if (!_handedOver)
        {
            held.Dispose();
        }
    }
}

/// <summary>A quorum signed the same H3. Shares may be shown, once the disk knows it.</summary>
internal sealed class RevealingPhase(AttemptView view, Sharing sharing, SiteSet survivors, Digest h3, HeldShares held) : SitePhase
{
    internal override string Name => "unmasking";

    internal override (SitePhase? Next, SiteStep Step) Receive(SignedMessage message) =>
        message.Type == MessageType.InputReceipt ? (null, new SiteStep.Wait()) : Unexpected(message);

    /// <summary>M9. The kind of each share follows from the acknowledged survivors alone; nobody can ask for the other.</summary>
    internal (SitePhase? Next, SiteStep Step) Reveal()
    {
        var shown = ImmutableArray.CreateBuilder<ShownShare>(sharing.Sharers.Count);
        foreach (var owner in sharing.Sharers.Members)
        {
            var kind = survivors.Contains(owner) ? ShareKind.SelfMask : ShareKind.MaskKey;
            var both = held.Of(owner);
            var share = kind == ShareKind.SelfMask ? both[..SecretSharing.ShareLength] : both[SecretSharing.ShareLength..];
            shown.Add(new ShownShare(owner, kind, share.ToArray()));
        }

        var body = new UnmaskingShares(shown.MoveToImmutable()).ToBody();
        var said = SignedMessage.Sign(MessageType.UnmaskingShares, body, h3, view.Context.Signer);
        return (new DonePhase(), new SiteStep.Say(said)); // the held shares are wiped with this phase
    }

    public override void Dispose() => held.Dispose();
}
