using Federated.Federation;
using Federated.Hosting;
using Federated.Node.Hosting;
using Federated.Node.Plans;
using Federated.Node.Release;
using Federated.SecureAggregation.Messages;
using Federated.V1;
using Grpc.Core;

namespace Federated.Node.Studies;

/// <summary>The studies this node takes part in. Messages are handled one after the other, in the order in which they came.</summary>
internal sealed class Participations(ParticipationContext context, OfferedPlans plans, NodeStatus status, NodeLog log)
{
    /// <summary>Each holds a network and the encoded rows; a coordinator must not fill this machine's memory with studies.</summary>
    private const int MostStudies = 16;

    private readonly Dictionary<Digest, Participation> _studies = [];
    private readonly Dictionary<Digest, (StoredPlan Plan, Offer Offer, string? Said)> _offers = []; // of this session; Said: name of the last refusal, null for none

    /// <summary>Handles one message of the coordinator.</summary>
    internal async Task HandleAsync(CoordinatorMessage message, CancellationToken cancellationToken)
    {
        switch (message.KindCase)
        {
            case CoordinatorMessage.KindOneofCase.StudyOffer:
                await OfferedAsync(NodeMessages.OfferOf(message.StudyOffer), cancellationToken).ConfigureAwait(false);
                break;
            case CoordinatorMessage.KindOneofCase.LogGrowth:
                context.AuditLog.Grew(message.LogGrowth);
                break;
            case CoordinatorMessage.KindOneofCase.LogShown
                when NodeMessages.DigestOf(message.LogShown.PlanHash) is var planHash && _offers.TryGetValue(planHash, out var offered):
                if (context.AuditLog.Shown(offered.Plan.Plan, planHash, message.LogShown) is { } charge)
                {
                    context.Budget.CompareWithLog(charge.Plan, charge.Attempt, charge.Ledger); // before the invitation that follows: Before() then refuses it
                }

                break;
            case CoordinatorMessage.KindOneofCase.Protocol:
                Heard(message.Protocol);
                break;
            case CoordinatorMessage.KindOneofCase.RoundCommitted
                when StudyToCatchUp(NodeMessages.DigestOf(message.RoundCommitted.PlanHash)) is { } study:
                await CommittedAsync(study, message.RoundCommitted, cancellationToken).ConfigureAwait(false);
                break;
            case CoordinatorMessage.KindOneofCase.StudyEnded:
                await EndedAsync(message.StudyEnded).ConfigureAwait(false);
                break;
            default:
                break; // a round of a study that this node declined, or a kind of a later version
        }
    }

    /// <summary>A session begins: the coordinator offers again what it still has.</summary>
    internal void NewSession() => _offers.Clear();

    /// <summary>Answers anew, unasked, where the operator's decisions, the policy or the time changed the answer.</summary>
    internal async Task ReconsiderAsync()
    {
        context.Statements.PolicyNow();
        foreach (var (planHash, (plan, offer, said)) in _offers.ToArray())
        {
            // Or where an approval was ended and given again since: the coordinator heard the end of it.
            var standing = Standing(plan, offer)?.Name;
            if (standing != said || (standing is null && !context.Statements.IsApproved(planHash)))
            {
                await AnswerAsync(planHash).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Ends every study's work at this site: the node stops.</summary>
    internal async Task EndAsync()
    {
        foreach (var study in _studies.Values)
        {
            await study.DisposeAsync().ConfigureAwait(false);
        }

        _studies.Clear();
    }

    private async Task OfferedAsync(Offer offer, CancellationToken cancellationToken)
    {
        var (plan, refusal) = await plans.TakeAsync(offer.Plan, cancellationToken).ConfigureAwait(false);
        if (plan is null)
        {
            log.DeclinedFor(offer.Plan, refusal!);
            status.Show(new StudyStatus(offer.Plan, "", default, 0, offer.Last, refusal!.Name, refusal.Reason));
            Say(NodeMessages.Declined(offer.Plan, refusal));
            return;
        }

        context.Statements.PolicyNow(); // before what rests on it
        _offers[offer.Plan] = (plan, offer, null);
        await AnswerAsync(offer.Plan).ConfigureAwait(false);
    }

    /// <summary>Says whether this site takes part in a study that was offered, and joins it if so.</summary>
    private async Task AnswerAsync(Digest planHash)
    {
        var (plan, offer, _) = _offers[planHash];
        var refusal = Standing(plan, offer) ?? Join(plan);
        _offers[planHash] = (plan, offer, refusal?.Name);
        Show(plan, refusal);
        if (refusal is null)
        {
            context.Statements.Approved(plan, context.Journal.Of(planHash).Decision); // before the answer: whoever reads the log finds it before the cohort
            Say(NodeMessages.Accepted(planHash, _studies[planHash].Model));
            return;
        }

        if (refusal.Code == DeclineCode.Rejected && _studies.Remove(planHash, out var rejected))
        {
            rejected.Leave(refusal);
            await rejected.DisposeAsync().ConfigureAwait(false); // its memory; should the operator approve after all, it catches up from the stored sums
        }

        log.DeclinedFor(planHash, refusal);
        Say(NodeMessages.Declined(planHash, refusal));
    }

    private GateRefusal? Standing(StoredPlan plan, Offer offer) =>
        _studies.GetValueOrDefault(plan.Hash)?.Broken ?? context.Refusal(plan.Plan, offer);

    private GateRefusal? Join(StoredPlan plan)
    {
        if (_studies.ContainsKey(plan.Hash))
        {
            return null;
        }

        if (_studies.Count >= MostStudies)
        {
            return new GateRefusal(DeclineCode.Busy, $"{MostStudies} studies are under way at this site.");
        }

        var (study, refusal) = context.Join(plan.Plan, plan.Hash);
        if (study is not null)
        {
            _studies.Add(plan.Hash, study);
            log.StudyAccepted(
                plan.Hash.Abbreviated,
                plan.Plan.Name,
                plan.Researcher.Value,
                context.Policy.ConsentTo(plan.Hash)?.Who ?? "none",
                plan.Plan.PrivacyInWords,
                plan.Plan.Purpose
            );
        }

        return refusal;
    }

    /// <summary>A message of secure aggregation. An invitation is answered even where it is refused; anything else counts in an attempt under way alone.</summary>
    private void Heard(ProtocolMessage protocol)
    {
        var planHash = NodeMessages.DigestOf(protocol.PlanHash);
        var attempt = new Attempt(new RoundNumber(protocol.Round), new AttemptNumber(protocol.Attempt));
        if (protocol.FromWire(out var fault) is not { } message)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"the coordinator sent no message of the protocol: {fault}"));
        }

        if (message.Type != MessageType.Invitation)
        {
            _studies.GetValueOrDefault(planHash)?.Hear(attempt, message);
            return;
        }

        if (Invited(planHash, attempt, message) is { } refusal)
        {
            log.AttemptRefused(planHash.Abbreviated, attempt.Round.Value, attempt.Number.Value, refusal.Name, refusal.Reason);
            Say(NodeMessages.Refused(planHash, attempt, refusal));
        }
    }

    private GateRefusal? Invited(Digest planHash, Attempt attempt, SignedMessage invitation)
    {
        if (!_offers.TryGetValue(planHash, out var offered))
        {
            return new GateRefusal(DeclineCode.PlanUnknown, "this node was not offered that plan.");
        }

        if (context.AuditLog.Alarm is { } alarm)
        {
            return new GateRefusal(DeclineCode.Log, alarm);
        }

        // Asked again although the offer was answered: the operator may have paused or rejected since, or a window closed.
        if ((Standing(offered.Plan, offered.Offer) ?? context.NoWork(planHash)) is { } refusal)
        {
            return refusal;
        }

        if (!_studies.TryGetValue(planHash, out var study))
        {
            return new GateRefusal(DeclineCode.PlanUnknown, "this node has not accepted that plan.");
        }

        // Checked again each time, which costs less than any training: its researcher may have been revoked since it was offered.
        if (plans.Refusal(planHash) is { } signature)
        {
            Show(offered.Plan, signature);
            return signature;
        }

        var answer = study.Invited(attempt, invitation);
        Show(offered.Plan, study.Broken);
        return answer;
    }

    /// <summary>The study of a committed round, joined anew if this process does not have it: it may have ended while the node was down.</summary>
    private Participation? StudyToCatchUp(Digest planHash)
    {
        var open = !_studies.ContainsKey(planHash) && !_offers.ContainsKey(planHash); // what was offered was answered
        if (open && plans.Kept(planHash) is { } plan && context.MayCatchUp(plan) && Join(plan) is { } refusal)
        {
            log.DeclinedFor(planHash, refusal);
        }

        return _studies.GetValueOrDefault(planHash);
    }

    private async Task CommittedAsync(Participation study, RoundCommitted committed, CancellationToken cancellationToken)
    {
        var planHash = NodeMessages.DigestOf(committed.PlanHash);
        if (await study.CatchUpAsync(committed, cancellationToken).ConfigureAwait(false))
        {
            Say(NodeMessages.Report(planHash, study.Model));
        }

        if (_offers.TryGetValue(planHash, out var offered)) // or else the offer of this session is still under way
        {
            if (committed.Round > offered.Offer.Round.Value)
            {
                var said = offered.Offer with
                {
                    Round = new RoundNumber(committed.Round),
                    Model = NodeMessages.DigestOf(committed.NextModelHash),
                };
                _offers[planHash] = (offered.Plan, said, offered.Said);
            }

            Show(offered.Plan, study.Broken);
            if (study.Broken is { Code: DeclineCode.PastChanged or DeclineCode.JournalBehind } broken && offered.Said != broken.Name)
            {
                await AnswerAsync(planHash).ConfigureAwait(false);
            }
        }
    }

    private async Task EndedAsync(StudyEnded ended)
    {
        var planHash = NodeMessages.DigestOf(ended.PlanHash);
        if (_studies.Remove(planHash, out var study))
        {
            await study.ScoreNowAsync().ConfigureAwait(false);
            await study.DisposeAsync().ConfigureAwait(false);
        }

        // Only of plans that were offered here and kept: a coordinator must not fill the journal with studies that never were.
        if (context.Journal.Of(planHash).Completed is null && plans.Kept(planHash) is { } plan)
        {
            context.Journal.Record(new JournalEntry.Ended(planHash, ended.Completed));
            var reason = ForeignText.Clean(ended.Reason);
            log.StudyEnded(planHash.Abbreviated, ended.Completed, reason);
            status.Show(
                new StudyStatus(
                    planHash,
                    plan.Plan.Name,
                    context.Journal.Of(planHash).Committed,
                    (uint)plan.Plan.Rounds,
                    default,
                    "STUDY_OVER",
                    reason
                )
            );
        }
    }

    private void Say(NodeMessage message) => context.Outgoing.Say(message);

    private void Show(StoredPlan plan, GateRefusal? refusal) =>
        status.Show(
            new StudyStatus(
                plan.Hash,
                plan.Plan.Name,
                _studies.GetValueOrDefault(plan.Hash)?.Model.Round ?? context.Journal.Of(plan.Hash).Committed,
                (uint)plan.Plan.Rounds,
                _offers[plan.Hash].Offer.Last,
                refusal?.Name ?? StudyStatus.TakingPart,
                refusal?.Reason ?? ""
            )
        );
}
