using Federated.Coordinator.Log;
using Federated.Coordinator.Storage;
using Federated.Coordinator.Studies;
using Federated.Federation;
using Federated.Hosting;
using Federated.Identity;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Federated.Coordinator.Hosting;

/// <summary>What auditors call, and researchers may: the log as it was published, and what is disclosed of its studies. For auditors alone: masked inputs.</summary>
internal sealed class AuditEndpoint(
    Callers callers,
    StudyRegistry studies,
    Witnessing witnessing,
    CosignedLog cosigned,
    LogArchive archive,
    KeptInputs inputs,
    CoordinatorLog log,
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

    public override async Task FetchLogFiles(
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

        using var place = _places.Take(caller);
        var paths = Tiling.NewFiles(new TreeSize((long)request.Seen), new TreeSize((long)request.Until));
        await SendAsync(paths.Select(path => (path.ToString(), archive.Read(path))), place, responseStream, context).ConfigureAwait(false);
    }

    public override async Task FetchDisclosures(
        FetchDisclosuresRequest request,
        IServerStreamWriter<AuditMessage> responseStream,
        ServerCallContext context
    )
    {
        var recipient = Require(context);
        var study = Find(request.PlanHash);
        if (request.Round == 0)
        {
            throw Refusals.Malformed("Rounds are counted from 1.");
        }

        if (request.LastRound > study.Model.Round.Value)
        {
            throw Refusals.UnknownRound(new RoundNumber(request.LastRound));
        }

        using var place = _places.Take(recipient); // before the log says that it takes something
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

        await SendAsync(Disclosed(study, request.Round, request.LastRound), place, responseStream, context).ConfigureAwait(false);
    }

    public override Task<KeptInputsResponse> KeepInputs(KeepInputsRequest request, ServerCallContext context)
    {
        var auditor = callers.Require(context, Role.Auditor);
        var study = Find(request.PlanHash);
        if (request.Rounds > inputs.MostHeld)
        {
            throw Refusals.TooManyHeld(request.Rounds, inputs.MostHeld);
        }

        var response = new KeptInputsResponse();
        if (request.Rounds > 0)
        {
            var last = (uint)Math.Min((ulong)study.Model.Round.Value + request.Rounds, (ulong)study.Plan.Rounds);
            if (study.Phase.IsOver() || last <= study.Model.Round.Value)
            {
                throw Refusals.NothingToHold();
            }

            if (!inputs.TryHold(study.PlanHash, auditor, study.Model.Round, new RoundNumber(last)))
            {
                throw Refusals.NotHeld();
            }

            response.LastRound = last;
            log.InputsHeld(auditor.Value, study.PlanHash.Abbreviated, last);
        }

        var kept = inputs.Rounds(study.PlanHash).Where(round => round <= study.Model.Round).ToList();
        response.Rounds = (uint)kept.Count;
        response.Round = kept.Count > 0 ? kept[0].Value : 0;
        return Task.FromResult(response);
    }

    public override async Task FetchInputs(
        FetchInputsRequest request,
        IServerStreamWriter<AuditMessage> responseStream,
        ServerCallContext context
    )
    {
        var auditor = callers.Require(context, Role.Auditor);
        var study = Find(request.PlanHash);
        var number = new RoundNumber(request.Round);
        var round = number.Value > 0 && number <= study.Model.Round ? study.Committed(number) : null;
        using var place = _places.Take(auditor); // before anything is read: each place is a file in memory
        var proof = round is null ? null : RoundProof.Parse(study.ProofOf(round));
        if (proof is null || OpeningOf(study, number, proof) is not { } opening)
        {
            throw Refusals.InputsNotKept(number);
        }

        await study.ReleaseAsync(EntryKind.InputsReleased, round!.SumHash, auditor, context.CancellationToken).ConfigureAwait(false);
        await SendAsync(InputsOf(study, round, proof, opening), place, responseStream, context).ConfigureAwait(false);
    }

    /// <summary>A round's opening, if it and all inputs are there as the proof has them: a crash may have taken any.</summary>
    private byte[]? OpeningOf(Study study, RoundNumber round, RoundProof proof)
    {
        if (inputs.ReadOpening(study.PlanHash, round) is not { } bytes || RoundOpening.Parse(bytes) is not { } opening)
        {
            return null;
        }

        using (opening)
        {
            var isWhole =
                opening.IsOf(proof)
                && study
                    .Committed(round)!
                    .Survivors.Zip(proof.Survivors.InputDigests)
                    .All(pair => ReadInput(study, round, pair.First, pair.Second) is not null);
            return isWhole ? bytes : null;
        }
    }

    private byte[]? ReadInput(Study study, RoundNumber round, SiteName site, Digest digest) =>
        inputs.ReadInput(study.PlanHash, round, site) is { } input && MaskedInputHeader.DigestOf(input) == digest ? input : null;

    private IEnumerable<(string Path, ReadOnlyMemory<byte> Bytes)> InputsOf(
        Study study,
        CommittedRound round,
        RoundProof proof,
        byte[] opening
    )
    {
        var folder = $"inputs/{study.PlanHash}/{round.Round.Value:d5}";
        yield return ($"{folder}/opening", opening);
        foreach (var (site, digest) in round.Survivors.Zip(proof.Survivors.InputDigests))
        {
            var input = ReadInput(study, round.Round, site, digest) ?? throw Refusals.InputsNotKept(round.Round); // too old by now
            yield return ($"{folder}/{site}.input", input);
        }
    }

    private Study Find(ByteString planHash) =>
        Digest.TryFrom(planHash.Span, out var hash) && studies.TryFind(hash, out var study)
            ? study
            : throw Refusals.UnknownPlan(planHash.Span);

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
        AuditPlaces.Place place,
        IServerStreamWriter<AuditMessage> writer,
        ServerCallContext context
    )
    {
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
