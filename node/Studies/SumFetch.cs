using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Plans;
using Federated.Node.Sessions;
using Federated.SecureAggregation.Rounds;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Federated.Node.Studies;

/// <summary>The sum of a committed round, checked against its hash.</summary>
/// <param name="Proven">The round, as a quorum of its sites signed it.</param>
/// <param name="Lanes">Shape [d].</param>
/// <param name="NextModelHash">What the coordinator says the step gives.</param>
internal sealed record ReleasedSum(ProvenRound Proven, long[] Lanes, Digest NextModelHash);

/// <summary>Fetches sums of one study from the coordinator.</summary>
internal sealed class SumFetch(CoordinatorChannel coordinator, StudyPlan plan, Digest planHash, SiteSelf self)
{
    /// <summary>Fetches one round's sum.</summary>
    /// <exception cref="RpcException">The call failed, or what came is not a sum of this study: then the session breaks and is tried again.</exception>
    /// <param name="round">A committed round.</param>
    /// <param name="announced">What was announced of it; null for a round that was missed, of which only the sum's own header speaks.</param>
    /// <param name="modelHash">Of this site's model before the round.</param>
    /// <param name="previousResult">H4 of the round before, as this site computed it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    internal async Task<ReleasedSum> FetchAsync(
        RoundNumber round,
        RoundCommitted? announced,
        Digest modelHash,
        Digest previousResult,
        CancellationToken cancellationToken
    )
    {
        var request = new FetchSumRequest { PlanHash = ByteString.CopyFrom(planHash.ToArray()), Round = round.Value };
        using var call = coordinator.Client.FetchSum(request, cancellationToken: cancellationToken);
        var stream = call.ResponseStream;
        if (!await stream.MoveNext(cancellationToken).ConfigureAwait(false) || stream.Current.KindCase != SumMessage.KindOneofCase.Header)
        {
            throw Broken(round, "it does not begin with its header");
        }

        var header = stream.Current.Header;
        if (header.Round != round.Value || (announced is not null && !header.Equals(announced)))
        {
            throw Broken(round, "it is not the one that was announced");
        }

        if (!await stream.MoveNext(cancellationToken).ConfigureAwait(false) || stream.Current.KindCase != SumMessage.KindOneofCase.Proof)
        {
            throw Broken(round, "it has no proof behind its header");
        }

        var terms = PlanTerms.Of(plan, planHash, round);
        var proven = Proven(terms, stream.Current.Proof.Memory, round, modelHash, previousResult);
        var bytes = new byte[checked(terms.Dimension * Lanes.SumBytes)];
        var received = 0;
        while (await stream.MoveNext(cancellationToken).ConfigureAwait(false))
        {
            var chunk =
                stream.Current.KindCase == SumMessage.KindOneofCase.Chunk
                    ? stream.Current.Chunk
                    : throw Broken(round, "it has two headers");
            if (chunk.Offset != (ulong)received || chunk.Data.Length > bytes.Length - received)
            {
                throw Broken(round, $"a chunk at {chunk.Offset} came where {received} of {bytes.Length} bytes were");
            }

            chunk.Data.Span.CopyTo(bytes.AsSpan(received));
            received += chunk.Data.Length;
        }

        if (received != bytes.Length || Digest.Of(bytes) != proven.SumHash)
        {
            throw Broken(round, "its bytes do not have the hash of its proof");
        }

        if (header.Attempt != proven.Attempt.Value || !header.Survivors.SequenceEqual(proven.Survivors.Select(site => site.Value)))
        {
            throw Broken(round, "its header names another attempt or other survivors than its proof");
        }

        var lanes = Lanes.SumFrom(bytes);
        var most = proven.Survivors.Length * terms.InputBound;
        if (Array.Exists(lanes, lane => lane < -most || lane > most))
        {
            throw Broken(round, $"a number in it is larger than {proven.Survivors.Length} sites can sum up to");
        }

        return new ReleasedSum(proven, lanes, NextModelHash(header, round));
    }

    /// <summary>What a quorum of this plan's sites signed: the coordinator's word alone is not taken for a round that this site did not see.</summary>
    private ProvenRound Proven(StudyTerms terms, ReadOnlyMemory<byte> bytes, RoundNumber round, Digest modelHash, Digest previousResult)
    {
        if (RoundProof.Parse(bytes) is not { } proof)
        {
            throw Broken(round, "its proof cannot be read");
        }

        if (self.CoordinatorKey(terms.Suite, out var fault) is not { } coordinator)
        {
            throw Broken(round, $"the coordinator's credential does not count: {ForeignText.Clean(fault!)}");
        }

        return proof.Verify(terms, round, modelHash, previousResult, coordinator, self.Credentials.CheckSiteOfThePast, out fault)
            ?? throw Broken(round, $"its proof does not hold: {ForeignText.Clean(fault!)}");
    }

    private static Digest NextModelHash(RoundCommitted header, RoundNumber round) =>
        Digest.TryFrom(header.NextModelHash.Span, out var hash) ? hash : throw Broken(round, "it names no model hash");

    private static RpcException Broken(RoundNumber round, string fault) =>
        new(new Status(StatusCode.DataLoss, $"The sum of round {round} cannot be used: {fault}."));
}
