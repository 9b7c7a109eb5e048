using System.Text;
using Federated.Audit.Tests.World;
using Federated.Federation;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;

namespace Federated.Audit.Tests;

/// <summary>One entry as a file that verifies without its log, by the root and credentials alone.</summary>
[TestClass]
public sealed class ProofTests
{
    private static readonly SmallConsortium s_world = SmallConsortium.Shared;
    private static readonly Lazy<Story> s_story = new(() => new Story(s_world).Begin().Prepare(s_world.Open).Seal());

    private static GivenFile[] Everybody => [Credential(s_world.Coordinator), .. s_world.Sites.Select(Credential)];

    [TestMethod]
    public void Every_entry_is_proven_by_root_and_credentials()
    {
        for (var index = 0; index < s_story.Value.Head.Size.Value; index++)
        {
            var proven = ProofAudit.Verify(Request(index), out var fault);

            Assert.IsNotNull(proven, $"{fault}");
            Assert.AreEqual((index, s_story.Value.Head.Size, 3), (proven.Index.Value, proven.Size, proven.Cosigned));
        }

        Assert.AreEqual(EntryKind.LogBegan, ProofAudit.Verify(Request(0), out _)!.Entry.Kind);
    }

    [TestMethod]
    public void No_byte_of_a_proof_can_be_changed()
    {
        var request = Request(9);
        var random = new KeyedRandom("flipped bytes of a proof");
        for (var i = 0; i < 200; i++)
        {
            var changed = request.Proof.Bytes.ToArray();
            var at = random.NextInt32(changed.Length);
            changed[at] ^= (byte)(1 + random.NextInt32(255));

            Assert.IsNull(ProofAudit.Verify(request with { Proof = new GivenFile("proof", changed) }, out var fault), $"byte {at}");
            Assert.AreEqual("proof", fault!.Place);
        }
    }

    [TestMethod]
    public void What_is_missing_or_foreign_is_named()
    {
        var request = Request(9);
        var strangers = new SmallConsortium();

        Fails(request with { Credentials = Everybody[1..] }, "proof", "credentials of 0 coordinators");
        Fails(request with { Credentials = Everybody[..3] }, "proof", "'site/delta' is of nobody whose credential was given");
        Fails(request with { Credentials = Everybody[..1] }, "proof", "credentials of 0 were given");
        Fails(request with { Quorum = 4 }, "proof", "3 of 4 witnesses cosigned it; 4 must");
        Fails(
            request with
            {
                Credentials = [.. Everybody[..4], Credential(strangers.Sites[3])],
            },
            "gamma",
            "was not signed by this consortium's root"
        );
        Fails(request with { Root = Root(strangers) }, "hub", "was not signed by this consortium's root");
        Fails(request with { Root = new GivenFile("root", "no root"u8.ToArray()) }, "root", "it is no certificate");
        Fails(request with { Proof = Proof(9, extra: false) }, "proof", "the path does not lead from this entry");
    }

    private static void Fails(ProofRequest request, string place, string reason)
    {
        Assert.IsNull(ProofAudit.Verify(request, out var fault));
        Assert.AreEqual(place, fault!.Place, fault.Reason);
        Assert.Contains(reason, fault.Reason);
    }

    private static ProofRequest Request(int index) =>
        new()
        {
            Proof = Proof(index),
            Root = Root(s_world),
            Credentials = Everybody,
        };

    private static GivenFile Proof(int index, bool extra = true)
    {
        var story = s_story.Value;
        Assert.IsTrue(SignedCheckpoint.TryParse(story.Files["checkpoint"], out var checkpoint, out var fault), fault);
        var tree = new TiledTree(story.Head, path => story.Files.GetValueOrDefault(path.ToString()));
        var place = new LeafIndex(index);
        return new GivenFile("proof", LogProof.Of(place, checkpoint, tree.Subtree, extra ? tree.Entry(place) : default).ToBytes());
    }

    private static GivenFile Root(SmallConsortium world) => new("root", Encoding.ASCII.GetBytes(world.Root.ToPem()));

    private static GivenFile Credential(Member member) => new(member.Holder.Name.Value, member.Credential);
}
