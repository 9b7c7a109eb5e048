using System.Text;
using Federated.Federation;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Trees;
using Federated.TransparencyLog.Witnesses;

namespace Federated.TransparencyLog.Tests.Witnesses;

/// <summary>C2SP tlog-witness.</summary>
[TestClass]
public sealed class WitnessTests
{
    private const string SigsumOrigin = "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562";

    /// <summary>Checkpoints of 1, 3 and 5 entries of one log, with proofs from 1: published in the tests of torchwood (internal/witness/witness_test.go).</summary>
    private static readonly string[] s_sigsum =
    [
        $"old 0\n\n{SigsumOrigin}\n1\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— {SigsumOrigin} UgIom7fPZTqpxWWhyjWduBvTvGVqsokMbqTArsQilegKoFBJQjUFAmQ0+YeSPM3wfUQMFSzVnnNuWRTYrajXpNUbIQY=\n",
        $"old 1\nKgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nKgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n{SigsumOrigin}\n3\nRcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0=\n\n— {SigsumOrigin} UgIom2VbtIcdFbwFAy1n7s6IkAxIY6J/GQOTuZF2ORV39d75cbAj2aQYwyJre36kezNobZs4SUUdrcawfAB8WVrx6go=\n",
        $"old 1\nKgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n+fUDV+k970B4I3uKrqJM4aP1lloPZP8mvr2Z4wRw2LI=\nKgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n{SigsumOrigin}\n5\nQrtXrQZCCvpIgsSmOsah7HdICzMLLyDfxToMql9WTjY=\n\n— {SigsumOrigin} UgIomw/EOJmWi0i1FQsOj+etB7F8IccFam/jgd6wzRns4QPVmyEZtdvl1U2KEmLOZ/ASRcWJi0tW90dJWAShei7sDww=\n",
    ];

    private static LogPolicy Sigsum =>
        new(
            SigsumOrigin,
            NoteKey.TryCreate(
                KeyName.Parse(SigsumOrigin),
                NoteAlgorithm.Ed25519,
                Convert.FromHexString("ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f")
            )!,
            [],
            quorum: 0
        );

    [TestMethod]
    public void Published_requests_of_another_implementation_are_decided_as_there()
    {
        var witness = new Witness(Sigsum);
        var requests = s_sigsum.Select(Request).ToArray();

        var first = Accepted(witness.Consider(null, requests[0]));
        var three = Accepted(witness.Consider(first, requests[1]));
        var five = Accepted(witness.Consider(first, requests[2]));

        Assert.AreEqual("42bb57ad06420afa4882c4a63ac6a1ec77480b330b2f20dfc53a0caa5f564e36", five.Head.Root.ToString());
        Assert.AreEqual(WitnessRefusal.OtherOldSize, Refused(witness.Consider(five, requests[1])).Reason, "the smaller came second");
        Assert.AreEqual(5, Refused(witness.Consider(five, requests[1])).Known.Value);
        Assert.AreEqual(3, three.Head.Size.Value);
        CollectionAssert.AreEqual(Encoding.UTF8.GetBytes(s_sigsum[2]), requests[2].ToBytes());
    }

    [TestMethod]
    public void A_log_that_grows_is_accepted_at_every_step_and_its_cosignatures_verify()
    {
        using var log = new MemoryLog();
        var (witness, seeded) = (new Witness(log.Policy), new Seeded("growing"));
        WitnessState? state = null;
        for (var step = 0; step < 40; step++)
        {
            log.Append(MemoryLog.SomeEntries(seeded.Between(1, 60), $"step {step}"));
            var old = state?.Head.Size ?? new TreeSize(0);
            var proof = ConsistencyProof.Of(old, log.Appender.Head.Size, log.Tree().Subtree);

            state = Accepted(witness.Consider(state, new AddCheckpointRequest(old, proof, log.Checkpoint(cosigners: 0))));

            Assert.AreEqual(log.Appender.Head, state.Head);
            var now = DateTimeOffset.FromUnixTimeSeconds(2_000_000_000 + step);
            var cosigned = log.Checkpoint(cosigners: 0).With([.. log.Witnesses.Select(one => one.Cosign(state, now))]);
            Assert.IsTrue(log.Policy.TryVerify(cosigned, out var verified, out var fault), fault);
            Assert.HasCount(3, verified.Cosignatures.ToArray());
            Assert.AreEqual(2_000_000_000 + step, verified.Cosignatures[2].Time);
            Assert.IsTrue(WitnessState.TryRead(state.ToBytes(), log.Policy, out state, out fault), fault);
        }
    }

    [TestMethod]
    public void The_same_checkpoint_is_accepted_again()
    {
        using var log = MemoryLog.With(10);
        var (state, request) = (StateOf(log), new AddCheckpointRequest(new TreeSize(10), [], log.Checkpoint()));

        Assert.AreEqual(state.Head, Accepted(new Witness(log.Policy).Consider(state, request)).Head);
    }

    [TestMethod]
    public void Two_trees_of_one_size_are_a_fork_that_anybody_can_verify_from_the_entry()
    {
        using var log = MemoryLog.With(10);
        using var forked = new MemoryLog();
        forked.Append(MemoryLog.SomeEntries(10, "another history"));
        var witness = new Witness(log.Policy);
        foreach (var old in new long[] { 0, 3, 10, 11 }) // whatever the log says of the old size
        {
            var refused = Refused(
                witness.Consider(StateOf(log), new AddCheckpointRequest(new TreeSize(old), [], forked.Checkpoint(cosigners: 0)))
            );

            Assert.AreEqual(WitnessRefusal.Fork, refused.Reason);
            var evidence = MisbehaviourEvidence.Of(refused.Fork!, log.Policy);
            Assert.IsTrue(evidence.TryVerifyFork(log.Policy, out var fork, out var fault), fault);
            Assert.AreEqual(fork.First.Checkpoint.Head.Size, fork.Second.Checkpoint.Head.Size);
            Assert.AreNotEqual(fork.First.Checkpoint.Head.Root, fork.Second.Checkpoint.Head.Root);
            Assert.IsFalse((evidence with { Second = evidence.First }).TryVerifyFork(log.Policy, out _, out _), "one checkpoint twice");
        }
    }

    [TestMethod]
    public void Honest_growth_and_strangers_signatures_are_no_evidence_against_a_log()
    {
        using var log = MemoryLog.With(10);
        using var other = MemoryLog.With(11);
        using var stranger = new NoteSigner(KeyName.Parse(MemoryLog.Origin), new Seeded("a stranger").Bytes(32));
        TreeHead false10 = new(new TreeSize(10), Digest.Of([1]));
        var forged = SignedCheckpoint.Sign(Checkpoint.Of(MemoryLog.Origin, false10), stranger);

        Assert.IsFalse(CheckpointFork.TryVerify(log.Checkpoint(), other.Checkpoint(), log.Policy, out _, out var fault));
        Assert.Contains("10 and 11 entries", fault);
        Assert.IsFalse(CheckpointFork.TryVerify(log.Checkpoint(), forged, log.Policy, out var fork, out fault));
        Assert.IsNull(fork);
        Assert.AreEqual("no known key signed it.", fault);
    }

    [TestMethod]
    public void A_log_that_was_rolled_back_is_refused_whatever_it_says()
    {
        using var log = MemoryLog.With(10);
        using var old = MemoryLog.With(7);
        var (witness, state) = (new Witness(log.Policy), StateOf(log));

        Assert.AreEqual(WitnessRefusal.OldSizeAbove, Ask(10).Reason);
        Assert.AreEqual(WitnessRefusal.OtherOldSize, Ask(7).Reason);
        Assert.AreEqual(WitnessRefusal.OtherOldSize, Ask(0).Reason);
        Assert.AreEqual(10, Ask(0).Known.Value, "from where the log may go on");

        WitnessDecision.Refused Ask(long oldSize) =>
            Refused(witness.Consider(state, new AddCheckpointRequest(new TreeSize(oldSize), [], old.Checkpoint())));
    }

    [TestMethod]
    public void A_tree_that_did_not_grow_from_the_last_is_refused_with_every_proof_at_hand()
    {
        using var log = MemoryLog.With(10);
        using var forked = new MemoryLog();
        forked.Append(MemoryLog.SomeEntries(25, "another history"));
        var witness = new Witness(log.Policy);
        for (var from = 0; from <= 25; from++)
        {
            var proof = ConsistencyProof.Of(new TreeSize(from), new TreeSize(25), forked.Tree().Subtree);

            var refused = Refused(
                witness.Consider(StateOf(log), new AddCheckpointRequest(new TreeSize(10), proof, forked.Checkpoint(cosigners: 0)))
            );

            Assert.AreEqual(WitnessRefusal.NotConsistent, refused.Reason);
        }
    }

    [TestMethod]
    public void Another_log_and_another_key_are_refused_before_anything_else()
    {
        using var log = MemoryLog.With(10);
        using var stranger = new NoteSigner(KeyName.Parse(MemoryLog.Origin), new Seeded("a stranger").Bytes(32));
        var witness = new Witness(log.Policy);
        var elsewhere = SignedCheckpoint.Sign(Checkpoint.Of("elsewhere", log.Appender.Head), log.Signer);
        var unsigned = SignedCheckpoint.Sign(Checkpoint.Of(MemoryLog.Origin, log.Appender.Head), stranger);

        Assert.AreEqual(WitnessRefusal.UnknownOrigin, Refused(witness.Consider(null, new(new TreeSize(0), [], elsewhere))).Reason);
        Assert.AreEqual(WitnessRefusal.NotSigned, Refused(witness.Consider(null, new(new TreeSize(0), [], unsigned))).Reason);
    }

    [TestMethod]
    public void A_first_checkpoint_needs_no_proof_and_takes_none()
    {
        using var log = MemoryLog.With(4);
        var witness = new Witness(log.Policy);

        Assert.AreEqual(4, Accepted(witness.Consider(null, new(new TreeSize(0), [], log.Checkpoint()))).Head.Size.Value);
        Assert.AreEqual(
            WitnessRefusal.NotConsistent,
            Refused(witness.Consider(null, new(new TreeSize(0), [MerkleHash.Empty], log.Checkpoint()))).Reason
        );
    }

    /// <summary>The table of border cases in the tests of torchwood (internal/witness/witness_test.go, TestZeroSize), but for roots that no checkpoint of ours can have.</summary>
    [TestMethod]
    [DataRow(0, 0, 0, 0, null, DisplayName = "an empty tree")]
    [DataRow(0, 0, 0, 1, WitnessRefusal.NotConsistent, DisplayName = "an empty tree with a proof")]
    [DataRow(0, 0, 1, 0, null, DisplayName = "the first entry")]
    [DataRow(0, 0, 1, 1, WitnessRefusal.NotConsistent, DisplayName = "the first entry with a proof")]
    [DataRow(1, 0, 1, 1, WitnessRefusal.OtherOldSize, DisplayName = "another old size")]
    [DataRow(1, 1, 0, 0, WitnessRefusal.OldSizeAbove, DisplayName = "an old size above the new one")]
    public void Border_cases_of_small_trees_are_decided_as_published(
        int known,
        int oldSize,
        int newSize,
        int hashes,
        WitnessRefusal? reason
    )
    {
        using var log = MemoryLog.With(newSize);
        using var before = MemoryLog.With(known);
        var last = known == 0 ? null : StateOf(before);
        AddCheckpointRequest request = new(
            new TreeSize(oldSize),
            [.. Enumerable.Repeat(MerkleHash.Leaf("leaf"u8), hashes)],
            log.Checkpoint(cosigners: 0)
        );

        var decision = new Witness(log.Policy).Consider(last, request);

        Assert.AreEqual(reason, (decision as WitnessDecision.Refused)?.Reason);
        Assert.AreEqual(reason is null, decision is WitnessDecision.Accepted);
    }

    /// <summary>Otherwise a log could make a witness's state unreadable, and the witness silent, with one bad line.</summary>
    [TestMethod]
    public void A_bad_line_of_another_witness_is_not_stored()
    {
        using var log = MemoryLog.With(4);
        var bad = new NoteSignature(log.Witnesses[1].Key.Name, log.Witnesses[1].Key.Id, new byte[72]);

        var state = Accepted(new Witness(log.Policy).Consider(null, new(new TreeSize(0), [], log.Checkpoint(cosigners: 0).With(bad))));

        Assert.IsTrue(WitnessState.TryRead(state.ToBytes(), log.Policy, out _, out var fault), fault);
    }

    [TestMethod]
    public void A_stored_state_with_a_changed_byte_is_refused()
    {
        using var log = MemoryLog.With(4);
        var stored = StateOf(log).ToBytes();
        for (var at = 0; at < stored.Length; at++)
        {
            var changed = stored.ToArray();
            changed[at] ^= 4;

            Assert.IsFalse(WitnessState.TryRead(changed, log.Policy, out _, out _), $"byte {at}");
        }
    }

    [TestMethod]
    public void A_witnesses_answer_is_lines_and_nothing_else()
    {
        using var log = MemoryLog.With(4);
        var state = StateOf(log);
        byte[] answer = [.. log.Witnesses.SelectMany(one => one.Cosign(state, DateTimeOffset.UnixEpoch).ToLine())];

        var lines = SignedCheckpoint.TryParseLines(answer);

        Assert.HasCount(3, lines!.Value.ToArray());
        Assert.IsTrue(log.Policy.TryVerify(log.Checkpoint(cosigners: 0).With(lines.Value.AsSpan()), out _, out _));
        Assert.IsNull(SignedCheckpoint.TryParseLines([]));
        Assert.IsNull(SignedCheckpoint.TryParseLines(answer.AsSpan(1)));
        Assert.IsNull(SignedCheckpoint.TryParseLines([.. "x\n\n"u8, .. answer]), "no text before them");
    }

    private static WitnessState StateOf(MemoryLog log) =>
        Accepted(new Witness(log.Policy).Consider(null, new AddCheckpointRequest(new TreeSize(0), [], log.Checkpoint(cosigners: 0))));

    private static AddCheckpointRequest Request(string text) =>
        AddCheckpointRequest.TryParse(Encoding.UTF8.GetBytes(text), out var request, out var fault)
            ? request
            : throw new FormatException(fault);

    private static WitnessState Accepted(WitnessDecision decision) =>
        decision is WitnessDecision.Accepted accepted ? accepted.Next : throw new AssertFailedException($"{decision}");

    private static WitnessDecision.Refused Refused(WitnessDecision decision) =>
        decision as WitnessDecision.Refused ?? throw new AssertFailedException($"{decision}");
}
