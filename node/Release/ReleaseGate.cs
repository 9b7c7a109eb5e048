using System.Text.Json;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.Node.Hosting;
using Federated.Node.Journal;
using Federated.Node.Sessions;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Federated.Node.Release;

/// <summary>
/// The one door through which anything computed from patients leaves this node: quantize, write it into the journal, then send. Clipping, the charge to the ledger,
/// noise and masks take their places before the journal; nothing else in the node may build a <see cref="VectorMessage"/> (an architecture
/// test says so).
/// </summary>
internal sealed class ReleaseGate(CoordinatorChannel coordinator, SiteJournal journal, NodeLog log, TimeProvider time)
{
    /// <summary>Releases one site's update for one attempt.</summary>
    /// <param name="plan">The approved plan.</param>
    /// <param name="planHash">Its hash.</param>
    /// <param name="site">This site: its public share weighs the update.</param>
    /// <param name="attempt">The attempt; one release each, and none once a later one was released.</param>
    /// <param name="update">Shape [d]; overwritten.</param>
    /// <param name="deadline">When the coordinator stops waiting.</param>
    /// <param name="cancellationToken">Ends the upload; the attempt is then over for this site. What was sent stays sent.</param>
    /// <returns>Null once received, or why nothing was released.</returns>
    /// <exception cref="OperatorException">The journal cannot be written; nothing left.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The coordinator's certificate does not count any more.</exception>
    internal async Task<GateRefusal?> ReleaseAsync(
        StudyPlan plan,
        Digest planHash,
        SiteName site,
        Attempt attempt,
        double[] update,
        DateTimeOffset deadline,
        CancellationToken cancellationToken
    )
    {
        var lanes = new int[update.Length];
        var clamped = SiteUpdate.Encode(update, plan.ShareOf(site), plan.Grid, lanes);
        if (clamped < 0)
        {
            return new GateRefusal(DeclineCode.NotFinite, "the update is not finite; the learning rate is probably too high.");
        }

        if (clamped > 0)
        {
            log.Clamped(planHash.Abbreviated, attempt.Round.Value, clamped);
        }

        var bytes = Lanes.ToBytes(lanes);
        var digest = Digest.Of(bytes);
        var header = new VectorHeader
        {
            PlanHash = ByteString.CopyFrom(planHash.ToArray()),
            Round = attempt.Round.Value,
            Attempt = attempt.Number.Value,
            Length = (uint)lanes.Length,
            Digest = ByteString.CopyFrom(digest.ToArray()),
        };
        coordinator.RequirePeer(); // before the journal: an attempt is not spent on a coordinator that no longer counts
        if (!journal.TryRelease(planHash, attempt, digest, out var why))
        {
            return new GateRefusal(
                why,
                why == DeclineCode.Replay ? $"{attempt} was answered before." : $"{attempt} is no longer wanted at this site; nothing left."
            );
        }

        var refusal = await SendAsync(header, bytes, deadline, cancellationToken).ConfigureAwait(false);
        if (refusal is null)
        {
            NodeTelemetry.Released.Add(lanes.Length);
            log.Released(planHash.Abbreviated, attempt.Round.Value, attempt.Number.Value, lanes.Length, digest.Abbreviated);
        }

        return refusal;
    }

    /// <summary>Sends, and after a broken connection sends the identical bytes again until the deadline.</summary>
    private async Task<GateRefusal?> SendAsync(
        VectorHeader header,
        byte[] bytes,
        DateTimeOffset deadline,
        CancellationToken cancellationToken
    )
    {
        for (var backoff = new Backoff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5)); ; )
        {
            try
            {
                await SendOnceAsync(header, bytes, deadline, cancellationToken).ConfigureAwait(false);
                return null;
            }
            catch (RpcException e) when (MayPass(e.StatusCode) && !cancellationToken.IsCancellationRequested)
            {
                var delay = backoff.Next();
                if (time.GetUtcNow() + delay >= deadline)
                {
                    return new GateRefusal(DeclineCode.Timeout, $"the coordinator could not be reached: {e.Status.Detail}");
                }

                await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
            }
            catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
            {
                return new GateRefusal(
                    e.StatusCode == StatusCode.DeadlineExceeded ? DeclineCode.Timeout : DeclineCode.Refused,
                    $"{e.StatusCode}: {e.Status.Detail}"
                );
            }
        }
    }

    /// <summary>
    /// Faults of the way, not of the vector: a broken or reset connection shows as any of the first three, and a coordinator that has not yet noticed that an
    /// earlier stream is dead says the last. The same bytes again are answered the same, so trying is safe.
    /// </summary>
    private static bool MayPass(StatusCode status) =>
        status is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled or StatusCode.ResourceExhausted;

    private async Task SendOnceAsync(VectorHeader header, byte[] bytes, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        coordinator.RequirePeer();
        using var call = coordinator.Client.SubmitVector(deadline: deadline.UtcDateTime, cancellationToken: cancellationToken);
        try
        {
            await call.RequestStream.WriteAsync(new VectorMessage { Header = header }, cancellationToken).ConfigureAwait(false);
            for (var offset = 0; offset < bytes.Length; offset += Lanes.MaxChunkBytes)
            {
                var piece = bytes.AsMemory(offset, Math.Min(Lanes.MaxChunkBytes, bytes.Length - offset));
                var chunk = new Chunk { Offset = (ulong)offset, Data = UnsafeByteOperations.UnsafeWrap(piece) };
                await call.RequestStream.WriteAsync(new VectorMessage { Chunk = chunk }, cancellationToken).ConfigureAwait(false);
            }

            await call.RequestStream.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e)
            when (e is RpcException or InvalidOperationException or IOException && !cancellationToken.IsCancellationRequested)
        {
            // The server ended the call while we were writing; its status, read below, says why.
        }

        var receipt = await call.ResponseAsync.ConfigureAwait(false);
        if (!receipt.Digest.Equals(header.Digest))
        {
            throw new RpcException(new Status(StatusCode.DataLoss, "The coordinator acknowledged other bytes than were sent."));
        }
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
