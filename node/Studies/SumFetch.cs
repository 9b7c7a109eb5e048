using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Plans;
using Federated.Node.Sessions;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Federated.Node.Studies;

/// <summary>The sum of a committed round, checked against its hash.</summary>
/// <param name="Attempt">The attempt that was committed.</param>
/// <param name="Survivors">Sites in it; all on the roster, at least the plan's minimum.</param>
/// <param name="Lanes">Shape [d].</param>
/// <param name="NextModelHash">What the coordinator says the step gives.</param>
internal sealed record ReleasedSum(AttemptNumber Attempt, IReadOnlyCollection<SiteName> Survivors, long[] Lanes, Digest NextModelHash);

/// <summary>Fetches sums of one study from the coordinator.</summary>
internal sealed class SumFetch(CoordinatorChannel coordinator, StudyPlan plan, Digest planHash, int parameterCount)
{
    /// <summary>Fetches one round's sum.</summary>
    /// <exception cref="RpcException">The call failed, or what came is not a sum of this study: then the session breaks and is tried again.</exception>
    /// <param name="round">A committed round.</param>
    /// <param name="announced">What was announced of it; null for a round that was missed, of which only the sum's own header speaks.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    internal async Task<ReleasedSum> FetchAsync(RoundNumber round, RoundCommitted? announced, CancellationToken cancellationToken)
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

        var bytes = new byte[checked(parameterCount * Lanes.SumBytes)];
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

        if (received != bytes.Length || !header.SumHash.Span.SequenceEqual(Digest.Of(bytes).ToArray()))
        {
            throw Broken(round, "its bytes do not have the announced hash");
        }

        var survivors = Survivors(header, round);
        var lanes = Lanes.SumFrom(bytes);
        var most = survivors.Count * plan.Grid.LaneBound;
        if (Array.Exists(lanes, lane => lane < -most || lane > most))
        {
            throw Broken(round, $"a number in it is larger than {survivors.Count} sites can sum up to");
        }

        return new ReleasedSum(new AttemptNumber(header.Attempt), survivors, lanes, NextModelHash(header, round));
    }

    private HashSet<SiteName> Survivors(RoundCommitted header, RoundNumber round)
    {
        var survivors = new HashSet<SiteName>();
        foreach (var text in header.Survivors)
        {
            if (!SiteName.TryParse(text, out var site) || !plan.Roster.Contains(site) || !survivors.Add(site))
            {
                throw Broken(round, $"it names '{text}' as a survivor, twice or outside the roster");
            }
        }

        return survivors.Count >= plan.Aggregation.MinimumSites
            ? survivors
            : throw Broken(round, $"it has {survivors.Count} survivors; the plan wants {plan.Aggregation.MinimumSites}");
    }

    private static Digest NextModelHash(RoundCommitted header, RoundNumber round) =>
        Digest.TryFrom(header.NextModelHash.Span, out var hash) ? hash : throw Broken(round, "it names no model hash");

    private static RpcException Broken(RoundNumber round, string fault) =>
        new(new Status(StatusCode.DataLoss, $"The sum of round {round} cannot be used: {fault}."));
}
