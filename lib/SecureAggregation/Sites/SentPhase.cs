using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;

namespace Federated.SecureAggregation.Sites;

/// <summary>M5 is made; the coordinator's receipt and its list of survivors are awaited.</summary>
internal sealed class SentPhase(AttemptView view, Sharing sharing, int self, Digest input, HeldShares held) : SitePhase
{
    private SignedMessage? _receipt;
    private bool _handedOver;

    internal override Digest Previous => sharing.H2;

    internal override string Name => _receipt is null ? "inputs" : "survivors";

    internal override (SitePhase? Next, SiteStep Step) Receive(SignedMessage message) =>
        message.Type switch
        {
            MessageType.InputReceipt => Receipt(message),
            MessageType.SurvivorSet => Survivors(message),
            _ => Unexpected(message),
        };

    public override void Dispose()
    {
        if (!_handedOver)
        {
            held.Dispose();
        }
    }

    private (SitePhase? Next, SiteStep Step) Receipt(SignedMessage message)
    {
        if (!message.IsSignedBy(view.Context.Coordinator, sharing.H2))
        {
            return Refuse(AbortCode.BadSignature, "the receipt is not signed by the coordinator.");
        }

        if (InputReceipt.Parse(message.Body) is not { } receipt || receipt.Site != self || receipt.InputDigest != input)
        {
            return Refuse(
                new Refusal(AbortCode.Equivocation, "the coordinator signed a receipt for another input than this site's.")
                {
                    Evidence = [message],
                }
            );
        }

        _receipt = message;
        return (null, new SiteStep.Wait());
    }

    private (SitePhase? Next, SiteStep Step) Survivors(SignedMessage message)
    {
        if (!message.IsSignedBy(view.Context.Coordinator, sharing.H2))
        {
            return Refuse(AbortCode.BadSignature, "the list of survivors is not signed by the coordinator.");
        }

        if (SurvivorSet.Parse(message.Body, sharing.Cohort.Size) is not { } set)
        {
            return Refuse(AbortCode.Malformed, "the list of survivors cannot be read.");
        }

        if (Refusal(set, message) is { } refusal)
        {
            return Refuse(refusal);
        }

        var h3 = Transcript.H3(sharing.H2, set);
        var said = SignedMessage.Sign(MessageType.Acknowledgement, default, h3, view.Context.Signer);
        _handedOver = true;
        return (new AcknowledgedPhase(view, sharing, set, h3, held), new SiteStep.Say(said));
    }

    private Refusal? Refusal(SurvivorSet set, SignedMessage message)
    {
        var survivors = set.Survivors;
        return !survivors.IsWithin(sharing.Sharers) ? new Refusal(AbortCode.Graph, "a survivor did not share.") { Evidence = [message] }
            : survivors.Count < view.Study.MinimumSurvivors
                ? new Refusal(
                    AbortCode.SurvivorsSmall,
                    $"the sum is of {survivors.Count} sites; the plan wants {view.Study.MinimumSurvivors}."
                )
                {
                    Evidence = [message],
                }
            : !survivors.Contains(self)
                ? new Refusal(
                    _receipt is null ? AbortCode.Timeout : AbortCode.SelectiveDrop,
                    _receipt is null
                        ? "this site's input came too late for the sum."
                        : "the coordinator gave a receipt for this site's input, and leaves it out."
                )
                {
                    Evidence = _receipt is null ? [] : [_receipt, message],
                }
            : set.DigestOf(self) != input
                ? new Refusal(AbortCode.Equivocation, "the list of survivors names another input than this site's.")
                {
                    Evidence = [message],
                }
            : view.Revealed is { } before && !before.SequenceEqual(sharing.Cohort.NamesOf(survivors))
                ? new Refusal(
                    AbortCode.Revealed,
                    $"this site showed shares for a sum of {string.Join(", ", before)} in this round; only a sum of the same sites can follow."
                )
            : null;
    }
}
