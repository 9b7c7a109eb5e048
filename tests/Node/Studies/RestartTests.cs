using Federated.Federation;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.Node.Journal;
using Federated.SecureAggregation.Messages;
using Federated.V1;

namespace Federated.Node.Tests.Studies;

/// <summary>A node that ends at any point and starts again in the same folder, or in an older copy of it.</summary>
[TestClass]
public sealed class RestartTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestMethod]
    public async Task An_attempt_that_was_answered_is_refused_after_a_restart_and_the_next_one_is_not()
    {
        await using var bench = await JoinedAsync();
        await bench.InviteAsync(1, 1);
        var first = await bench.Coordinator.InputAsync(Stop);
        await bench.Node.Log.WaitForAsync("released 4 numbers", Stop);

        await bench.RestartNodeAsync();
        await bench.OfferAsync(lastRound: 1, lastAttempt: 1);
        await bench.InviteAsync(1, 1);
        var again = await bench.RefusalAsync();
        await bench.InviteAsync(1, 2);
        var second = await bench.Coordinator.InputAsync(Stop);

        Assert.AreEqual(DeclineCode.Replay, again.Code);
        CollectionAssert.AreNotEqual(first.Bytes, second.Bytes, "the same update under fresh masks");
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
    }

    [TestMethod]
    public async Task An_attempt_that_is_in_the_journal_is_never_answered_though_its_vector_did_not_leave()
    {
        await using var bench = await JoinedAsync();
        var plan = bench.Plan.Hash();

        // As if the process had died between the forced write and the first byte.
        await bench.RestartNodeAsync(() =>
        {
            using var journal = SiteJournal.Open(new StateFolder(bench.Files.State), SiteName.Parse("alpha"), TimeProvider.System);
            journal.TryRelease(plan, new Attempt(new RoundNumber(1), new AttemptNumber(1)), Digest.Of("a vector"u8), out _);
        });
        await bench.OfferAsync();
        await bench.InviteAsync(1, 1);

        Assert.AreEqual(DeclineCode.Replay, (await bench.RefusalAsync()).Code);
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
    }

    [TestMethod]
    public async Task The_journal_names_a_vector_before_its_first_byte_arrives()
    {
        await using var bench = await JoinedAsync();

        await bench.InviteAsync(1, 1);
        var (_, bytes) = await bench.Coordinator.InputAsync(Stop);
        var line = File.ReadLines(Path.Combine(bench.Files.State, "journal.jsonl")).Last();

        Assert.Contains("\"kind\":\"releasing\"", line);
        Assert.Contains($"\"digest\":\"{MaskedInputHeader.DigestOf(bytes)}\"", line);
    }

    [TestMethod]
    public async Task A_restarted_node_computes_the_committed_rounds_again_and_goes_on()
    {
        await using var bench = await JoinedAsync();
        var first = bench.Sum(null, [1, 2, 3, 4], "beta", "gamma", "delta");
        await bench.CommitAsync(first);

        await bench.RestartNodeAsync();
        var answer = await bench.OfferAsync(round: 1, model: first.Next.Hash);
        var report = await bench.CommitAsync(first);
        await bench.InviteAsync(2, 1, model: first.Next.Hash, previous: first.Result);
        var (header, _) = await bench.Coordinator.InputAsync(Stop);

        Assert.AreEqual((true, 0u), (answer.Accepted, answer.Round));
        Assert.AreEqual((1u, first.Next.Hash), (report.Round, new Digest(report.ModelHash.Span)));
        Assert.AreEqual(2u, header.Round);
    }

    [TestMethod]
    public async Task A_round_that_gives_another_model_than_before_ends_this_nodes_part()
    {
        await using var bench = await JoinedAsync();
        var first = bench.Sum(null, [1, 2, 3, 4], "beta", "gamma", "delta");
        var changed = bench.Sum(null, [9, 9, 9, 9], "beta", "gamma", "delta");
        await bench.CommitAsync(first);
        await bench.RestartNodeAsync();

        // The offer names the old model; the sum that is handed out for round 1, consistent in itself, is another.
        await bench.OfferAsync(round: 1, model: first.Next.Hash);
        bench.Coordinator.Sums[1] = changed.Messages;
        await bench.Session.SayAsync(new CoordinatorMessage { RoundCommitted = changed.Header });
        var answer = await bench.AnswerAsync();
        await bench.InviteAsync(1, 1);
        var refusal = await bench.RefusalAsync();

        Assert.AreEqual((false, DeclineCode.PastChanged), (answer.Accepted, answer.Code));
        Assert.AreEqual(DeclineCode.PastChanged, refusal.Code);
        Assert.StartsWith("Critical: ", await bench.Node.Log.WaitForAsync("The past of this study was changed.", Stop));
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
    }

    [TestMethod]
    public async Task A_coordinator_from_an_older_backup_gets_nothing()
    {
        await using var bench = await JoinedAsync();
        var first = bench.Sum(null, [1, 2, 3, 4], "beta", "gamma", "delta");
        await bench.CommitAsync(first);
        await bench.RestartNodeAsync();

        var behind = await bench.OfferAsync();
        await bench.InviteAsync(1, 1);
        var refusal = await bench.RefusalAsync();
        var otherPast = await bench.OfferAsync(round: 1, model: Digest.Of("another model"u8));

        Assert.AreEqual((false, DeclineCode.CoordinatorBehind), (behind.Accepted, behind.Code));
        Assert.AreEqual(DeclineCode.CoordinatorBehind, refusal.Code);
        Assert.AreEqual((false, DeclineCode.PastChanged), (otherPast.Accepted, otherPast.Code));
        Assert.StartsWith("Critical: ", await bench.Node.Log.WaitForAsync("it was restored from an older backup", Stop));
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
    }

    [TestMethod]
    public async Task A_coordinator_that_asks_for_a_committed_round_after_a_restart_is_refused()
    {
        await using var bench = await JoinedAsync();
        var first = bench.Sum(null, [1, 2, 3, 4], "beta", "gamma", "delta");
        await bench.CommitAsync(first);
        await bench.RestartNodeAsync();

        await bench.OfferAsync(round: 1, model: first.Next.Hash);
        await bench.InviteAsync(1, 9);

        Assert.AreEqual(DeclineCode.CoordinatorBehind, (await bench.RefusalAsync()).Code, "the node's own model is the initial one again");
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
    }

    [TestMethod]
    public async Task A_node_from_an_older_backup_releases_nothing_until_its_operator_agrees()
    {
        await using var bench = await JoinedAsync();
        using var backup = new TestFolder();
        await bench.StopNodeAsync();
        Copy(bench.Files.State, backup.Root);
        await bench.StartNodeAsync();
        await bench.OfferAsync();
        await bench.InviteAsync(1, 1);
        await bench.Coordinator.InputAsync(Stop);
        await bench.Node.Log.WaitForAsync("released 4 numbers", Stop);

        await bench.RestartNodeAsync(() =>
        {
            Directory.Delete(bench.Files.State, recursive: true);
            Copy(backup.Root, bench.Files.State);
        });
        var behind = await bench.OfferAsync(lastRound: 1, lastAttempt: 1);
        await bench.InviteAsync(1, 2);
        var refusal = await bench.RefusalAsync();

        Assert.AreEqual((false, DeclineCode.JournalBehind), (behind.Accepted, behind.Code));
        Assert.AreEqual(DeclineCode.JournalBehind, refusal.Code);
        Assert.StartsWith("Critical: ", await bench.Node.Log.WaitForAsync("this node was restored from an older backup", Stop));
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
    }

    [TestMethod]
    public async Task A_sum_that_counts_a_vector_that_the_journal_does_not_know_ends_this_nodes_part()
    {
        await using var bench = await JoinedAsync();
        var first = bench.Sum(null, [1, 2, 3, 4], "alpha", "beta", "gamma");
        bench.Coordinator.Sums[1] = first.Messages;

        await bench.Session.SayAsync(new CoordinatorMessage { RoundCommitted = first.Header });
        var answer = await bench.AnswerAsync();
        await bench.InviteAsync(1, 2);
        var refusal = await bench.RefusalAsync();

        Assert.AreEqual((false, DeclineCode.JournalBehind), (answer.Accepted, answer.Code));
        Assert.AreEqual(DeclineCode.JournalBehind, refusal.Code);
        Assert.StartsWith(
            "Critical: ",
            await bench.Node.Log.WaitForAsync("counts an input of this site that its journal does not know: another machine", Stop)
        );
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
    }

    [TestMethod]
    [DataRow(true, DisplayName = "in this process")]
    [DataRow(false, DisplayName = "before a restart")]
    public async Task A_sum_that_counts_an_input_that_left_is_taken(bool sameProcess)
    {
        await using var bench = await JoinedAsync();
        await bench.InviteAsync(1, 1);
        var first = await bench.SumAsync();
        await bench.Node.Log.WaitForAsync("released 4 numbers", Stop);
        if (!sameProcess)
        {
            await bench.RestartNodeAsync();
            await bench.OfferAsync(lastRound: 1, lastAttempt: 1);
        }

        var report = await bench.CommitAsync(first);

        Assert.AreEqual(first.Next.Hash, new Digest(report.ModelHash.Span));
    }

    [TestMethod]
    public async Task An_empty_state_folder_is_noticed_as_an_older_backup_is()
    {
        await using var bench = await JoinedAsync();

        await bench.RestartNodeAsync(() => Directory.Delete(bench.Files.State, recursive: true));

        Assert.AreEqual(DeclineCode.JournalBehind, (await bench.OfferAsync(lastRound: 1, lastAttempt: 1)).Code);
    }

    [TestMethod]
    public async Task A_study_that_ended_stays_ended_after_a_restart()
    {
        await using var bench = await JoinedAsync();
        await bench.EndAsync(completed: false);

        await bench.RestartNodeAsync();
        var answer = await bench.OfferAsync();
        await bench.InviteAsync(1, 1);

        Assert.AreEqual((false, DeclineCode.StudyOver), (answer.Accepted, answer.Code));
        Assert.AreEqual(DeclineCode.StudyOver, (await bench.RefusalAsync()).Code);
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
    }

    [TestMethod]
    public async Task A_study_that_was_completed_while_the_node_was_down_is_caught_up_with_and_never_trained_again()
    {
        await using var bench = await JoinedAsync();
        var first = bench.Sum(null, [1, 2, 3, 4], "beta", "gamma", "delta");
        var second = bench.Sum(first, [5, 6, 7, 8], "beta", "gamma", "delta");
        await bench.CommitAsync(first);
        await bench.StopNodeAsync();
        await bench.StartNodeAsync();

        // What a coordinator says of a completed study to a site that comes late: the last round, then the end.
        var report = await bench.CommitAsync(second);
        await bench.EndAsync(completed: true);
        await bench.RestartNodeAsync();
        var answer = await bench.OfferAsync(round: 2, model: second.Next.Hash);

        Assert.AreEqual((2u, second.Next.Hash), (report.Round, new Digest(report.ModelHash.Span)));
        Assert.AreEqual(DeclineCode.StudyOver, answer.Code);
    }

    [TestMethod]
    public async Task Ends_of_studies_that_were_never_offered_are_not_kept()
    {
        await using var bench = await JoinedAsync();
        var path = Path.Combine(bench.Files.State, "journal.jsonl");
        var before = File.ReadAllLines(path);

        for (var i = 0; i < 10; i++)
        {
            var ended = new StudyEnded { PlanHash = HonestSum.Hash(Digest.Of([(byte)i])), Completed = true };
            await bench.Session.SayAsync(new CoordinatorMessage { StudyEnded = ended });
        }

        await bench.OfferAsync();
        CollectionAssert.AreEqual(before, File.ReadAllLines(path));
    }

    [TestMethod]
    public async Task A_second_node_in_the_same_folder_is_refused()
    {
        await using var bench = await JoinedAsync();

        var error = Assert.ThrowsExactly<OperatorException>(() => Node.Hosting.NodeHost.Build(bench.Files.Config, []));

        Assert.Contains($"is in use by process {Environment.ProcessId}", error.Message);
    }

    private Task<StudyAtNode> JoinedAsync() => StudyAtNode.JoinAsync(SamplePlan.ThreeOfFour(), Stop);

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }
}
