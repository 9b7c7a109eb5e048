using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.Identity;
using Federated.Node.Sessions;
using Federated.Node.Studies;
using Federated.Node.Tests.Hosting;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;
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
    private static Ensemble? _others;

    public required TestContext TestContext { get; init; }

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        _consortium = new Consortium();
        _hub = _consortium.Identity(Role.Coordinator, "hub");
        _self = _consortium.Identity(Role.Site, "alpha");
        _coordinator = await ScriptedCoordinator.StartAsync(_hub, context.CancellationToken);
        _others = new Ensemble(Plan, _consortium, _hub, _coordinator);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        _others!.Dispose();
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
            var sum = await FetchAsync([honest.HeaderMessage, honest.ProofMessage, .. chunks]);

            CollectionAssert.AreEqual(Lanes4, sum.Lanes);
            Assert.AreEqual(honest.Next.Hash, sum.NextModelHash);
            CollectionAssert.AreEquivalent(new[] { "alpha", "gamma", "delta" }, sum.Proven.Survivors.Select(site => site.Value).ToArray());
        }
    }

    [TestMethod]
    [DataRow("nothing", "it does not begin with its header", DisplayName = "an empty stream")]
    [DataRow("no header", "it does not begin with its header", DisplayName = "bytes before the header")]
    [DataRow("no proof", "it has no proof behind its header", DisplayName = "bytes before the proof")]
    [DataRow("two headers", "it has no proof behind its header", DisplayName = "a second header")]
    [DataRow("no chunk", "its bytes do not have the hash of its proof", DisplayName = "no bytes")]
    [DataRow("short", "its bytes do not have the hash of its proof", DisplayName = "a byte too few")]
    [DataRow("extra", "a chunk at 32 came where 32 of 32 bytes were", DisplayName = "a byte too many")]
    [DataRow("long", "a chunk at 0 came where 0 of 32 bytes were", DisplayName = "a chunk longer than the model")]
    [DataRow("gap", "a chunk at 16 came where 8 of 32 bytes were", DisplayName = "a gap")]
    [DataRow("overlap", "a chunk at 4 came where 8 of 32 bytes were", DisplayName = "an overlap")]
    [DataRow("wrong bytes", "its bytes do not have the hash of its proof", DisplayName = "a flipped bit")]
    [DataRow("stranger", "its header names another attempt or other survivors than its proof", DisplayName = "a survivor nobody approved")]
    [DataRow("nobody", "its header names another attempt or other survivors than its proof", DisplayName = "no survivors")]
    [DataRow("other attempt", "its header names another attempt or other survivors than its proof", DisplayName = "another attempt")]
    [DataRow("no model", "it names no model hash", DisplayName = "no model to compare with")]
    [DataRow("torn proof", "its proof cannot be read", DisplayName = "a proof cut short")]
    [DataRow("few signatures", "acknowledgements; 3 are needed", DisplayName = "a round that no quorum signed")]
    [DataRow("forged signature", "is not its signature over these survivors", DisplayName = "a signature over something else")]
    [DataRow(
        "signed by nobody",
        "its invitation or its result is not signed by the coordinator",
        DisplayName = "a result nobody stands for"
    )]
    [DataRow("another round", "it is not round 1 of this study", DisplayName = "the proof of another round")]
    [DataRow("fewer survivors", "is not its signature over these survivors", DisplayName = "a site left out after the quorum signed")]
    public async Task A_sum_that_is_not_this_studys_is_refused(string lie, string words)
    {
        var error = await Assert.ThrowsExactlyAsync<RpcException>(() => FetchAsync(Lie(lie)));

        Assert.AreEqual(StatusCode.DataLoss, error.StatusCode);
        Assert.StartsWith("The sum of round 1 cannot be used: ", error.Status.Detail);
        Assert.Contains(words, error.Status.Detail);
    }

    private static HonestSum Honest(params string[] survivors) =>
        _others!.Simulate(
            InitialModel.Of(Plan),
            default,
            Lanes4,
            attempt: 1,
            survivors.Length == 0 ? ["alpha", "gamma", "delta"] : survivors
        );

    private static SumMessage[] Lie(string kind)
    {
        var honest = Honest("alpha", "beta", "gamma", "delta");
        var (header, proof, whole) = (honest.HeaderMessage, honest.ProofMessage, honest.Chunk(0, 32));
        switch (kind)
        {
            case "nothing":
                return [];
            case "no header":
                return [whole];
            case "no proof":
                return [header, whole];
            case "two headers":
                return [header, header, whole];
            case "no chunk":
                return [header, proof];
            case "short":
                return [header, proof, honest.Chunk(0, 31)];
            case "extra":
                return
                [
                    header,
                    proof,
                    whole,
                    new SumMessage
                    {
                        Chunk = new Chunk { Offset = 32, Data = ByteString.CopyFrom(0) },
                    },
                ];
            case "long":
                return [header, proof, new SumMessage { Chunk = new Chunk { Data = ByteString.CopyFrom(new byte[33]) } }];
            case "gap":
                return [header, proof, honest.Chunk(0, 8), honest.Chunk(16, 16)];
            case "overlap":
                return [header, proof, honest.Chunk(0, 8), honest.Chunk(4, 28)];
            case "wrong bytes":
                honest.Bytes[7] ^= 1;
                return honest.Messages;
            case "stranger":
                honest.Header.Survivors.Add("mallory");
                return honest.Messages;
            case "nobody":
                honest.Header.Survivors.Clear();
                return honest.Messages;
            case "other attempt":
                honest.Header.Attempt = 2;
                return honest.Messages;
            case "no model":
                honest.Header.NextModelHash = ByteString.CopyFrom(1, 2, 3);
                return honest.Messages;
            case "torn proof":
                proof.Proof = ByteString.CopyFrom(proof.Proof.Span[..^1]);
                return [header, proof, whole];
            default:
                honest.Proof = ProofLie(kind, honest);
                return honest.Messages;
        }
    }

    private static RoundProof ProofLie(string kind, HonestSum honest)
    {
        var proof = honest.Proof;
        var signatures = proof.Acknowledgements.Signatures;
        switch (kind)
        {
            case "few signatures":
                var few = SiteSet.Of(4, proof.Acknowledgements.Signers.Members.Take(2));
                return proof with { Acknowledgements = new AcknowledgementSet(few, signatures[..2]) };
            case "forged signature":
                return proof with { Acknowledgements = proof.Acknowledgements with { Signatures = signatures.SetItem(0, signatures[1]) } };
            case "signed by nobody":
                return proof with { Result = proof.Result with { Signature = proof.Invitation.Signature } };
            case "another round":
                return _others!.Simulate(honest.Next, honest.Result, Lanes4, attempt: 1, "alpha", "beta", "gamma").Proof;
            case "fewer survivors":
                var three = new SurvivorSet(SiteSet.Of(4, [0, 1, 2]), proof.Survivors.InputDigests[..3]);
                var signers = SiteSet.Of(4, [0, 1, 2]);
                return proof with { Survivors = three, Acknowledgements = new AcknowledgementSet(signers, signatures[..3]) };
            default:
                throw new ArgumentException(kind, nameof(kind));
        }
    }

    private async Task<ReleasedSum> FetchAsync(SumMessage[] messages)
    {
        _coordinator!.Sums[1] = messages;
        using var channel = new CoordinatorChannel(_coordinator.Address, _self!);
        var credentials = new CredentialBook(_self!);
        var hub = new CoordinatorIdentity(credentials);
        Assert.IsNull(hub.Accept(_coordinator.Credential));
        using var keys = Consortium.KeysOf(_self!);
        using var self = new SiteSelf(new PeerIdentity(Role.Site, SiteName.Parse("alpha")), keys, credentials, hub);
        return await new SumFetch(channel, Plan, Plan.Hash(), self).FetchAsync(
            new RoundNumber(1),
            announced: null,
            InitialModel.Of(Plan).Hash,
            previousResult: default,
            TestContext.CancellationToken
        );
    }
}
