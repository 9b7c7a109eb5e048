using Federated.Coordinator.Log;
using Federated.Coordinator.Sessions;
using Federated.Coordinator.Storage;
using Federated.Coordinator.Studies;
using Federated.Federation;
using Federated.Hosting;
using Federated.Identity;
using Federated.TransparencyLog.Trees;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Federated.Coordinator.Hosting;

/// <summary>What nodes call. Parses, asks the study, answers.</summary>
internal sealed class NodeEndpoint(
    Callers callers,
    SessionRegistry sessions,
    StudyRegistry studies,
    InputUploads uploads,
    Members members,
    Witnessing witnessing,
    CoordinatorStore store,
    StatementQuota quota,
    CoordinatorSelf self,
    CoordinatorLog log,
    TimeProvider time,
    IHostApplicationLifetime lifetime
) : NodeService.NodeServiceBase
{
    /// <summary>The one version of the conversation that this coordinator speaks.</summary>
    internal const uint ProtocolVersion = 3;

    /// <summary>How long a node that said something wrong has to read what was queued for it.</summary>
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(5);

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

    public override Task SubmitMaskedInput(
        IAsyncStreamReader<MaskedInputMessage> requestStream,
        IServerStreamWriter<MaskedInputProgress> responseStream,
        ServerCallContext context
    ) => uploads.ServeAsync(callers.Require(context, Role.Site), StudyOf, requestStream, responseStream, context.CancellationToken);

    public override async Task FetchSum(FetchSumRequest request, IServerStreamWriter<SumMessage> responseStream, ServerCallContext context)
    {
        var site = callers.Require(context, Role.Site);
        var study = StudyOf(site, request.PlanHash);
        var round = new RoundNumber(request.Round);
        var committed = study.Committed(round) ?? throw Refusals.UnknownRound(round);
        await SendAsync(study, committed, responseStream, context.CancellationToken).ConfigureAwait(false);
    }

    /// <summary>A committed round: its header, the proof that its sites signed it, and its sum.</summary>
    internal static async Task SendAsync(
        Study study,
        CommittedRound committed,
        IServerStreamWriter<SumMessage> writer,
        CancellationToken cancellationToken
    )
    {
        await writer.WriteAsync(new SumMessage { Header = study.Header(committed) }, cancellationToken).ConfigureAwait(false);
        await writer
            .WriteAsync(new SumMessage { Proof = UnsafeByteOperations.UnsafeWrap(study.ProofOf(committed)) }, cancellationToken)
            .ConfigureAwait(false);
        foreach (var chunk in Chunks.Of(study.SumOf(committed)))
        {
            await writer.WriteAsync(new SumMessage { Chunk = chunk }, cancellationToken).ConfigureAwait(false);
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

        if (members.Refusal(site, hello.Credential.Memory) is { } credential)
        {
            throw new RpcException(
                new Status(StatusCode.PermissionDenied, $"Protocol identity of {site}: {ForeignText.Clean(credential)}")
            );
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
                    Credential = UnsafeByteOperations.UnsafeWrap(self.Credential),
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

        try
        {
            if (members.SuspendIfNew(site, hello.Credential.Memory))
            {
                await studies.ChangeKeysAsync(site, "it came back with other keys.", cancellationToken).ConfigureAwait(false);
            }

            members.Enter(site, hello.Credential.Memory, new TreeSize((long)Math.Min(hello.LogSeen, (ulong)TreeSize.Most)));
        }
        catch
        {
            sessions.Leave(session); // or else the site's next process would find this one in its way
            throw;
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
        await foreach (var message in session.Outgoing.ReadAllAsync(cancellationToken).ConfigureAwait(false))
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
                case NodeMessage.KindOneofCase.Protocol:
                    var protocol = message.Protocol;
                    await StudyOf(site, protocol.PlanHash)
                        .HandledAsync(
                            new StudyInput.Said(
                                site,
                                new RoundNumber(protocol.Round),
                                new AttemptNumber(protocol.Attempt),
                                protocol.FromWire(out var fault) ?? throw Refusals.Malformed(fault!)
                            ),
                            cancellationToken
                        )
                        .ConfigureAwait(false);
                    break;
                case NodeMessage.KindOneofCase.LogEntry:
                    await LogAsync(site, message.LogEntry.Entry.Memory, cancellationToken).ConfigureAwait(false);
                    break;
                case NodeMessage.KindOneofCase.Cosignature:
                    if (witnessing.Answer(site, message.Cosignature.Line.Span) is { } noCosignature)
                    {
                        log.CosignatureRefused(site.Value, noCosignature); // one that comes again after a break, or a site that plays: the log does not rest on it
                    }

                    break;
                case NodeMessage.KindOneofCase.WitnessRefusal:
                    var has = new TreeSize((long)Math.Min(message.WitnessRefusal.Seen, (ulong)TreeSize.Most));
                    witnessing.Refused(site, has, message.WitnessRefusal.Code);
                    break;
                default:
                    throw Refusals.Malformed($"a {message.KindCase} is not expected in a running session.");
            }
        }
    }

    /// <summary>A site's statement goes into the log as it is. On disk before the site's next message is read, and so before any answer that rests on it counts.</summary>
    private async Task LogAsync(SiteName site, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var line = new LogLine(bytes, site, null);
        if (store.FindInLog(line) is { } place)
        {
            witnessing.Show(site, place, line.Hash); // said before, and its answer was lost
            return;
        }

        if (!quota.TryTake(site, bytes.Length))
        {
            log.EntryRefused(site.Value, "it has said too much for the log.");
            throw new RpcException(
                new Status(
                    StatusCode.ResourceExhausted,
                    "This site has said more for the log than it may; the node comes back by itself, later."
                )
            );
        }

        if (SiteEntry.Read(bytes, site, members.LogKeyOf(site), out var fault) is not { } entry)
        {
            log.EntryRefused(site.Value, ForeignText.Clean(fault!));
            throw Refusals.Malformed($"a statement for the log was refused: {fault}");
        }

        // Whatever names a study is judged by it: one that is registered a moment later would find it in its way.
        var refusal = entry.Entry.Study is { } named
            ? await StudyOf(site, StudyMessages.BytesOf(named.Plan)).HearAsync(entry, cancellationToken).ConfigureAwait(false)
            : members.Append(entry);
        if (refusal is not null)
        {
            log.EntryRefused(site.Value, ForeignText.Clean(refusal)); // the node insists, and leaves attempts: its operator hears of it
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
}
