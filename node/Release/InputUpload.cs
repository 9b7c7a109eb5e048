using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Hosting;
using Federated.Node.Sessions;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Sites;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Federated.Node.Release;

/// <summary>Sends a masked input in acknowledged chunks, and after a broken connection goes on where the coordinator is. The bytes never change.</summary>
internal sealed class InputUpload(CoordinatorChannel coordinator, TimeProvider time)
{
    /// <summary>Chunks that may be under way without an acknowledgement: enough to fill a link, and little to send again.</summary>
    private const int MostUnacknowledged = 4;

    /// <summary>Sends until the coordinator's receipt is here, or until the deadline.</summary>
    /// <param name="planHash">Whose plan.</param>
    /// <param name="attempt">Which attempt.</param>
    /// <param name="input">Header and bytes.</param>
    /// <param name="charge">This site's statement of the charge; empty without privacy.</param>
    /// <param name="deadline">When the coordinator stops waiting.</param>
    /// <param name="cancellationToken">Ends the upload; what was sent stays sent.</param>
    /// <returns>The receipt, or why there is none.</returns>
    internal async Task<(SignedMessage? Receipt, GateRefusal? Refusal)> SendAsync(
        Digest planHash,
        Attempt attempt,
        MaskedInput input,
        ReadOnlyMemory<byte> charge,
        DateTimeOffset deadline,
        CancellationToken cancellationToken
    )
    {
        for (var backoff = new Backoff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5)); ; )
        {
            try
            {
                return (await SendOnceAsync(planHash, attempt, input, charge, deadline, cancellationToken).ConfigureAwait(false), null);
            }
            catch (RpcException e) when (MayPass(e.StatusCode) && !cancellationToken.IsCancellationRequested)
            {
                var delay = backoff.Next();
                if (time.GetUtcNow() + delay >= deadline)
                {
                    return (null, new GateRefusal(DeclineCode.Timeout, $"the coordinator could not be reached: {e.Status.Detail}"));
                }

                await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
            }
            catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
            {
                return (
                    null,
                    new GateRefusal(
                        e.StatusCode == StatusCode.DeadlineExceeded ? DeclineCode.Timeout : DeclineCode.Refused,
                        $"{e.StatusCode}: {ForeignText.Clean(e.Status.Detail)}"
                    )
                );
            }
        }
    }

    /// <summary>
    /// Faults of the way, not of the input: a broken or reset connection shows as any of the first three, and a coordinator that has not yet noticed that an
    /// earlier stream is dead says the last. The same bytes again are answered the same, so trying is safe.
    /// </summary>
    private static bool MayPass(StatusCode status) =>
        status is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled or StatusCode.ResourceExhausted;

    private async Task<SignedMessage> SendOnceAsync(
        Digest planHash,
        Attempt attempt,
        MaskedInput input,
        ReadOnlyMemory<byte> charge,
        DateTimeOffset deadline,
        CancellationToken cancellationToken
    )
    {
        coordinator.RequirePeer();
        using var call = coordinator.Client.SubmitMaskedInput(deadline: deadline.UtcDateTime, cancellationToken: cancellationToken);
        try
        {
            var header = input.Header.ToWire(planHash, attempt.Round, attempt.Number);
            var first = new MaskedInputMessage { Header = header };
            if (!charge.IsEmpty)
            {
                first.Charge = new V1.LogEntry { Entry = UnsafeByteOperations.UnsafeWrap(charge) };
            }

            await call.RequestStream.WriteAsync(first, cancellationToken).ConfigureAwait(false);
            return await FollowAsync(call, input.Bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException && !cancellationToken.IsCancellationRequested)
        {
            // How the client says that the call ended while we were writing; its status says why.
            throw new RpcException(
                call.GetStatus() is { StatusCode: not StatusCode.OK } status ? status : new Status(StatusCode.Unavailable, e.Message)
            );
        }
    }

    /// <summary>Sends from where the coordinator is, no more than a few chunks ahead of what it acknowledges.</summary>
    private static async Task<SignedMessage> FollowAsync(
        AsyncDuplexStreamingCall<MaskedInputMessage, MaskedInputProgress> call,
        ReadOnlyMemory<byte> bytes,
        CancellationToken cancellationToken
    )
    {
        var sent = -1; // not known before the first acknowledgement
        while (await call.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false))
        {
            var progress = call.ResponseStream.Current;
            if (progress.KindCase == MaskedInputProgress.KindOneofCase.Receipt)
            {
                return progress.Receipt.FromWire(out var fault) ?? throw Broken(fault!);
            }

            var received = progress.Received;
            if (
                received > (ulong)bytes.Length
                || (sent >= 0 && received > (ulong)sent)
                || received % Lanes.MaxChunkBytes != 0 && received != (ulong)bytes.Length
            )
            {
                throw Broken($"it acknowledges {received} bytes where {Math.Max(sent, 0)} of {bytes.Length} were sent.");
            }

            sent = Math.Max(sent, (int)received);
            while (sent < bytes.Length && sent - (int)received < MostUnacknowledged * Lanes.MaxChunkBytes)
            {
                var piece = bytes.Slice(sent, Math.Min(Lanes.MaxChunkBytes, bytes.Length - sent));
                var chunk = new Chunk { Offset = (ulong)sent, Data = UnsafeByteOperations.UnsafeWrap(piece) };
                await call.RequestStream.WriteAsync(new MaskedInputMessage { Chunk = chunk }, cancellationToken).ConfigureAwait(false);
                sent += piece.Length;
            }
        }

        throw new RpcException(call.GetStatus());
    }

    private static RpcException Broken(string fault) =>
        new(new Status(StatusCode.DataLoss, $"The coordinator's answer to a masked input makes no sense: {fault}"));
}
