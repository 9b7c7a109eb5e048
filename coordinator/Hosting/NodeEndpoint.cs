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
    IHostApplicationLifetime lifetime
) : NodeService.NodeServiceBase
{
    /// <summary>The one version of the conversation that this coordinator speaks.</summary>
    internal const uint ProtocolVersion = 1;

    public override async Task Session(
        IAsyncStreamReader<NodeMessage> requestStream,
        IServerStreamWriter<CoordinatorMessage> responseStream,
        ServerCallContext context
    )
    {
        var site = callers.Require(Role.Site, context);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        var session = await GreetAsync(site, requestStream, stop.Token).ConfigureAwait(false);
        var reason = "the connection was lost.";
        try
        {
            session.Send(
                new CoordinatorMessage
                {
                    Welcome = new Welcome { ProtocolVersion = ProtocolVersion, Site = site.Value },
                }
            );
            studies.Tell(site, new StudyInput.Connected(site));
            var writing = WriteAsync(session, responseStream, stop.Token);
            var reading = ReadAsync(site, requestStream, stop.Token);
            var first = await Task.WhenAny(writing, reading).ConfigureAwait(false);
            reason = first == reading ? "it left." : "another stream of it took over, or it stopped reading.";
            await stop.CancelAsync().ConfigureAwait(false);
            await (first == reading ? writing : reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await first.ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The stream broke or we are going down; either way the node comes back by itself.
            if (lifetime.ApplicationStopping.IsCancellationRequested)
            {
                throw Refusals.GoingDown();
            }
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
        var site = callers.Require(Role.Site, context);
        return Task.FromResult(new FetchPlanResponse { Plan = ByteString.CopyFrom(StudyOf(site, request.PlanHash).PlanBytes) });
    }

    public override async Task<VectorReceipt> SubmitVector(IAsyncStreamReader<VectorMessage> requestStream, ServerCallContext context)
    {
        var site = callers.Require(Role.Site, context);
        if (
            !await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false)
            || requestStream.Current.KindCase != VectorMessage.KindOneofCase.Header
        )
        {
            throw Refusals.Malformed("a vector begins with its header.");
        }

        var header = requestStream.Current.Header;
        var study = StudyOf(site, header.PlanHash);
        var assembly = VectorAssembly.Start(header, study.ParameterCount, out var fault) ?? throw Refuse(site, header, fault!);
        var handedOver = false;
        try
        {
            while (await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false))
            {
                if (requestStream.Current.KindCase != VectorMessage.KindOneofCase.Chunk)
                {
                    throw Refuse(site, header, "after the header come chunks only.");
                }

                if (assembly.Add(requestStream.Current.Chunk) is { } chunkFault)
                {
                    throw Refuse(site, header, chunkFault);
                }
            }

            if (assembly.Finish() is { } wholeFault)
            {
                throw Refuse(site, header, wholeFault);
            }

            metrics.VectorReceived(study.ParameterCount * Lanes.InputBytes);
            var digest = assembly.Digest;
            var answer = new TaskCompletionSource<Verdict>(TaskCreationOptions.RunContinuationsAsynchronously);
            handedOver = study.Post(
                new StudyInput.Vector(site, new RoundNumber(header.Round), new AttemptNumber(header.Attempt), assembly, answer)
            );
            var verdict = handedOver ? await answer.Task.WaitAsync(lifetime.ApplicationStopping).ConfigureAwait(false) : new Verdict.Late();
            if (Refusals.Of(verdict) is { } refusal)
            {
                log.VectorRefused(site.Value, header.Round, header.Attempt, refusal.Status.Detail);
                throw refusal;
            }

            return new VectorReceipt { Digest = ByteString.CopyFrom(digest.ToArray()) };
        }
        finally
        {
            if (!handedOver)
            {
                assembly.Dispose();
            }
        }
    }

    public override async Task FetchSum(FetchSumRequest request, IServerStreamWriter<SumMessage> responseStream, ServerCallContext context)
    {
        var site = callers.Require(Role.Site, context);
        var study = StudyOf(site, request.PlanHash);
        var round = new RoundNumber(request.Round);
        var committed = study.Committed(round) ?? throw Refusals.UnknownRound(round);
        await responseStream
            .WriteAsync(new SumMessage { Header = study.CommittedMessage(committed) }, context.CancellationToken)
            .ConfigureAwait(false);
        foreach (var chunk in Chunks.Of(committed.Sum))
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

        log.SiteConnected(site.Value, hello.SoftwareVersion);
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
                    StudyOf(site, answer.PlanHash)
                        .Post(new StudyInput.Answered(site, answer.Accepted, answer.Reason, new RoundNumber(answer.Round), model));
                    break;
                case NodeMessage.KindOneofCase.ModelReport:
                    var report = message.ModelReport;
                    StudyOf(site, report.PlanHash)
                        .Post(new StudyInput.Reported(site, new RoundNumber(report.Round), DigestOf(report.ModelHash)));
                    break;
                case NodeMessage.KindOneofCase.AttemptRefusal:
                    var refusal = message.AttemptRefusal;
                    StudyOf(site, refusal.PlanHash)
                        .Post(
                            new StudyInput.Declined(
                                site,
                                new RoundNumber(refusal.Round),
                                new AttemptNumber(refusal.Attempt),
                                $"{refusal.Code}: {refusal.Reason}"
                            )
                        );
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

    private RpcException Refuse(SiteName site, VectorHeader header, string fault)
    {
        log.VectorRefused(site.Value, header.Round, header.Attempt, fault);
        return Refusals.Malformed(fault);
    }
}
