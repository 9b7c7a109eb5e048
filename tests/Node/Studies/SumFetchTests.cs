using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.Node.Sessions;
using Federated.Node.Studies;
using Federated.Node.Tests.Hosting;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Federated.Node.Tests.Studies;

/// <summary>Sums from a coordinator that lies. The plan wants three of alpha, beta, gamma and delta; a sum has four lanes, 32 bytes.</summary>
[TestClass]
public sealed class SumFetchTests
{
    private static readonly StudyPlan Plan = SamplePlan.ThreeOfFour();
    private static readonly long[] Lanes4 = [11, -18, 33, -36];

    private static Consortium? _consortium;
    private static TlsIdentity? _hub;
    private static TlsIdentity? _self;
    private static ScriptedCoordinator? _coordinator;

    public required TestContext TestContext { get; init; }

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        _consortium = new Consortium();
        _hub = _consortium.Identity(Role.Coordinator, "hub");
        _self = _consortium.Identity(Role.Site, "alpha");
        _coordinator = await ScriptedCoordinator.StartAsync(_hub, context.CancellationToken);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await _coordinator!.DisposeAsync();
        _hub!.Dispose();
        _self!.Dispose();
        _consortium!.Dispose();
    }

    [TestMethod]
    public async Task An_honest_sum_is_taken_whatever_its_chunks()
    {
        var honest = Honest();

        foreach (var chunks in new SumMessage[][] { [honest.Chunk(0, 32)], [honest.Chunk(0, 5), honest.Chunk(5, 26), honest.Chunk(31, 1)] })
        {
            var sum = await FetchAsync([honest.HeaderMessage, .. chunks]);

            CollectionAssert.AreEqual(Lanes4, sum.Lanes);
            Assert.AreEqual(honest.Next.Hash, sum.NextModelHash);
            CollectionAssert.AreEquivalent(new[] { "alpha", "gamma", "delta" }, sum.Survivors.Select(site => site.Value).ToArray());
        }
    }

    [TestMethod]
    [DataRow("nothing", "it does not begin with its header", DisplayName = "an empty stream")]
    [DataRow("no header", "it does not begin with its header", DisplayName = "bytes before the header")]
    [DataRow("two headers", "it has two headers", DisplayName = "a second header, which could change the first")]
    [DataRow("no chunk", "its bytes do not have the announced hash", DisplayName = "no bytes")]
    [DataRow("short", "its bytes do not have the announced hash", DisplayName = "a byte too few")]
    [DataRow("extra", "a chunk at 32 came where 32 of 32 bytes were", DisplayName = "a byte too many")]
    [DataRow("long", "a chunk at 0 came where 0 of 32 bytes were", DisplayName = "a chunk longer than the model")]
    [DataRow("gap", "a chunk at 16 came where 8 of 32 bytes were", DisplayName = "a gap")]
    [DataRow("overlap", "a chunk at 4 came where 8 of 32 bytes were", DisplayName = "an overlap")]
    [DataRow("wrong bytes", "its bytes do not have the announced hash", DisplayName = "a flipped bit")]
    [DataRow("wrong hash", "its bytes do not have the announced hash", DisplayName = "another hash")]
    [DataRow("no hash", "its bytes do not have the announced hash", DisplayName = "no hash")]
    [DataRow("stranger", "it names 'mallory' as a survivor, twice or outside the roster", DisplayName = "a survivor nobody approved")]
    [DataRow("twice", "it names 'alpha' as a survivor, twice or outside the roster", DisplayName = "one survivor counted twice")]
    [DataRow("no name", "it names '' as a survivor", DisplayName = "a survivor without a name")]
    [DataRow("few", "it has 1 survivors; the plan wants 2", DisplayName = "fewer survivors than the plan allows: a sum of one is no sum")]
    [DataRow("nobody", "it has 0 survivors; the plan wants 2", DisplayName = "no survivors")]
    [DataRow("no model", "it names no model hash", DisplayName = "no model to compare with")]
    public async Task A_sum_that_is_not_this_studys_is_refused(string lie, string words)
    {
        var error = await Assert.ThrowsExactlyAsync<RpcException>(() => FetchAsync(Lie(lie)));

        Assert.AreEqual(StatusCode.DataLoss, error.StatusCode);
        Assert.StartsWith("The sum of round 1 cannot be used: ", error.Status.Detail);
        Assert.Contains(words, error.Status.Detail);
    }

    private static HonestSum Honest(params string[] survivors) =>
        new(Plan, InitialModel.Of(Plan), Lanes4, survivors.Length == 0 ? ["alpha", "gamma", "delta"] : survivors);

    private static SumMessage[] Lie(string kind)
    {
        var honest = Honest();
        var (header, whole) = (honest.HeaderMessage, honest.Chunk(0, 32));
        switch (kind)
        {
            case "nothing":
                return [];
            case "no header":
                return [whole];
            case "two headers":
                return [header, header, whole];
            case "no chunk":
                return [header];
            case "short":
                return [header, honest.Chunk(0, 31)];
            case "extra":
                return
                [
                    header,
                    whole,
                    new SumMessage
                    {
                        Chunk = new Chunk { Offset = 32, Data = ByteString.CopyFrom(0) },
                    },
                ];
            case "long":
                return [header, new SumMessage { Chunk = new Chunk { Data = ByteString.CopyFrom(new byte[33]) } }];
            case "gap":
                return [header, honest.Chunk(0, 8), honest.Chunk(16, 16)];
            case "overlap":
                return [header, honest.Chunk(0, 8), honest.Chunk(4, 28)];
            case "wrong bytes":
                honest.Bytes[7] ^= 1;
                return honest.Messages;
            case "wrong hash":
                honest.Header.SumHash = HonestSum.Hash(Digest.Of("another"u8));
                return honest.Messages;
            case "no hash":
                honest.Header.SumHash = ByteString.Empty;
                return honest.Messages;
            case "stranger":
                honest.Header.Survivors.Add("mallory");
                return honest.Messages;
            case "twice":
                honest.Header.Survivors.Add("alpha");
                return honest.Messages;
            case "no name":
                honest.Header.Survivors.Add("");
                return honest.Messages;
            case "few":
                return Honest("alpha").Messages;
            case "nobody":
                honest.Header.Survivors.Clear();
                return honest.Messages;
            case "no model":
                honest.Header.NextModelHash = ByteString.CopyFrom(1, 2, 3);
                return honest.Messages;
            default:
                throw new ArgumentException(kind, nameof(kind));
        }
    }

    private async Task<ReleasedSum> FetchAsync(SumMessage[] messages)
    {
        _coordinator!.Sums[1] = messages;
        using var channel = new CoordinatorChannel(_coordinator.Address, _self!);
        return await new SumFetch(channel, Plan, Plan.Hash(), 4).FetchAsync(
            new RoundNumber(1),
            announced: null,
            TestContext.CancellationToken
        );
    }
}
