using System.Text;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog.Tests.Checkpoints;

/// <summary>C2SP tlog-proof.</summary>
[TestClass]
public sealed class LogProofTests
{
    /// <summary>The specification's example, with the checkpoint of tlog-checkpoint in place of its abbreviated one, and without the last characters of its extra line, which are no base 64.</summary>
    private const string Published =
        "c2sp.org/tlog-proof@v1\nextra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6\nindex 73894\n"
        + "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\nB95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=\n"
        + "EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=\nRoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=\n"
        + "AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=\n\n"
        + "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        + "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

    [TestMethod]
    public void The_published_form_is_read_and_written_again()
    {
        Assert.IsTrue(LogProof.TryParse(Encoding.UTF8.GetBytes(Published), out var proof, out var fault), fault);

        Assert.AreEqual(73_894, proof.Index.Value);
        Assert.HasCount(5, proof.Path.ToArray());
        Assert.AreEqual("age-v1.2.1-darwin-arm64.tar.gz", Encoding.UTF8.GetString(proof.Extra.Span));
        Assert.AreEqual(Published, Encoding.UTF8.GetString(proof.ToBytes()));
    }

    [TestMethod]
    [DataRow("tlog-proof@v1", "tlog-proof@v2", "that begins with 'c2sp.org/tlog-proof@v1'", DisplayName = "another version")]
    [DataRow("index 73894", "index 073894", "no index line", DisplayName = "a leading zero")]
    [DataRow("index 73894", "index  73894", "no index line", DisplayName = "two blanks")]
    [DataRow("index 73894\n", "", "no index line", DisplayName = "no index")]
    [DataRow("extra YWdl", "extra  YWdl", "extra line is not base 64", DisplayName = "a blank in the extra line")]
    [DataRow(
        "extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6",
        "extra ",
        "extra line is not base 64",
        DisplayName = "an extra line of nothing"
    )]
    [DataRow(
        "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=",
        "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlR=",
        "path is not",
        DisplayName = "bits beside a hash"
    )]
    [DataRow("5vk=\n\nexample", "5vk=\nexample", "path is not", DisplayName = "no empty line after the path")]
    public void What_is_no_proof_is_refused_with_a_reason(string part, string instead, string reason)
    {
        Assert.Contains(part, Published);

        Assert.IsFalse(LogProof.TryParse(Encoding.UTF8.GetBytes(Published.Replace(part, instead)), out var proof, out var fault));

        Assert.IsNull(proof);
        Assert.Contains(reason, fault);
    }

    [TestMethod]
    public void A_path_of_64_hashes_is_refused()
    {
        var line = "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\n";
        string With(int hashes) => Published.Replace(line, string.Concat(Enumerable.Repeat(line, hashes - 4)));

        Assert.IsTrue(LogProof.TryParse(Encoding.UTF8.GetBytes(With(63)), out _, out _));
        Assert.IsFalse(LogProof.TryParse(Encoding.UTF8.GetBytes(With(64)), out _, out _));
    }

    [TestMethod]
    public void Every_entry_has_a_file_that_verifies_alone_and_for_no_other_entry()
    {
        using var log = MemoryLog.With(300);
        var (checkpoint, tree) = (log.Checkpoint(), log.Tree());
        for (var index = 0; index < 300; index += 7)
        {
            var file = LogProof.Of(new LeafIndex(index), checkpoint, tree.Subtree, log.Entries[index]).ToBytes();

            Assert.IsTrue(LogProof.TryParse(file, out var proof, out _));
            CollectionAssert.AreEqual(file, proof.ToBytes());
            var entry = proof.Extra.Span;
            Assert.IsTrue(proof.TryVerify(entry, log.Policy, out var verified, out var fault), fault);
            Assert.AreEqual(log.Appender.Head, verified.Head);
            Assert.IsFalse(proof.TryVerify([.. entry, 0], log.Policy, out _, out fault));
            Assert.Contains("the path does not lead from this entry", fault);
        }
    }

    [TestMethod]
    public void Every_changed_bit_of_a_proof_file_is_refused()
    {
        using var log = MemoryLog.With(300);
        var whole = LogProof.Of(new LeafIndex(298), log.Checkpoint(), log.Tree().Subtree, log.Entries[298]).ToBytes();
        for (var bit = 0; bit < 8 * whole.Length; bit++)
        {
            var changed = whole.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));

            var verifies = LogProof.TryParse(changed, out var proof, out _) && proof.TryVerify(proof.Extra.Span, log.Policy, out _, out _);

            Assert.IsFalse(verifies, $"bit {bit % 8} of byte {bit / 8}");
        }
    }

    [TestMethod]
    public void A_proof_under_a_checkpoint_without_quorum_is_refused()
    {
        using var log = MemoryLog.With(9);
        var proof = LogProof.Of(new LeafIndex(4), log.Checkpoint(cosigners: 1), log.Tree().Subtree);

        Assert.IsFalse(proof.TryVerify(log.Entries[4], log.Policy, out var verified, out var fault));

        Assert.IsNull(verified);
        Assert.AreEqual("1 of 3 witnesses cosigned it; 2 must.", fault);
        Assert.ThrowsExactly<ArgumentException>(() => LogProof.Of(new LeafIndex(9), log.Checkpoint(), log.Tree().Subtree));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            LogProof.Of(new LeafIndex(4), log.Checkpoint(), log.Tree().Subtree, new byte[65_536])
        );
    }
}
