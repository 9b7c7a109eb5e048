using System.Collections.Immutable;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Federation.Steps;
using Federated.Fixtures;
using Federated.SecureAggregation.Aggregators;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;
using Federated.V1;
using Google.Protobuf;

namespace Federated.Node.Tests.Studies;

/// <summary>A round's sum as an honest coordinator gives it out, with its proof; tests bend one thing.</summary>
internal sealed class HonestSum
{
    public HonestSum(StudyPlan plan, ModelState before, long[] lanes, ImmutableArray<SiteName> survivors, AggregatorAttempt hub)
    {
        Bytes = Lanes.ToBytes(lanes);
        Next = StudyStep.Next(plan, before, lanes, survivors)!;
        Proof = hub.Conclude(Digest.Of(Bytes), Next.Hash);
        Result = RoundResult.Parse(Proof.Result.Body)!.Result;
        Header = new RoundCommitted
        {
            PlanHash = Hash(plan.Hash()),
            Round = Next.Round.Value,
            Attempt = hub.Terms.Attempt.Value,
            Survivors = { survivors.Select(site => site.Value) },
            SumHash = Hash(Digest.Of(Bytes)),
            NextModelHash = Hash(Next.Hash),
        };
    }

    public RoundCommitted Header { get; }

    public RoundProof Proof { get; set; }

    /// <summary>H4.</summary>
    public Digest Result { get; }

    public byte[] Bytes { get; }

    public ModelState Next { get; }

    public static ByteString Hash(Digest digest) => ByteString.CopyFrom(digest.ToArray());

    public SumMessage HeaderMessage => new() { Header = Header };

    public SumMessage ProofMessage => new() { Proof = ByteString.CopyFrom(Proof.ToBytes()) };

    public SumMessage Chunk(int offset, int length) =>
        new()
        {
            Chunk = new Chunk { Offset = (ulong)offset, Data = ByteString.CopyFrom(Bytes, offset, length) },
        };

    public SumMessage[] Messages => [HeaderMessage, ProofMessage, Chunk(0, Bytes.Length)];
}
