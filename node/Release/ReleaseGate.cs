using System.Text.Json;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.Node.Hosting;
using Federated.Node.Journal;
using Federated.Node.Sessions;
using Federated.Node.Studies;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Sites;
using Federated.V1;

namespace Federated.Node.Release;

/// <summary>
/// The one door through which anything computed from patients leaves this node: quantize, mask, write it into the journal, then send. Clipping, the charge to the ledger and
/// noise take their places before the mask; nothing else in the node may mask an input or build a <see cref="MaskedInputMessage"/> (an architecture test says so).
/// </summary>
internal sealed class ReleaseGate(CoordinatorChannel coordinator, SiteJournal journal, NodeOptions options, NodeLog log, TimeProvider time)
{
    private readonly InputUpload _upload = new(coordinator, time);

    /// <summary>Releases one site's update for one attempt.</summary>
    /// <param name="plan">The approved plan.</param>
    /// <param name="planHash">Its hash.</param>
    /// <param name="site">This site: its public share weighs the update.</param>
    /// <param name="run">The attempt, whose shares are in place; one release each, and none once a later one was released.</param>
    /// <param name="update">Shape [d]; overwritten.</param>
    /// <param name="deadline">When the coordinator stops waiting.</param>
    /// <param name="cancellationToken">Ends the upload; the attempt is then over for this site. What was sent stays sent.</param>
    /// <returns>The coordinator's receipt, or why there is none.</returns>
    /// <exception cref="OperatorException">The journal cannot be written; nothing left.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The coordinator's certificate does not count any more.</exception>
    internal async Task<(SignedMessage? Receipt, GateRefusal? Refusal)> ReleaseAsync(
        StudyPlan plan,
        Digest planHash,
        SiteName site,
        AttemptRun run,
        double[] update,
        DateTimeOffset deadline,
        CancellationToken cancellationToken
    )
    {
        var attempt = run.Attempt;
        var lanes = new int[update.Length];
        var clamped = SiteUpdate.Encode(update, plan.ShareOf(site), plan.Grid, lanes);
        if (clamped < 0)
        {
            return (null, new GateRefusal(DeclineCode.NotFinite, "the update is not finite; the learning rate is probably too high."));
        }

        if (clamped > 0)
        {
            log.Clamped(planHash.Abbreviated, attempt.Round.Value, clamped);
        }

        if (run.Mask(lanes, options.Threads) is not SiteStep.Send { Input: var masked })
        {
            return (null, new GateRefusal(DeclineCode.Protocol, "the attempt was left before its input was masked; nothing left."));
        }

        coordinator.RequirePeer(); // before the journal: an attempt is not spent on a coordinator that no longer counts
        if (!journal.TryRelease(planHash, attempt, masked.InputDigest, out var why))
        {
            return (
                null,
                new GateRefusal(
                    why,
                    why == DeclineCode.Replay
                        ? $"{attempt} was answered before."
                        : $"{attempt} is no longer wanted at this site; nothing left."
                )
            );
        }

        var (receipt, refusal) = await _upload.SendAsync(planHash, attempt, masked, deadline, cancellationToken).ConfigureAwait(false);
        if (refusal is null)
        {
            NodeTelemetry.Released.Add(lanes.Length);
            log.Released(planHash.Abbreviated, attempt.Round.Value, attempt.Number.Value, lanes.Length, masked.InputDigest.Abbreviated);
        }

        return (receipt, refusal);
    }
}

/// <summary>Why the gate let nothing out.</summary>
/// <param name="Code">As the coordinator hears it.</param>
/// <param name="Reason">For the operator.</param>
internal sealed record GateRefusal(DeclineCode Code, string Reason)
{
    /// <summary>The code as logs, status and documents write it: <c>JOURNAL_BEHIND</c>.</summary>
    internal string Name => JsonNamingPolicy.SnakeCaseUpper.ConvertName(Code.ToString());
}
