using System.Text.Json.Nodes;
using Federated.Federation;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.SecureAggregation;
using Federated.SecureAggregation.Messages;
using Federated.V1;

namespace Federated.Node.Tests.Studies;

/// <summary>
/// A coordinator that wants a second sum of one round from a real node: by another cohort, by other survivors, by an attempt that was overtaken, before and after a restart
/// (docs/secure-aggregation.md, "Two sums of one round").
/// </summary>
[TestClass]
public sealed class RevealTests
{
    private static readonly SiteName s_delta = SiteName.Parse("delta");

    public required TestContext TestContext { get; init; }

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestMethod]
    public async Task No_share_is_shown_before_the_journal_names_the_survivors_and_what_the_quorum_signed()
    {
        await using var bench = await JoinedAsync();
        var shown = SharesOf(bench);

        await bench.InviteAsync(1, 1);
        var line = JsonNode.Parse((await shown.WaitAsync(Stop))[^1])!;

        Assert.AreEqual("revealed", (string?)line["kind"]);
        Assert.AreEqual((bench.Plan.Hash().ToString(), 1u, 1u), ((string?)line["plan"], (uint?)line["round"], (uint?)line["attempt"]));
        Assert.AreEqual(string.Join(' ', bench.Plan.Roster), (string?)line["survivors"]);
        Assert.IsTrue(Digest.TryParse((string?)line["h3"], out var h3));
        var acknowledgement = bench.Others.Said.Single(message => message.Type == MessageType.Acknowledgement);
        Assert.IsTrue(acknowledgement.IsSignedBy(bench.Others.IdentityOfNode, h3));
    }

    [TestMethod]
    public async Task A_quorum_is_shown_no_share_where_the_journal_names_other_survivors_of_the_round()
    {
        await using var bench = await JoinedAsync();
        var others = bench.Plan.Roster.Remove(s_delta);
        bench.Others.Down = message =>
        {
            if (message.Type == MessageType.AcknowledgementSet)
            {
                var attempt = new Attempt(new RoundNumber(1), new AttemptNumber(1));
                Assert.IsTrue(bench.Node.Journal.TryReveal(new JournalEntry.Revealed(bench.Plan.Hash(), attempt, others, default)));
            }

            return message;
        };

        var word = Next(bench, MessageType.Abort, MessageType.UnmaskingShares);
        await bench.InviteAsync(1, 1);

        await AssertLeftAsync(bench, word, AbortCode.Local);
        await bench.Node.Log.WaitForAsync("the journal lets no share of this round be shown", Stop);
    }

    [TestMethod]
    [DataRow(false, DisplayName = "in one process")]
    [DataRow(true, DisplayName = "after a restart")]
    public async Task A_second_sum_without_one_of_the_first_ones_survivors_gets_no_input(bool isRestarted)
    {
        await using var bench = await OpenedOnceAsync(isRestarted);

        var word = Next(bench, MessageType.Abort, MessageType.ShareKeys);
        await bench.InviteAsync(1, 2, without: s_delta);

        await AssertLeftAsync(bench, word, AbortCode.Revealed);
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
    }

    [TestMethod]
    [DataRow(false, DisplayName = "in one process")]
    [DataRow(true, DisplayName = "after a restart")]
    public async Task A_second_sum_of_the_same_cohort_and_other_survivors_gets_no_acknowledgement_and_no_share(bool isRestarted)
    {
        await using var bench = await OpenedOnceAsync(isRestarted);
        bench.Others.SendNothing.Add(s_delta);

        await bench.InviteAsync(1, 2);
        await bench.Node.Log.WaitForAsync("round 1, attempt 2: released 4 numbers", Stop);
        var word = Next(bench, MessageType.Abort, MessageType.Acknowledgement);
        await bench.Others.PassDeadlineAsync();

        await AssertLeftAsync(bench, word, AbortCode.Revealed);
    }

    [TestMethod]
    public async Task A_second_sum_of_the_same_survivors_is_opened_after_a_restart_and_is_the_same()
    {
        await using var bench = await JoinedAsync();
        var first = await OpenAsync(bench);
        await RestartAsync(bench);

        await bench.InviteAsync(1, 2);
        var second = await bench.SumAsync();

        CollectionAssert.AreEqual(first.Bytes, second.Bytes);
    }

    [TestMethod]
    public async Task A_quorum_of_an_attempt_that_was_overtaken_gets_no_share()
    {
        await using var bench = await JoinedAsync();
        SignedMessage? heldBack = null;
        bench.Others.Down = message => message.Type == MessageType.AcknowledgementSet && heldBack is null ? Hold(message) : message;
        await bench.InviteAsync(1, 1);
        await bench.SumAsync(); // the others' shares are enough
        bench.Others.SendNothing.Add(s_delta);
        await bench.InviteAsync(1, 2);
        await bench.Node.Log.WaitForAsync("round 1, attempt 2: released 4 numbers", Stop);

        var late = heldBack!.ToWire(bench.Plan.Hash(), new RoundNumber(1), new AttemptNumber(1));
        await bench.Session.SayAsync(new CoordinatorMessage { Protocol = late });
        var shown = SharesOf(bench);
        await bench.Others.PassDeadlineAsync();
        var journal = await shown.WaitAsync(Stop);

        Assert.HasCount(1, bench.Others.Said.Where(message => message.Type == MessageType.UnmaskingShares));
        var revealed = journal.Select(line => JsonNode.Parse(line)!).Where(line => (string?)line["kind"] == "revealed").ToArray();
        Assert.AreEqual((2u, "alpha beta gamma"), ((uint?)revealed.Single()["attempt"], (string?)revealed.Single()["survivors"]));

        SignedMessage? Hold(SignedMessage message)
        {
            heldBack = message;
            return null;
        }
    }

    private Task<StudyAtNode> JoinedAsync() => StudyAtNode.JoinAsync(SamplePlan.ThreeOfFour(), Stop);

    /// <summary>A node that showed shares for the sum of all four, and is welcome again.</summary>
    private async Task<StudyAtNode> OpenedOnceAsync(bool isRestarted)
    {
        var bench = await JoinedAsync();
        await OpenAsync(bench);
        if (isRestarted)
        {
            await RestartAsync(bench);
        }

        bench.Others.Said.Clear();
        return bench;
    }

    private async Task<HonestSum> OpenAsync(StudyAtNode bench)
    {
        var shown = SharesOf(bench);
        await bench.InviteAsync(1, 1);
        var sum = await bench.SumAsync();
        await shown.WaitAsync(Stop);
        await bench.Node.Log.WaitForAsync("round 1, attempt 1: released 4 numbers", Stop);
        await bench.Coordinator.InputAsync(Stop);
        return sum;
    }

    private static async Task RestartAsync(StudyAtNode bench)
    {
        await bench.RestartNodeAsync();
        Assert.IsTrue((await bench.OfferAsync(lastRound: 1, lastAttempt: 1)).Accepted);
    }

    /// <summary>Completes when the node's next shares arrive, with the lines that its journal has at that moment.</summary>
    private static async Task<string[]> SharesOf(StudyAtNode bench) => (await Next(bench, MessageType.UnmaskingShares)).Journal;

    /// <summary>Completes when the node next says one of these, with the lines that its journal has at that moment.</summary>
    private static Task<(SignedMessage Said, string[] Journal)> Next(StudyAtNode bench, params MessageType[] kinds)
    {
        var next = new TaskCompletionSource<(SignedMessage, string[])>(TaskCreationOptions.RunContinuationsAsynchronously);
        var hear = bench.Coordinator.Heard!;
        bench.Coordinator.Heard = async protocol =>
        {
            var lines = File.ReadAllLines(Path.Combine(bench.Files.State, "journal.jsonl"));
            await hear(protocol);
            if (kinds.Contains((MessageType)protocol.Type))
            {
                next.TrySetResult((protocol.FromWire(out _)!, lines));
            }
        };
        return next.Task;
    }

    /// <summary>The node left with this code instead of going on, wrote that down, and showed no share.</summary>
    private async Task AssertLeftAsync(StudyAtNode bench, Task<(SignedMessage Said, string[] Journal)> word, AbortCode code)
    {
        var (said, journal) = await word.WaitAsync(Stop);
        Assert.AreEqual(MessageType.Abort, said.Type);
        Assert.AreEqual(code, AbortNotice.Parse(said.Body));
        var refused = JsonNode.Parse(journal[^1])!;
        Assert.AreEqual(("refused", code.ToString().ToUpperInvariant()), ((string?)refused["kind"], (string?)refused["code"]));

        await bench.OfferAsync(lastRound: 1, lastAttempt: 1); // whatever it says is heard before its answer to this
        Assert.IsFalse(bench.Others.Said.Exists(message => message.Type == MessageType.UnmaskingShares));
    }
}
