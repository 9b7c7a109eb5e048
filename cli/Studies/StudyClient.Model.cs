using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.Privacy.Evaluation;
using Federated.Privacy.Plans;
using Federated.V1;

namespace Federated.Cli.Studies;

/// <content>Fetching a model.</content>
internal sealed partial class StudyClient
{
    /// <summary>The model after the last committed round, checked against its hash.</summary>
    internal async Task<ModelState> FetchModelAsync(Digest planHash, CancellationToken cancellationToken)
    {
        var request = new FetchModelRequest { PlanHash = BytesOf(planHash) };
        using var call = _client.FetchModel(request, cancellationToken: cancellationToken);
        if (!await Guard(() => call.ResponseStream.MoveNext(cancellationToken)) || call.ResponseStream.Current.Header is not { } header)
        {
            throw Broken("it has no header");
        }

        if (header.Length > ModelState.MaxBytes)
        {
            throw Broken($"it announces {header.Length} bytes");
        }

        using var bytes = new MemoryStream((int)header.Length);
        while (await Guard(() => call.ResponseStream.MoveNext(cancellationToken)))
        {
            if (
                call.ResponseStream.Current.Chunk is not { } chunk
                || chunk.Offset != (ulong)bytes.Length
                || chunk.Data.Length > (long)header.Length - bytes.Length
            )
            {
                throw Broken("its chunks do not follow each other");
            }

            chunk.Data.WriteTo(bytes);
        }

        var model = ModelState.From(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), out var fault) ?? throw Broken(fault!);
        return header.ModelHash.Span.SequenceEqual(model.Hash.ToArray()) ? model : throw Broken("its hash is not the announced one");
    }

    /// <summary>What the last round of a private study released of the held-out patients.</summary>
    /// <exception cref="OperatorException">The plan has no evaluation, it is not done yet, or what came is none of this plan.</exception>
    internal async Task<ReleasedEvaluation> FetchEvaluationAsync(StudyPlan plan, Digest planHash, CancellationToken cancellationToken)
    {
        var request = new FetchEvaluationRequest { PlanHash = BytesOf(planHash) };
        using var call = _client.FetchEvaluation(request, cancellationToken: cancellationToken);
        if (!await Guard(() => call.ResponseStream.MoveNext(cancellationToken)) || call.ResponseStream.Current.Header is not { } header)
        {
            throw Unreadable("it has no header");
        }

        var round = new RoundNumber((uint)plan.Rounds);
        var length = plan.DimensionOf(round) * Lanes.SumBytes;
        using var bytes = new MemoryStream(length);
        while (await Guard(() => call.ResponseStream.MoveNext(cancellationToken)))
        {
            if (call.ResponseStream.Current.Chunk is not { } chunk)
            {
                continue; // the proof, which is the sites' and auditors' business
            }

            if (chunk.Offset != (ulong)bytes.Length || chunk.Data.Length > length - bytes.Length)
            {
                throw Unreadable("its chunks do not follow each other");
            }

            chunk.Data.WriteTo(bytes);
        }

        var sum = bytes.ToArray();
        if (header.Round != round.Value || sum.Length != length || !header.SumHash.Span.SequenceEqual(Digest.Of(sum).ToArray()))
        {
            throw Unreadable("its numbers are not those of the last round");
        }

        return StudyEvaluation.Of(plan, Lanes.SumFrom(sum), header.Survivors.Count, out var fault) ?? throw Unreadable(fault!);

        static OperatorException Unreadable(string fault) =>
            new($"The evaluation that the coordinator sent cannot be used: {fault}", "try again; report it if it stays");
    }

    private static OperatorException Broken(string fault) =>
        new($"The model that the coordinator sent cannot be used: {fault}.", "try again; report it if it stays");
}
