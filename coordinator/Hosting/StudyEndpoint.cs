using Federated.Coordinator.Studies;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Federated.Coordinator.Hosting;

/// <summary>What researchers call.</summary>
internal sealed class StudyEndpoint(Callers callers, StudyRegistry studies, IHostApplicationLifetime lifetime)
    : StudyService.StudyServiceBase
{
    public override Task<SubmitStudyResponse> SubmitStudy(SubmitStudyRequest request, ServerCallContext context)
    {
        callers.Require(context, Role.Researcher);
        return PlanCodec.Decode(request.Plan.Memory) switch
        {
            PlanResult.Valid valid => Task.FromResult(
                new SubmitStudyResponse { PlanHash = StudyMessages.BytesOf(studies.Submit(valid.Plan).PlanHash) }
            ),
            PlanResult.Invalid invalid => throw Refusals.Malformed($"The plan is wrong:\n{string.Join("\n", invalid.Faults.Take(20))}"),
            _ => throw new InvalidOperationException("A plan is valid or not."),
        };
    }

    public override async Task WatchStudy(
        WatchStudyRequest request,
        IServerStreamWriter<StudyEvent> responseStream,
        ServerCallContext context
    )
    {
        callers.Require(context, Role.Researcher);
        var study = StudyOf(request.PlanHash);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            await foreach (var what in study.Events.ReadAsync(stop.Token).ConfigureAwait(false))
            {
                await responseStream.WriteAsync(what, stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Said below, whichever of the two noticed first: this call, or the study that closed its events.
        }

        if (study.Outcome is null)
        {
            throw Refusals.GoingDown();
        }
    }

    public override async Task FetchModel(
        FetchModelRequest request,
        IServerStreamWriter<ModelMessage> responseStream,
        ServerCallContext context
    )
    {
        callers.Require(context, Role.Researcher);
        var model = StudyOf(request.PlanHash).Model;
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

    private Study StudyOf(ByteString planHash) =>
        Digest.TryFrom(planHash.Span, out var hash) && studies.TryFind(hash, out var study)
            ? study
            : throw Refusals.UnknownPlan(planHash.Span);
}
