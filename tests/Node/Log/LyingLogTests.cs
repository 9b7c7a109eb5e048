using Federated.Federation;
using Federated.Fixtures;
using Federated.Node.Tests.Studies;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.V1;
using LogEntry = Federated.TransparencyLog.Entries.LogEntry;

namespace Federated.Node.Tests.Log;

/// <summary>A coordinator that lies in its log, with real keys, and the real node of alpha: one test a lie.</summary>
[TestClass]
public sealed class LyingLogTests
{
    private static readonly Digest s_other = Digest.Of("another history"u8);

    public required TestContext TestContext { get; init; }

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestMethod]
    public async Task An_honest_log_is_cosigned_as_it_grows_and_what_the_node_said_is_let_go_once_it_is_shown_there()
    {
        await using var bench = await StudyAtNode.JoinAsync(SamplePlan.ThreeOfFour(), Stop);
        var approval = bench.Session.Statement(EntryKind.PlanApproved);
        Assert.HasCount(1, bench.Files.Pending);

        bench.Others.Log.Append(Entry(bench));
        bench.Others.Log.Append(approval);
        var answer = await bench.GrowAsync(own: 1);

        Assert.IsNotNull(answer.Cosignature, $"{answer}");
        await bench.Files.NothingPendingAsync(Stop);
    }

    [TestMethod]
    public async Task Two_trees_of_one_size_raise_an_alarm_that_outlives_the_node_and_leave_both_checkpoints()
    {
        await using var bench = await StudyAtNode.JoinAsync(SamplePlan.ThreeOfFour(), Stop);
        var honest = bench.Others.Log;
        var forked = honest.Fork();
        honest.Append(Entry(bench));
        Assert.IsNotNull((await bench.GrowAsync()).Cosignature);
        bench.Others.Log = forked;
        forked.Append(Entry(bench));

        var refusal = (await bench.GrowAsync()).WitnessRefusal;

        Assert.AreEqual((uint)TransparencyLog.Witnesses.WitnessRefusal.Fork, refusal.Code);
        await bench.Node.Log.WaitForAsync("Critical", Stop);
        Assert.HasCount(2, Directory.GetFiles(Path.Combine(bench.Files.State, "evidence"), "log-*.checkpoint"));
        var evidence = (MisbehaviourEvidence)bench.Files.Pending.Select(Read).Single(entry => entry.Kind == EntryKind.Misbehaviour).Body;
        Assert.AreNotEqual(evidence.First, evidence.Second);

        await bench.RestartNodeAsync();
        bench.Others.Log = honest; // it shows the honest log again, as if nothing had been
        Assert.AreEqual(DeclineCode.Log, (await bench.OfferAsync()).Code);
    }

    [TestMethod]
    public async Task A_log_that_lost_entries_is_refused_and_so_is_every_study_under_it()
    {
        await using var bench = await StudyAtNode.JoinAsync(SamplePlan.ThreeOfFour(), Stop);
        var cut = bench.Others.Log.Fork();
        bench.Others.Log.Append(Entry(bench));
        bench.Others.Log.Append(Entry(bench));
        Assert.IsNotNull((await bench.GrowAsync()).Cosignature);
        bench.Others.Log = cut;
        bench.Others.Log.Append(Entry(bench));

        var refusal = (await bench.GrowAsync(from: 1)).WitnessRefusal;

        Assert.AreEqual(2u, refusal.Seen);
        await bench.Node.Log.WaitForAsync("the audit log is not the one that this site has vouched for", Stop);
        await bench.InviteAsync(1, 1);
        await RefusedAsync(bench);
    }

    [TestMethod]
    public async Task A_log_whose_past_was_reordered_is_refused_and_its_checkpoint_is_kept()
    {
        await using var bench = await StudyAtNode.JoinAsync(SamplePlan.ThreeOfFour(), Stop);
        var (first, second, third) = (Entry(bench), Entry(bench), Entry(bench));
        var reordered = bench.Others.Log.Fork();
        bench.Others.Log.Append(first);
        bench.Others.Log.Append(second);
        Assert.IsNotNull((await bench.GrowAsync()).Cosignature);
        bench.Others.Log = reordered;
        reordered.Append(second);
        reordered.Append(first);
        reordered.Append(third);

        var refusal = (await bench.GrowAsync()).WitnessRefusal;

        Assert.AreEqual((uint)TransparencyLog.Witnesses.WitnessRefusal.NotConsistent, refusal.Code);
        Assert.HasCount(1, Directory.GetFiles(Path.Combine(bench.Files.State, "evidence"), "shown-3-*.checkpoint"));
        await bench.InviteAsync(1, 1);
        await RefusedAsync(bench);
    }

    [TestMethod]
    public async Task An_invitation_under_a_log_without_a_quorums_cosignatures_is_refused()
    {
        await using var bench = await StudyAtNode.JoinAsync(SamplePlan.ThreeOfFour(), Stop);
        bench.Others.Log.Cosigns = site => site == SiteName.Parse("beta");

        await bench.InviteAsync(1, 1);

        await RefusedAsync(bench);
    }

    [TestMethod]
    public async Task A_round_of_another_past_than_this_sites_is_refused()
    {
        await using var bench = await StudyAtNode.JoinAsync(SamplePlan.ThreeOfFour(), Stop);
        bench.Others.AppendPast = log => log.AppendPast(bench.Plan, 1, s_other, s_other);

        await bench.InviteAsync(1, 1);

        await RefusedAsync(bench);
    }

    [TestMethod]
    public async Task A_past_that_is_not_in_the_tree_is_refused()
    {
        await using var bench = await StudyAtNode.JoinAsync(SamplePlan.ThreeOfFour(), Stop);
        bench.Others.Bend = shown =>
        {
            shown.Past.Entry = Google.Protobuf.ByteString.CopyFrom(Entry(bench));
            return shown;
        };

        await bench.InviteAsync(1, 1);

        await RefusedAsync(bench);
    }

    [TestMethod]
    public async Task A_site_whose_own_statement_is_kept_out_takes_part_no_more()
    {
        await using var bench = await StudyAtNode.JoinAsync(SamplePlan.ThreeOfFour(), Stop);
        for (var i = 0; i < 4; i++)
        {
            bench.Others.Log.Append(Entry(bench)); // everything but alpha's approval
            Assert.IsNotNull((await bench.GrowAsync()).Cosignature);
        }

        await bench.InviteAsync(1, 1);

        await RefusedAsync(bench);
        await bench.Node.Log.WaitForAsync("LOG_STALE", Stop);
    }

    [TestMethod]
    public async Task A_charge_in_the_log_that_the_ledger_lacks_stops_every_release_until_a_person_decides()
    {
        await using var bench = await PrivateSite.JoinAsync(PrivatePlans.ThreeOfFour(), Stop);
        await bench.InviteAsync(1, 1);
        var sum = await bench.SumAsync();
        await bench.CommitAsync(sum);
        var charge = bench.Files.Pending.Single(bytes => Read(bytes).Kind == EntryKind.PrivacyCharged);

        // The disk goes back to before the round, journal and all; what stands in the log does not.
        await bench.RestartNodeAsync(() =>
        {
            PrivateSite.RestoreOldLedger(bench.Files);
            File.Delete(Path.Combine(bench.Files.State, "journal.jsonl"));
        });
        Assert.IsTrue((await bench.OfferAsync()).Accepted);
        bench.Others.Log.Append(charge);
        var place = (int)bench.Others.Log.Head.Size.Value - 1;
        bench.Others.Bend = shown =>
        {
            shown.Charge = bench.Others.Log.ShownAt(place);
            return shown;
        };
        await bench.InviteAsync(1, 2);

        Assert.AreEqual(DeclineCode.LedgerBehind, (await bench.RefusalAsync()).Code);
        await bench.Node.Log.WaitForAsync("the audit log knows a release of this site", Stop);
        Assert.IsEmpty(PrivateSite.Charges(bench.Files));
    }

    [TestMethod]
    public async Task A_coordinator_with_new_keys_that_the_root_signed_goes_on_with_the_same_log()
    {
        await using var bench = await StudyAtNode.JoinAsync(SamplePlan.ThreeOfFour(), Stop);
        bench.Others.Log.Append(Entry(bench));
        Assert.IsNotNull((await bench.GrowAsync()).Cosignature);

        await bench.StopNodeAsync();
        using var hub = bench.Consortium.Identity(Federated.Identity.Role.Coordinator, "hub");
        using var keys = Consortium.KeysOf(hub);
        (bench.Coordinator.Keys, bench.Coordinator.Credential) = (keys, keys.CredentialFile);
        bench.Others.Log = bench.Others.Log.SignedBy(keys);
        await bench.StartNodeAsync();
        bench.Others.Log.Append(Entry(bench));

        Assert.IsNotNull((await bench.GrowAsync()).Cosignature);
    }

    /// <summary>The node leaves the attempt for the log, before any key of it was sent.</summary>
    private async Task RefusedAsync(StudyAtNode bench)
    {
        if ((await bench.RefusalAsync()).Code != DeclineCode.Log)
        {
            await bench.Node.Log.WaitForAsync("attempt 1 left, LOG: ", Stop); // by the protocol's machine, which has its own codes
        }

        Assert.IsFalse(bench.Others.Said.Exists(message => message.Type == SecureAggregation.Messages.MessageType.KeyAdvertisement));
    }

    private static byte[] Entry(StudyAtNode bench) => bench.Others.Log.Started(Guid.NewGuid());

    private static LogEntry Read(byte[] bytes) =>
        SealedEntry.TryParse(bytes, out var entry, out var fault) ? entry.Entry : throw new AssertFailedException(fault);
}
