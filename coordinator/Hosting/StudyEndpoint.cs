using Federated.Audit;
using Federated.Coordinator.Storage;
using Federated.Coordinator.Studies;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.Identity;
using Federated.SecureAggregation.Rounds;
using Federated.TransparencyLog.Entries;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Federated.Coordinator.Hosting;

/// <summary>What researchers call; auditors may read.</summary>
internal sealed class StudyEndpoint(Callers callers, StudyRegistry studies, TlsIdentity tls, IHostApplicationLifetime lifetime)
    : StudyService.StudyServiceBase
{
    public override Task<SubmitStudyResponse> SubmitStudy(SubmitStudyRequest request, ServerCallContext context)
    {
        callers.Require(context, Role.Researcher);
        if (
            PlanSignature.RefusalOfNew(request.Plan.Memory, request.Certificate.Memory, request.Signature.Memory, tls, out var signer) is
            { } refusal
        )
        {
            throw new RpcException(new Status(StatusCode.PermissionDenied, $"The plan's signature does not count: {refusal}"));
        }

        // Nobody submits in the name of somebody else, who alone could then cancel or resume what others began.
        if (!context.GetHttpContext().Connection.ClientCertificate!.RawDataMemory.Span.SequenceEqual(request.Certificate.Span))
        {
            throw new RpcException(
                new Status(
                    StatusCode.PermissionDenied,
                    $"The plan was signed with another certificate (of '{signer}') than the one you connected with; submit it with the one that signed it."
                )
            );
        }

        switch (PlanCodec.Decode(request.Plan.Memory))
        {
            case PlanResult.Valid valid when PlanFault(valid.Plan, Digest.Of(request.Plan.Span)) is { } fault:
                throw Refusals.Malformed($"The plan is wrong: {fault}");
            case PlanResult.Valid valid:
                var signed = new SignedPlan(request.Plan.Memory, request.Certificate.Memory, request.Signature.Memory, signer.Value);
                return studies.Submit(valid.Plan, signed) is { } study
                    ? Task.FromResult(new SubmitStudyResponse { PlanHash = StudyMessages.BytesOf(study.PlanHash) })
                    : throw new RpcException(
                        new Status(StatusCode.ResourceExhausted, "Too many studies are under way; wait for the end of one, or cancel one.")
                    );
            case PlanResult.Invalid invalid:
                throw Refusals.Malformed($"The plan is wrong:\n{string.Join("\n", invalid.Faults.Take(20))}");
            default:
                throw new InvalidOperationException("A plan is valid or not.");
        }
    }

    /// <summary>Why an audit would fail at this plan, or null: one that breaks its own promise never gets into the log.</summary>
    private static string? PlanFault(StudyPlan plan, Digest hash) =>
        PlanTerms.Of(plan, hash, new RoundNumber(1)).Fault() ?? (SiteStatements.Of(plan, hash, out var fault) is null ? fault : null);

    public override Task<ListStudiesResponse> ListStudies(ListStudiesRequest request, ServerCallContext context)
    {
        callers.Require(context, Role.Researcher, Role.Auditor);
        return Task.FromResult(new ListStudiesResponse { Studies = { studies.All().Select(StateOf) } });
    }

    public override Task<FetchPlanResponse> FetchStudyPlan(FetchStudyPlanRequest request, ServerCallContext context)
    {
        callers.Require(context, Role.Researcher, Role.Auditor);
        return Task.FromResult(PlanOf(StudyOf(request.PlanHash)));
    }

    public override async Task<StudyState> CancelStudy(CancelStudyRequest request, ServerCallContext context)
    {
        var (researcher, study) = OwnStudy(context, request.PlanHash);
        var phase = await DecideAsync(study, answer => new StudyInput.Cancel(researcher, answer)).ConfigureAwait(false);
        return phase == StudyPhase.Cancelled ? StateOf(study) : throw Over(phase);
    }

    public override async Task<StudyState> ResumeStudy(ResumeStudyRequest request, ServerCallContext context)
    {
        var (researcher, study) = OwnStudy(context, request.PlanHash);
        var phase = await DecideAsync(study, answer => new StudyInput.Resume(researcher, answer)).ConfigureAwait(false);
        return phase.IsOver() ? throw Over(phase)
            : phase == StudyPhase.Behind
                ? throw new RpcException(new Status(StatusCode.FailedPrecondition, $"The study cannot be resumed: {study.Reason}"))
            : StateOf(study);
    }

    public override async Task WatchStudy(
        WatchStudyRequest request,
        IServerStreamWriter<StudyEvent> responseStream,
        ServerCallContext context
    )
    {
        callers.Require(context, Role.Researcher, Role.Auditor);
        var study = StudyOf(request.PlanHash);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            var watching = WatchAsync(study, responseStream, stop.Token);
            var standing = callers.KeepRequiringAsync(context, [Role.Researcher, Role.Auditor], stop.Token);
            var first = await Task.WhenAny(watching, standing).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(watching, standing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await first.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Said below, whichever of the two noticed first: this call, or the study that closed its events.
        }

        if (!study.Phase.IsOver())
        {
            throw Refusals.GoingDown();
        }
    }

    private static async Task WatchAsync(Study study, IServerStreamWriter<StudyEvent> writer, CancellationToken cancellationToken)
    {
        await foreach (var what in study.Events.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            await writer.WriteAsync(what, cancellationToken).ConfigureAwait(false);
        }
    }

    public override async Task FetchModel(
        FetchModelRequest request,
        IServerStreamWriter<ModelMessage> responseStream,
        ServerCallContext context
    )
    {
        var recipient = callers.Require(context, Role.Researcher, Role.Auditor);
        var study = StudyOf(request.PlanHash);
        var model = study.Model;
        if (model.Round.Value > 0) // the initial model is the plan's, and nobody's secret
        {
            await study.ReleaseAsync(EntryKind.ModelReleased, model.Hash, recipient, context.CancellationToken).ConfigureAwait(false);
        }

        var bytes = model.ToBytes();
        var header = new ModelHeader
        {
            Round = model.Round.Value,
            ModelHash = ByteString.CopyFrom(model.Hash.ToArray()),
            Length = (ulong)bytes.Length,
        };
        await responseStream.WriteAsync(new ModelMessage { Header = header }, context.CancellationToken).ConfigureAwait(false);
        foreach (var chunk in Chunks.Of(bytes))
        {
            await responseStream.WriteAsync(new ModelMessage { Chunk = chunk }, context.CancellationToken).ConfigureAwait(false);
        }
    }

    public override async Task FetchEvaluation(
        FetchEvaluationRequest request,
        IServerStreamWriter<SumMessage> responseStream,
        ServerCallContext context
    )
    {
        var recipient = callers.Require(context, Role.Researcher, Role.Auditor);
        var study = StudyOf(request.PlanHash);
        var round = new RoundNumber((uint)study.Plan.Rounds);
        if (study.Plan.EvaluationIn(round) is null)
        {
            throw new RpcException(new Status(StatusCode.NotFound, "The plan of this study releases no evaluation."));
        }

        var committed =
            study.Committed(round)
            ?? throw new RpcException(
                new Status(
                    StatusCode.FailedPrecondition,
                    $"The evaluation is round {round}; round {study.Model.Round} is the last that is committed."
                )
            );
        await study
            .ReleaseAsync(EntryKind.EvaluationReleased, committed.SumHash, recipient, context.CancellationToken)
            .ConfigureAwait(false);
        await NodeEndpoint.SendAsync(study, committed, responseStream, context.CancellationToken).ConfigureAwait(false);
    }

    /// <summary>What a study does is decided by who signed it.</summary>
    private (SiteName Researcher, Study Study) OwnStudy(ServerCallContext context, ByteString planHash)
    {
        var researcher = callers.Require(context, Role.Researcher);
        var study = StudyOf(planHash);
        return researcher.Value == study.Signed.Researcher
            ? (researcher, study)
            : throw new RpcException(
                new Status(
                    StatusCode.PermissionDenied,
                    $"The study was submitted by '{study.Signed.Researcher}', who alone can cancel or resume it; you are '{researcher}'."
                )
            );
    }

    /// <summary>The signed plan, as nodes and researchers get it.</summary>
    internal static FetchPlanResponse PlanOf(Study study) =>
        new()
        {
            Plan = ByteString.CopyFrom(study.Signed.Plan.Span),
            Certificate = ByteString.CopyFrom(study.Signed.Certificate.Span),
            Signature = ByteString.CopyFrom(study.Signed.Signature.Span),
        };

    private async Task<StudyPhase> DecideAsync(Study study, Func<TaskCompletionSource<StudyPhase>, StudyInput> input)
    {
        var answer = new TaskCompletionSource<StudyPhase>(TaskCreationOptions.RunContinuationsAsynchronously);
        study.Post(input(answer));
        try
        {
            return await answer.Task.WaitAsync(lifetime.ApplicationStopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw Refusals.GoingDown();
        }
    }

    private static RpcException Over(StudyPhase phase) =>
        new(new Status(StatusCode.FailedPrecondition, $"The study is {phase.Name()}; that is final."));

    private static StudyState StateOf(Study study) =>
        new()
        {
            PlanHash = StudyMessages.BytesOf(study.PlanHash),
            Name = study.Plan.Name,
            Phase = study.Phase.Name(),
            Reason = study.Reason,
            Round = study.Model.Round.Value,
            Rounds = (uint)study.Plan.Rounds,
            SubmittedBy = study.Signed.Researcher,
            Sites =
            {
                study.Sites.Select(pair => new SiteState
                {
                    Site = pair.Key.Value,
                    Standing = pair.Value.Standing.ToString().ToLowerInvariant(),
                    Reason = pair.Value.Reason,
                }),
            },
        };

    private Study StudyOf(ByteString planHash) =>
        Digest.TryFrom(planHash.Span, out var hash) && studies.TryFind(hash, out var study)
            ? study
            : throw Refusals.UnknownPlan(planHash.Span);
}
