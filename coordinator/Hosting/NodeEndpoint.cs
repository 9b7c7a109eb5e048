using System.Collections.Concurrent;
using Federated.Coordinator.Aggregation;
using Federated.Coordinator.Rounds;
using Federated.Coordinator.Sessions;
using Federated.Coordinator.Studies;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Hosting;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Federated.Coordinator.Hosting;

/// <summary>What nodes call. Parses, asks the study, answers.</summary>
internal sealed class NodeEndpoint(
    Callers callers,
    SessionRegistry sessions,
    StudyRegistry studies,
    CoordinatorLog log,
    CoordinatorMetrics metrics,
    TimeProvider time,
    IHostApplicationLifetime lifetime
) : NodeService.NodeServiceBase
{
    /// <summary>The one version of the conversation that this coordinator speaks.</summary>
    internal const uint ProtocolVersion = 1;

    /// <summary>How long a node that said something wrong has to read what was queued for it.</summary>
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(SiteName Site, Digest Plan), byte> _uploads = new();

    public override async Task Session(
        IAsyncStreamReader<NodeMessage> requestStream,
        IServerStreamWriter<CoordinatorMessage> responseStream,
        ServerCallContext context
    )
    {
        var site = callers.Require(context, Role.Site);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        var session = await GreetAsync(site, requestStream, stop.Token).ConfigureAwait(false);
        var reason = "the connection was lost.";
        try
        {
            studies.Tell(site, new StudyInput.Connected(site));
            var writing = WriteAsync(session, responseStream, stop.Token);
            var reading = ReadAsync(site, requestStream, stop.Token);
            var standing = callers.KeepRequiringAsync(context, [Role.Site], stop.Token);
            var first = await Task.WhenAny(writing, reading, standing).ConfigureAwait(false);
            if (first != writing)
            {
                // A write that is cancelled half-way resets the stream, and the node would not hear why it ended.
                session.End();
                await writing.WaitAsync(FarewellTime, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(writing, reading, standing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await first.ConfigureAwait(false);
            reason = first == reading ? "it left." : "another stream of it took over, or it stopped reading.";
        }
        catch (RpcException e)
        {
            reason = e.Status.Detail;
            throw;
        }
        catch (Exception e)
            when (e is OperationCanceledException or IOException or InvalidOperationException
                && context.CancellationToken.IsCancellationRequested
            )
        {
            // The stream broke; the node comes back by itself.
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            reason = "this coordinator is going down.";
            throw Refusals.GoingDown();
        }
        finally
        {
            if (sessions.Leave(session))
            {
                studies.Tell(site, new StudyInput.Disconnected(site, reason));
                log.SiteGone(site.Value, reason);
            }
        }
    }

    public override Task<FetchPlanResponse> FetchPlan(FetchPlanRequest request, ServerCallContext context)
    {
        var site = callers.Require(context, Role.Site);
        return Task.FromResult(StudyEndpoint.PlanOf(StudyOf(site, request.PlanHash)));
    }

    public override async Task<VectorReceipt> SubmitVector(IAsyncStreamReader<VectorMessage> requestStream, ServerCallContext context)
    {
        var site = callers.Require(context, Role.Site);
        if (
            !await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false)
            || requestStream.Current.KindCase != VectorMessage.KindOneofCase.Header
        )
        {
            throw Refusals.Malformed("a vector begins with its header.");
        }

        var header = requestStream.Current.Header;
        var study = StudyOf(site, header.PlanHash);
        if (VectorAssembly.Fault(header, study.ParameterCount) is { } fault)
        {
            throw Refuse(site, header, fault);
        }

        // Memory for a vector is taken only where one is awaited, and for one at a time of each site.
        if (!study.MayUpload(site, new RoundNumber(header.Round), new AttemptNumber(header.Attempt)))
        {
            throw Answer(site, header, new Verdict.Late());
        }

        if (!_uploads.TryAdd((site, study.PlanHash), 0))
        {
            throw new RpcException(
                new Status(StatusCode.ResourceExhausted, $"{site} is sending a vector of this study already; wait for its answer.")
            );
        }

        using var time = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        time.CancelAfter(study.Plan.Aggregation.Timeout);
        try
        {
            return await ReceiveAsync(site, study, header, requestStream, time.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw Refusals.GoingDown();
        }
        catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
        {
            throw Answer(site, header, new Verdict.Late());
        }
        finally
        {
            _uploads.TryRemove((site, study.PlanHash), out _);
        }
    }

    private async Task<VectorReceipt> ReceiveAsync(
        SiteName site,
        Study study,
        VectorHeader header,
        IAsyncStreamReader<VectorMessage> stream,
        CancellationToken cancellationToken
    )
    {
        var assembly = VectorAssembly.Start(header, study.ParameterCount, out _)!;
        var handedOver = false;
        try
        {
            while (await stream.MoveNext(cancellationToken).ConfigureAwait(false))
            {
                if (stream.Current.KindCase != VectorMessage.KindOneofCase.Chunk)
                {
                    throw Refuse(site, header, "after the header come chunks only.");
                }

                if (assembly.Add(stream.Current.Chunk) is { } chunkFault)
                {
                    throw Refuse(site, header, chunkFault);
                }
            }

            if ((assembly.Finish() ?? BoundFault(assembly.Bytes, study.LaneBound)) is { } wholeFault)
            {
                throw Refuse(site, header, wholeFault);
            }

            metrics.VectorReceived(study.ParameterCount * Lanes.InputBytes);
            var digest = assembly.Digest;
            var answer = new TaskCompletionSource<Verdict>(TaskCreationOptions.RunContinuationsAsynchronously);
            study.Post(new StudyInput.Vector(site, new RoundNumber(header.Round), new AttemptNumber(header.Attempt), assembly, answer));
            handedOver = true;
            var verdict = await answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            return verdict is Verdict.Fresh or Verdict.Same
                ? new VectorReceipt { Digest = ByteString.CopyFrom(digest.ToArray()) }
                : throw Answer(site, header, verdict);
        }
        finally
        {
            if (!handedOver)
            {
                assembly.Dispose();
            }
        }
    }

    private static string? BoundFault(ReadOnlySpan<byte> vector, long bound) =>
        Lanes.AreWithin(vector, bound) ? null : $"a lane is beyond the plan's bound of {bound} grid steps.";

    public override async Task FetchSum(FetchSumRequest request, IServerStreamWriter<SumMessage> responseStream, ServerCallContext context)
    {
        var site = callers.Require(context, Role.Site);
        var study = StudyOf(site, request.PlanHash);
        var round = new RoundNumber(request.Round);
        var committed = study.Committed(round) ?? throw Refusals.UnknownRound(round);
        await responseStream
            .WriteAsync(new SumMessage { Header = study.Header(committed) }, context.CancellationToken)
            .ConfigureAwait(false);
        foreach (var chunk in Chunks.Of(study.SumOf(committed)))
        {
            await responseStream.WriteAsync(new SumMessage { Chunk = chunk }, context.CancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<SiteSession> GreetAsync(SiteName site, IAsyncStreamReader<NodeMessage> reader, CancellationToken cancellationToken)
    {
        if (!await reader.MoveNext(cancellationToken).ConfigureAwait(false) || reader.Current.KindCase != NodeMessage.KindOneofCase.Hello)
        {
            throw Refusals.Malformed("a session begins with Hello.");
        }

        var hello = reader.Current.Hello;
        if (hello.ProtocolVersion != ProtocolVersion)
        {
            throw new RpcException(
                new Status(
                    StatusCode.FailedPrecondition,
                    $"This coordinator speaks protocol {ProtocolVersion}, the node {hello.ProtocolVersion}; install the release that the consortium uses."
                )
            );
        }

        if (hello.InstanceId.Length != 16)
        {
            throw Refusals.Malformed($"an instance id has 16 bytes; this one has {hello.InstanceId.Length}.");
        }

        var session = new SiteSession(site, new Guid(hello.InstanceId.Span));
        // Queued before anybody else can find the session: the first thing a node hears.
        session.Send(
            new CoordinatorMessage
            {
                Welcome = new Welcome
                {
                    ProtocolVersion = ProtocolVersion,
                    Site = site.Value,
                    TimeUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
                },
            }
        );
        if (!sessions.TryEnter(session))
        {
            log.SecondProcessRefused(site.Value);
            throw new RpcException(
                new Status(
                    StatusCode.AlreadyExists,
                    $"Another process is connected as {site}; stop one of the two. Trying again will not help while it runs."
                )
            );
        }

        log.SiteConnected(site.Value, ForeignText.Clean(hello.SoftwareVersion, most: 100));
        return session;
    }

    private static async Task WriteAsync(
        SiteSession session,
        IServerStreamWriter<CoordinatorMessage> writer,
        CancellationToken cancellationToken
    )
    {
        await foreach (var message in session.Outgoing(cancellationToken).ConfigureAwait(false))
        {
            await writer.WriteAsync(message, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ReadAsync(SiteName site, IAsyncStreamReader<NodeMessage> reader, CancellationToken cancellationToken)
    {
        while (await reader.MoveNext(cancellationToken).ConfigureAwait(false))
        {
            var message = reader.Current;
            switch (message.KindCase)
            {
                case NodeMessage.KindOneofCase.StudyAnswer:
                    var answer = message.StudyAnswer;
                    var model = answer.Accepted ? DigestOf(answer.ModelHash) : default;
                    await StudyOf(site, answer.PlanHash)
                        .HandledAsync(
                            new StudyInput.Answered(
                                site,
                                Declines.Decision(answer),
                                Declines.Sentence(answer.Code),
                                new RoundNumber(answer.Round),
                                model
                            ),
                            cancellationToken
                        )
                        .ConfigureAwait(false);
                    break;
                case NodeMessage.KindOneofCase.ModelReport:
                    var report = message.ModelReport;
                    await StudyOf(site, report.PlanHash)
                        .HandledAsync(
                            new StudyInput.Reported(site, new RoundNumber(report.Round), DigestOf(report.ModelHash)),
                            cancellationToken
                        )
                        .ConfigureAwait(false);
                    break;
                case NodeMessage.KindOneofCase.AttemptRefusal:
                    var refusal = message.AttemptRefusal;
                    await StudyOf(site, refusal.PlanHash)
                        .HandledAsync(
                            new StudyInput.Declined(
                                site,
                                new RoundNumber(refusal.Round),
                                new AttemptNumber(refusal.Attempt),
                                Declines.Sentence(refusal.Code)
                            ),
                            cancellationToken
                        )
                        .ConfigureAwait(false);
                    break;
                default:
                    throw Refusals.Malformed($"a {message.KindCase} is not expected in a running session.");
            }
        }
    }

    private Study StudyOf(SiteName site, ByteString planHash)
    {
        if (!Digest.TryFrom(planHash.Span, out var hash) || !studies.TryFind(hash, out var study))
        {
            throw Refusals.UnknownPlan(planHash.Span);
        }

        return study.Plan.Roster.Contains(site) ? study : throw Refusals.NotOnRoster(site, hash.Abbreviated);
    }

    private static Digest DigestOf(ByteString bytes) =>
        Digest.TryFrom(bytes.Span, out var digest)
            ? digest
            : throw Refusals.Malformed($"a hash has {Digest.Length} bytes; this one has {bytes.Length}.");

    private RpcException Answer(SiteName site, VectorHeader header, Verdict verdict)
    {
        var refusal = Refusals.Of(verdict) ?? throw new InvalidOperationException("This vector stands.");
        log.VectorRefused(site.Value, header.Round, header.Attempt, refusal.Status.Detail);
        return refusal;
    }

    private RpcException Refuse(SiteName site, VectorHeader header, string fault)
    {
        log.VectorRefused(site.Value, header.Round, header.Attempt, fault);
        return Refusals.Malformed(fault);
    }
}
