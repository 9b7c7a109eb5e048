using System.Collections.Concurrent;
using Federated.Coordinator.Aggregation;
using Federated.Coordinator.Log;
using Federated.Coordinator.Rounds;
using Federated.Coordinator.Studies;
using Federated.Federation;
using Federated.Hosting;
using Federated.SecureAggregation.Messages;
using Federated.V1;
using Grpc.Core;

namespace Federated.Coordinator.Hosting;

/// <summary>
/// Masked inputs on their way in: the header is judged before any byte is taken, memory is bounded, every chunk is acknowledged, and what came before a connection
/// broke need not be sent again.
/// </summary>
internal sealed class InputUploads(StudyContext context, CoordinatorLog log, CoordinatorMetrics metrics, IHostApplicationLifetime lifetime)
{
    /// <summary>A plan's time may be a millisecond; asking more often than this would be waiting in a loop.</summary>
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(SiteName Site, Digest Plan), byte> _running = new();

    /// <summary>Serves one call.</summary>
    /// <param name="site">Whose certificate it is.</param>
    /// <param name="study">Finds the study of a header, on whose roster the site is.</param>
    /// <param name="requests">A header, then chunks.</param>
    /// <param name="responses">Acknowledgements, then the receipt.</param>
    /// <param name="cancellationToken">The call's.</param>
    internal async Task ServeAsync(
        SiteName site,
        Func<SiteName, Google.Protobuf.ByteString, Study> study,
        IAsyncStreamReader<MaskedInputMessage> requests,
        IServerStreamWriter<MaskedInputProgress> responses,
        CancellationToken cancellationToken
    )
    {
        if (
            !await requests.MoveNext(cancellationToken).ConfigureAwait(false)
            || requests.Current.KindCase != MaskedInputMessage.KindOneofCase.Header
        )
        {
            throw Refusals.Malformed("a masked input begins with its header.");
        }

        var wire = requests.Current.Header;
        var asked = study(site, wire.PlanHash);
        var charge = SiteEntry.ReadCharge(
            requests.Current.Charge?.Entry.Memory ?? default,
            site,
            context.Members.LogKeyOf(site),
            asked.Plan.Privacy is not null,
            out var unpaid
        );
        var upload = new Upload(
            site,
            asked,
            new RoundNumber(wire.Round),
            new AttemptNumber(wire.Attempt),
            wire.FromWire(out var fault) ?? throw Refusals.Malformed(fault!),
            charge
        );
        if (unpaid is not null)
        {
            throw Refuse(upload, Refusals.Malformed(unpaid));
        }

        if (!_running.TryAdd((site, upload.Study.PlanHash), 0))
        {
            throw new RpcException(
                new Status(StatusCode.ResourceExhausted, $"{site} is sending an input of this study already; wait for its answer.")
            );
        }

        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        time.CancelAfter(upload.Study.Plan.Aggregation.Timeout);
        try
        {
            await ReceiveAsync(upload, requests, responses, time.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw Refusals.GoingDown();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Refuse(upload, Refusals.TooLate());
        }
        finally
        {
            _running.TryRemove((site, upload.Study.PlanHash), out _);
        }
    }

    private async Task ReceiveAsync(
        Upload upload,
        IAsyncStreamReader<MaskedInputMessage> requests,
        IServerStreamWriter<MaskedInputProgress> responses,
        CancellationToken cancellationToken
    )
    {
        var asked = new TaskCompletionSource<UploadAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        upload.Study.Post(new StudyInput.UploadAsked(upload.Site, upload.Round, upload.Attempt, upload.Header, asked));
        UploadAnswer answer;
        try
        {
            answer = await asked.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _ = GiveBackAsync(upload, asked.Task); // the answer may still come, with a half input that nobody else has
            throw;
        }

        if (answer is UploadAnswer.Go go)
        {
            var length = upload.Study.InputLengthIn(upload.Round);
            var assembly = go.Half ?? await context.Room.TakeAsync(upload.Header, length, cancellationToken).ConfigureAwait(false);
            await FillAsync(upload, assembly, requests, responses, cancellationToken).ConfigureAwait(false);
            metrics.VectorReceived(assembly.Length);
            context.Inputs.Put(upload.Study.PlanHash, upload.Round, upload.Attempt, upload.Site, assembly.Bytes);
            var taken = new TaskCompletionSource<UploadAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
            upload.Study.Post(new StudyInput.Input(upload.Site, upload.Round, upload.Attempt, assembly, upload.Charge, taken)); // which gives its room back
            answer = await taken.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        await responses
            .WriteAsync(
                answer switch
                {
                    UploadAnswer.Done done => new MaskedInputProgress
                    {
                        Receipt = done.Receipt.ToWire(upload.Study.PlanHash, upload.Round, upload.Attempt),
                    },
                    UploadAnswer.Refused refused => throw Refuse(upload, Refusals.Of(refused.Refusal)),
                    _ => throw new InvalidOperationException("A complete input is taken or refused."),
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private static async Task GiveBackAsync(Upload upload, Task<UploadAnswer> asked)
    {
        if (await asked.ConfigureAwait(false) is UploadAnswer.Go { Half: { } half })
        {
            upload.Study.Post(new StudyInput.UploadBroken(upload.Site, upload.Round, upload.Attempt, half));
        }
    }

    /// <summary>Takes chunks until the input is complete. A break leaves what came with the study, an error throws it away.</summary>
    private async Task FillAsync(
        Upload upload,
        InputAssembly assembly,
        IAsyncStreamReader<MaskedInputMessage> requests,
        IServerStreamWriter<MaskedInputProgress> responses,
        CancellationToken cancellationToken
    )
    {
        var isFaulty = false;
        try
        {
            await AcknowledgeAsync(assembly, responses, cancellationToken).ConfigureAwait(false);
            while (!assembly.IsComplete)
            {
                if (!await NextAsync(upload, assembly, requests, cancellationToken).ConfigureAwait(false))
                {
                    isFaulty = true;
                    throw Refuse(upload, Refusals.Malformed($"the input ended after {assembly.Received} of {assembly.Length} bytes."));
                }

                var fault =
                    requests.Current.KindCase == MaskedInputMessage.KindOneofCase.Chunk
                        ? assembly.Add(requests.Current.Chunk)
                        : "after the header come chunks only.";
                if (fault is not null)
                {
                    isFaulty = true;
                    throw Refuse(upload, Refusals.Malformed(fault));
                }

                await AcknowledgeAsync(assembly, responses, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            if (isFaulty)
            {
                assembly.Dispose();
            }
            else
            {
                upload.Study.Post(new StudyInput.UploadBroken(upload.Site, upload.Round, upload.Attempt, assembly));
            }

            throw;
        }
    }

    /// <summary>
    /// The next message. Who sends none for a tenth of the plan's time keeps its memory for as long as nobody waits for it: else a site that hangs in the middle of a large
    /// input would take the round from all others, and from other studies.
    /// </summary>
    private async Task<bool> NextAsync(
        Upload upload,
        InputAssembly assembly,
        IAsyncStreamReader<MaskedInputMessage> requests,
        CancellationToken cancellationToken
    )
    {
        var patience = upload.Study.Plan.Aggregation.Timeout / 10;
        patience = patience > LeastPatience ? patience : LeastPatience;
        var next = requests.MoveNext(cancellationToken);
        while (!next.IsCompleted && !cancellationToken.IsCancellationRequested)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var first = await Task.WhenAny(next, Task.Delay(patience, context.Time, over.Token)).ConfigureAwait(false);
            if (first != next && context.Room.IsAwaited && !cancellationToken.IsCancellationRequested)
            {
                throw Refuse(upload, Refusals.Stalled(assembly.Received)); // the end of the call ends the read too
            }

            await over.CancelAsync().ConfigureAwait(false);
        }

        return await next.ConfigureAwait(false);
    }

    private static Task AcknowledgeAsync(
        InputAssembly assembly,
        IServerStreamWriter<MaskedInputProgress> responses,
        CancellationToken cancellationToken
    ) => responses.WriteAsync(new MaskedInputProgress { Received = (ulong)assembly.Received }, cancellationToken);

    private RpcException Refuse(Upload upload, RpcException refusal)
    {
        log.InputRefused(upload.Site.Value, upload.Round.Value, upload.Attempt.Value, refusal.Status.Detail);
        return refusal;
    }

    private sealed record Upload(
        SiteName Site,
        Study Study,
        RoundNumber Round,
        AttemptNumber Attempt,
        SignedMessage Header,
        SiteEntry? Charge
    );
}
