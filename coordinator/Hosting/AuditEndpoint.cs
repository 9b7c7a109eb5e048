using Federated.Coordinator.Log;
using Federated.Coordinator.Studies;
using Federated.Federation;
using Federated.Hosting;
using Federated.Identity;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Federated.Coordinator.Hosting;

/// <summary>What auditors call, and researchers may: the log as it was published, and what is disclosed of its studies. Reads, and changes nothing.</summary>
internal sealed class AuditEndpoint(
    Callers callers,
    StudyRegistry studies,
    Witnessing witnessing,
    CosignedLog cosigned,
    LogArchive archive,
    Members members,
    TlsIdentity tls,
    TimeProvider time,
    IHostApplicationLifetime lifetime
) : AuditService.AuditServiceBase
{
    private readonly AuditPlaces _places = new(time);

    public override Task<CheckpointsResponse> FetchCheckpoints(FetchCheckpointsRequest request, ServerCallContext context)
    {
        Require(context);
        return Task.FromResult(
            new CheckpointsResponse
            {
                Root = ByteString.CopyFrom(tls.Root.RawData),
                Newest = ByteString.CopyFrom(witnessing.Recent()[^1].ToBytes()),
                Cosigned = cosigned.Current is { } current ? ByteString.CopyFrom(current.ToBytes()) : ByteString.Empty,
                Credentials = { members.OwnCredentials.Select(credential => UnsafeByteOperations.UnsafeWrap(credential)) },
            }
        );
    }

    public override Task FetchLogFiles(
        FetchLogFilesRequest request,
        IServerStreamWriter<AuditMessage> responseStream,
        ServerCallContext context
    )
    {
        var caller = Require(context);
        var newest = (ulong)witnessing.Size.Value;
        if (request.Seen > request.Until || request.Until > newest)
        {
            throw Refusals.Malformed($"Files from {request.Seen} entries to {request.Until} were asked for; the log has {newest}.");
        }

        var paths = Tiling.NewFiles(new TreeSize((long)request.Seen), new TreeSize((long)request.Until));
        return SendAsync(paths.Select(path => (path.ToString(), archive.Read(path))), caller, responseStream, context);
    }

    public override async Task FetchDisclosures(
        FetchDisclosuresRequest request,
        IServerStreamWriter<AuditMessage> responseStream,
        ServerCallContext context
    )
    {
        var recipient = Require(context);
        if (!Digest.TryFrom(request.PlanHash.Span, out var hash) || !studies.TryFind(hash, out var study))
        {
            throw Refusals.UnknownPlan(request.PlanHash.Span);
        }

        if (request.Round == 0)
        {
            throw Refusals.Malformed("Rounds are counted from 1.");
        }

        if (request.LastRound > study.Model.Round.Value)
        {
            throw Refusals.UnknownRound(new RoundNumber(request.LastRound));
        }

        // From sums follow all models, and the evaluation is one: whoever takes them takes those.
        if (request.LastRound > 0)
        {
            var last = study.Committed(new RoundNumber(request.LastRound))!;
            await study
                .ReleaseAsync(EntryKind.ModelReleased, last.NextModelHash, recipient, context.CancellationToken)
                .ConfigureAwait(false);
            if (study.Plan.EvaluationIn(last.Round) is not null)
            {
                await study
                    .ReleaseAsync(EntryKind.EvaluationReleased, last.SumHash, recipient, context.CancellationToken)
                    .ConfigureAwait(false);
            }
        }

        await SendAsync(Disclosed(study, request.Round, request.LastRound), recipient, responseStream, context).ConfigureAwait(false);
    }

    private static IEnumerable<(string Path, ReadOnlyMemory<byte> Bytes)> Disclosed(Study study, uint first, uint last)
    {
        yield return ($"plans/{study.PlanHash}/plan.json", study.Signed.Plan);
        yield return ($"plans/{study.PlanHash}/researcher.crt", study.Signed.Certificate);
        yield return ($"plans/{study.PlanHash}/signature", study.Signed.Signature);
        for (var number = first; number <= last; number++)
        {
            var round = study.Committed(new RoundNumber(number)) ?? throw Refusals.UnknownRound(new RoundNumber(number));
            var sum = study.SumOf(round);
            if (Digest.Of(sum.Span) != round.SumHash)
            {
                throw new RpcException(
                    new Status(
                        StatusCode.DataLoss,
                        $"The sum of round {number} on the coordinator's disk is not the one that was committed."
                    )
                );
            }

            yield return ($"rounds/{study.PlanHash}/{number:d5}.proof", study.ProofOf(round));
            yield return ($"rounds/{study.PlanHash}/{number:d5}.sum", sum);
        }
    }

    /// <summary>One file in memory at a time; read when the one before is on its way.</summary>
    private async Task SendAsync(
        IEnumerable<(string Path, ReadOnlyMemory<byte> Bytes)> files,
        SiteName caller,
        IServerStreamWriter<AuditMessage> writer,
        ServerCallContext context
    )
    {
        using var place = _places.Take(caller);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            foreach (var (path, bytes) in files)
            {
                Require(context); // a slow reader may be revoked meanwhile
                var header = new AuditMessage
                {
                    Header = new AuditFile { Path = path, Length = (ulong)bytes.Length },
                };
                await place.WriteAsync(token => writer.WriteAsync(header, token), stop.Token).ConfigureAwait(false);
                foreach (var chunk in Chunks.Of(bytes))
                {
                    var message = new AuditMessage { Chunk = chunk };
                    await place.WriteAsync(token => writer.WriteAsync(message, token), stop.Token).ConfigureAwait(false);
                }
            }
        }
        catch (CorruptLogException e)
        {
            throw new RpcException(new Status(StatusCode.DataLoss, $"A file of the log is not to be had: {e.Message}"));
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw Refusals.GoingDown();
        }
    }

    private SiteName Require(ServerCallContext context) => callers.Require(context, Role.Researcher, Role.Auditor);
}
