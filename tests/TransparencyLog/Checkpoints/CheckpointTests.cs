using System.Text;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Notes;

namespace Federated.TransparencyLog.Tests.Checkpoints;

/// <summary>C2SP tlog-checkpoint and tlog-cosignature.</summary>
[TestClass]
public sealed class CheckpointTests
{
    private const string Root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";

    [TestMethod]
    public void The_specifications_checkpoint_is_read_and_written_again()
    {
        var text = Encoding.UTF8.GetBytes($"example.com/behind-the-sofa\n20852163\n{Root}\n");

        Assert.IsTrue(Checkpoint.TryParse(text, out var checkpoint, out var fault), fault);

        Assert.AreEqual("example.com/behind-the-sofa", checkpoint.Origin);
        Assert.AreEqual(20_852_163, checkpoint.Head.Size.Value);
        Assert.AreEqual("0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62", checkpoint.Head.Root.ToString());
        CollectionAssert.AreEqual(text, checkpoint.ToText());
    }

    [TestMethod]
    [DataRow("", "it is not UTF-8 of at most", DisplayName = "nothing")]
    [DataRow("a\n1\n" + Root, "it is not UTF-8 of at most", DisplayName = "no line feed at the end")]
    [DataRow("a\n1\n", "fewer than three lines", DisplayName = "two lines")]
    [DataRow("\n1\n" + Root + "\n", "no origin", DisplayName = "no origin")]
    [DataRow("a\n01\n" + Root + "\n", "no size", DisplayName = "a leading zero")]
    [DataRow("a\n-1\n" + Root + "\n", "no size", DisplayName = "a sign")]
    [DataRow("a\n+1\n" + Root + "\n", "no size", DisplayName = "another sign")]
    [DataRow("a\n1 \n" + Root + "\n", "no size", DisplayName = "a blank")]
    [DataRow("a\n\n" + Root + "\n", "no size", DisplayName = "an empty size")]
    [DataRow("a\n4611686018427387905\n" + Root + "\n", "no size", DisplayName = "over 2^62")]
    [DataRow("a\n99999999999999999999\n" + Root + "\n", "no size", DisplayName = "over 64 bits")]
    [DataRow("a\n1\nAAAA\n", "no root hash", DisplayName = "a short root")]
    [DataRow("a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", "no root hash", DisplayName = "bits beside the root")]
    [DataRow("a\n1\n" + Root + "\n\n", "an empty line", DisplayName = "an empty line")]
    [DataRow("a\n0\n" + Root + "\n", "another root than the hash of nothing", DisplayName = "an empty tree with a root")]
    public void What_is_no_checkpoint_is_refused_with_a_reason(string text, string reason)
    {
        Assert.IsFalse(Checkpoint.TryParse(Encoding.UTF8.GetBytes(text), out var checkpoint, out var fault));

        Assert.IsNull(checkpoint);
        Assert.Contains(reason, fault);
    }

    [TestMethod]
    public void Lines_after_the_third_are_kept_and_signed()
    {
        var text = Encoding.UTF8.GetBytes($"a\n1\n{Root}\nextension 1\nextension 2\n");

        Assert.IsTrue(Checkpoint.TryParse(text, out var checkpoint, out _));

        CollectionAssert.AreEqual(new[] { "extension 1", "extension 2" }, checkpoint.Extensions.ToArray());
        CollectionAssert.AreEqual(text, checkpoint.ToText());
    }

    [TestMethod]
    public void A_cosignature_is_over_the_time_and_the_checkpoint_as_specified()
    {
        var message = Cosignature.Message(1_679_315_147, Encoding.UTF8.GetBytes($"example.com/behind-the-sofa\n20852163\n{Root}\n"));

        Assert.AreEqual(
            $"cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n{Root}\n",
            Encoding.UTF8.GetString(message),
            "the example of C2SP tlog-cosignature"
        );
    }

    [TestMethod]
    public void A_checkpoint_with_a_quorum_is_believed_and_says_who_cosigned_when()
    {
        using var log = MemoryLog.With(5);

        Assert.IsTrue(log.Policy.TryVerify(log.Checkpoint(cosigners: 2, time: 1_900_000_001), out var verified, out var fault), fault);

        Assert.AreEqual(log.Appender.Head, verified.Head);
        CollectionAssert.AreEqual(
            new[] { "site-1.example/witness", "site-2.example/witness" },
            verified.Cosignatures.Select(cosignature => cosignature.Key.Name.Value).ToArray()
        );
        Assert.IsTrue(verified.Cosignatures.All(cosignature => cosignature.Time == 1_900_000_001));
    }

    [TestMethod]
    public void Every_changed_bit_of_a_cosigned_checkpoint_is_refused_or_leaves_too_few()
    {
        using var log = MemoryLog.With(5);
        var whole = log.Checkpoint(cosigners: 2).ToBytes();
        for (var bit = 0; bit < 8 * whole.Length; bit++)
        {
            var changed = whole.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));

            var verifies = SignedCheckpoint.TryParse(changed, out var read, out _) && log.Policy.TryVerify(read, out _, out _);

            Assert.IsFalse(verifies, $"bit {bit % 8} of byte {bit / 8}");
        }
    }

    [TestMethod]
    public void What_is_missing_is_named()
    {
        using var log = MemoryLog.With(5);
        using var stranger = new NoteSigner(KeyName.Parse(MemoryLog.Origin), new Seeded("a stranger").Bytes(32));
        var policy = log.Policy;
        string Fault(SignedCheckpoint checkpoint) => policy.TryVerify(checkpoint, out _, out var fault) ? "" : fault;

        Assert.AreEqual("1 of 3 witnesses cosigned it; 2 must.", Fault(log.Checkpoint(cosigners: 1)));
        Assert.AreEqual(
            "no known key signed it.",
            Fault(SignedCheckpoint.Sign(Checkpoint.Of(MemoryLog.Origin, log.Appender.Head), stranger))
        );
        Assert.Contains("it is of the log 'b', not of", Fault(SignedCheckpoint.Sign(Checkpoint.Of("b", log.Appender.Head), log.Signer)));
        var twice = log.Checkpoint(cosigners: 1);
        Assert.AreEqual(
            "1 of 3 witnesses cosigned it; 2 must.",
            Fault(twice.With(twice.Note.Signatures[1])),
            "one witness cosigns once, however many lines it has"
        );
        var onlyWitnesses = SignedNote.Of(twice.Note.Text, log.Checkpoint(cosigners: 3).Note.Signatures[1..]);
        Assert.IsTrue(SignedCheckpoint.TryParse(onlyWitnesses.ToBytes(), out var unsigned, out _));
        Assert.Contains("did not sign it", Fault(unsigned));
    }

    [TestMethod]
    public void A_policy_that_would_count_one_key_twice_is_refused()
    {
        using var log = MemoryLog.With(1);
        var witness = log.Witnesses[0].Key;
        var again = NoteKey.TryCreate(KeyName.Parse("another"), NoteAlgorithm.Cosignature, witness.PublicKey.Span)!;
        LogPolicy Policy(NoteKey key, NoteKey[] witnesses, int quorum) => new("a", key, witnesses, quorum);

        Assert.ThrowsExactly<ArgumentException>(() => Policy(log.Signer.Key, [witness, again], 2));
        Assert.ThrowsExactly<ArgumentException>(() => Policy(witness, [], 0));
        Assert.ThrowsExactly<ArgumentException>(() => Policy(log.Signer.Key, [log.Signer.Key], 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Policy(log.Signer.Key, [witness], 2));
    }

    [TestMethod]
    [DataRow(4, 1, 3)]
    [DataRow(5, 1, 4)]
    [DataRow(3, 0, 2)]
    [DataRow(100, 33, 67)]
    public void Two_quorums_share_an_honest_witness_and_one_witness_less_may_not(int witnesses, int colluders, int quorum)
    {
        Assert.AreEqual(quorum, LogPolicy.QuorumOf(witnesses, colluders));
        Assert.IsGreaterThan(witnesses + colluders, 2 * quorum);
        Assert.IsLessThanOrEqualTo(witnesses + colluders, 2 * (quorum - 1));
    }

    [TestMethod]
    public void A_log_and_a_witness_that_use_each_others_kind_of_signature_are_not_believed()
    {
        using var log = MemoryLog.With(5);
        var text = log.Checkpoint().Note.Text;
        using var plain = new NoteSigner(log.Witnesses[0].Key.Name, new Seeded("witness 1").Bytes(32));
        var line = plain.Sign(text.Span);

        var forged = line with { Id = log.Witnesses[0].Key.Id };

        Assert.AreNotEqual(line.Id, log.Witnesses[0].Key.Id, "the id binds the kind of signature");
        Assert.IsFalse(log.Policy.TryVerify(log.Checkpoint(cosigners: 0).With(forged), out _, out _));
    }
}
