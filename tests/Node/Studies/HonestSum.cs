using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Federation.Steps;
using Federated.Fixtures;
using Federated.V1;
using Google.Protobuf;

namespace Federated.Node.Tests.Studies;

/// <summary>A round's sum as an honest coordinator gives it out; tests bend one thing.</summary>
internal sealed class HonestSum
{
    public HonestSum(StudyPlan plan, ModelState before, long[] lanes, params string[] survivors)
    {
        Bytes = Lanes.ToBytes(lanes);
        Next = ServerStep.Next(before, lanes, plan.ShareOf([.. survivors.Select(SiteName.Parse)]), plan.Grid, plan.Server)!;
        Header = new RoundCommitted
        {
            PlanHash = Hash(plan.Hash()),
            Round = Next.Round.Value,
            Attempt = 1,
            Survivors = { survivors },
            SumHash = Hash(Digest.Of(Bytes)),
            NextModelHash = Hash(Next.Hash),
        };
    }

    public RoundCommitted Header { get; }

    public byte[] Bytes { get; }

    public ModelState Next { get; }

    public static ByteString Hash(Digest digest) => ByteString.CopyFrom(digest.ToArray());

    public SumMessage HeaderMessage => new() { Header = Header };

    public SumMessage Chunk(int offset, int length) =>
        new()
        {
            Chunk = new Chunk { Offset = (ulong)offset, Data = ByteString.CopyFrom(Bytes, offset, length) },
        };

    public SumMessage[] Messages => [HeaderMessage, Chunk(0, Bytes.Length)];
}
