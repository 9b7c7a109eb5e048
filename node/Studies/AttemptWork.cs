using System.Runtime.InteropServices;
using System.Security.Authentication;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.Node.Hosting;
using Federated.Node.Release;
using Federated.SecureAggregation.Messages;
using Federated.V1;
using Grpc.Core;

namespace Federated.Node.Studies;

/// <summary>What an attempt costs time: training, and the release. Runs beside the session, so that keys and shares are exchanged meanwhile.</summary>
internal sealed class AttemptWork(StudyPlan plan, Digest planHash, StudyReleaser releaser, ParticipationContext context)
{
    /// <summary>Trains, waits for the shares, and releases.</summary>
    /// <param name="run">The attempt.</param>
    /// <param name="model">The model before the round.</param>
    /// <param name="limit">Until when the coordinator waits, from now.</param>
    /// <param name="cancellationToken">The node stops.</param>
    /// <returns>The coordinator's receipt, or why there is none; neither if the attempt was left meanwhile.</returns>
    internal async Task<(SignedMessage? Receipt, GateRefusal? Refusal)> DoAsync(
        AttemptRun run,
        ModelState model,
        TimeSpan limit,
        CancellationToken cancellationToken
    )
    {
        var deadline = context.Time.GetUtcNow() + limit;
        using var activity = NodeTelemetry.Source.StartActivity("round");
        activity?.SetTag("federated.round", run.Attempt.Round.Value);
        var release = releaser.In(run.Attempt.Round);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, run.Stopped);
        using var work = context.Desk.Begin(planHash, either.Token);
        try
        {
            var (answer, refusal) = await QueryAsync(run, release, model, limit, work.Token).ConfigureAwait(false);
            if (answer is null)
            {
                return (null, refusal);
            }

            using var wiped = answer;
            if (!await SharesAsync(run, deadline, work.Token).ConfigureAwait(false))
            {
                return (null, new GateRefusal(DeclineCode.Timeout, "the other sites' shares did not come in time."));
            }

            return await context
                .Gate.ReleaseAsync(plan, planHash, run, release, answer, releaser.Statements, deadline, work.Token)
                .ConfigureAwait(false);
        }
        catch (AuthenticationException e)
        {
            return (null, new GateRefusal(DeclineCode.Refused, e.Message)); // the session ends for the same reason
        }
        catch (Exception e)
            when (e is OperationCanceledException or RpcException
                && work.Token.IsCancellationRequested
                && !cancellationToken.IsCancellationRequested
            )
        {
            // The operator stopped it, or the attempt was left: in training, or between two pieces of the input.
            return run.Stopped.IsCancellationRequested ? (null, null)
                : context.NoWork(planHash) is { } noWork ? (null, noWork)
                : (
                    null,
                    new GateRefusal(
                        DeclineCode.Paused,
                        "its operator stopped this work and has let it go on since; the next attempt is answered."
                    )
                );
        }
    }

    private async Task<bool> SharesAsync(AttemptRun run, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var rest = deadline - context.Time.GetUtcNow();
        using var late = new CancellationTokenSource(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, context.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            await run.SharesInPlaceAsync(stop.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Asks this site's patients, trains that is, until done or until the coordinator stops waiting.</summary>
    private async Task<(RoundedAnswer? Answer, GateRefusal? Refusal)> QueryAsync(
        AttemptRun run,
        SiteRelease release,
        ModelState model,
        TimeSpan limit,
        CancellationToken cancellationToken
    )
    {
        var started = context.Time.GetTimestamp();
        using var late = new CancellationTokenSource(limit, context.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            // On a thread of its own: training blocks for as long as it takes.
            var (answer, refusal) = await Task.Run(() => context.Gate.Query(release, planHash, model, stop.Token), stop.Token)
                .ConfigureAwait(false);
            if (answer is null)
            {
                return (null, refusal);
            }

            var elapsed = context.Time.GetElapsedTime(started);
            NodeTelemetry.Training.Record(elapsed.TotalSeconds);
            context.Metrics.Trained(planHash, run.Attempt.Round, run.Attempt.Number, elapsed);
            return (answer, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (
                null,
                new GateRefusal(
                    DeclineCode.Timeout,
                    $"training took more than the {limit.TotalSeconds:0.###} s that the coordinator waits."
                )
            );
        }
        catch (OperatorException e)
        {
            return (null, new GateRefusal(DeclineCode.Data, e.Message)); // the objection list: it is read again for the next attempt
        }
        catch (ExternalException e)
        {
            return (null, new GateRefusal(DeclineCode.Training, $"libtorch failed: {e.Message}")); // out of GPU memory, say; the next attempt may do
        }
    }
}
