using Federated.Coordinator.Hosting;
using Federated.Coordinator.Storage;
using Federated.Federation;
using Federated.Fixtures;
using Federated.SecureAggregation.Rounds;
using Microsoft.Extensions.Logging;

namespace Federated.Coordinator.Tests.Storage;

/// <summary>How long masked inputs stay, and that nothing of a failed attempt does.</summary>
[TestClass]
public sealed class KeptInputsTests : IDisposable
{
    private static readonly Digest s_plan = Digest.Of("a plan"u8);
    private static readonly SiteName s_alpha = SiteName.Parse("alpha");
    private static readonly SiteName s_beta = SiteName.Parse("beta");
    private static readonly AttemptNumber s_attempt = new(1);

    private const int InputLength = 10;

    private readonly TestFolder _folder = new();
    private readonly LogLines _log = new();
    private readonly ManualTime _time = new();

    [TestMethod]
    public void A_rounds_inputs_are_there_until_the_next_round_is_committed()
    {
        var inputs = Kept(Retention());
        Commit(inputs, 1);
        CollectionAssert.AreEqual(new uint[] { 1 }, Rounds(inputs));
        CollectionAssert.AreEqual("1 alpha   "u8.ToArray(), inputs.ReadInput(s_plan, new RoundNumber(1), s_alpha));
        CollectionAssert.AreEqual(Opening(1).ToBytes(), inputs.ReadOpening(s_plan, new RoundNumber(1)));

        Commit(inputs, 2);

        CollectionAssert.AreEqual(new uint[] { 2 }, Rounds(inputs));
        Assert.IsNull(inputs.ReadInput(s_plan, new RoundNumber(1), s_alpha));
    }

    [TestMethod]
    public void An_input_that_is_in_no_sum_is_not_kept_with_those_that_are()
    {
        var inputs = Kept(Retention());
        inputs.Put(s_plan, new RoundNumber(1), s_attempt, s_alpha, "in the sum"u8);
        inputs.Put(s_plan, new RoundNumber(1), s_attempt, s_beta, "too late"u8);
        inputs.Close(s_plan, new RoundNumber(1), s_attempt, [s_alpha], "in the sum"u8.Length, Opening(1));

        Assert.IsNull(inputs.ReadInput(s_plan, new RoundNumber(1), s_beta));
        Assert.IsNotNull(inputs.ReadInput(s_plan, new RoundNumber(1), s_alpha));
    }

    [TestMethod]
    public void Of_an_attempt_that_failed_or_died_with_its_process_nothing_stays()
    {
        var inputs = Kept(Retention());
        inputs.Put(s_plan, new RoundNumber(1), s_attempt, s_alpha, "failed"u8);
        inputs.Drop(s_plan, new RoundNumber(1), s_attempt);
        Assert.IsEmpty(_folder.Files("inputs"));

        inputs.Put(s_plan, new RoundNumber(1), s_attempt, s_alpha, "died"u8);
        inputs.Sweep(isStart: false);
        Assert.HasCount(1, _folder.Files("inputs"), "an attempt may be under way");
        Kept(Retention()).Sweep(isStart: true);
        Assert.IsEmpty(_folder.Files("inputs"));
    }

    [TestMethod]
    public void What_an_auditor_asked_for_stays_over_a_restart_and_what_comes_after_it_does_not()
    {
        var inputs = Kept(Retention());
        Commit(inputs, 1);
        Assert.IsTrue(inputs.TryHold(s_plan, SiteName.Parse("control"), new RoundNumber(1), new RoundNumber(3)));
        Commit(inputs, 2);
        inputs = Kept(Retention());
        Commit(inputs, 3);
        Commit(inputs, 4);
        Commit(inputs, 5);

        CollectionAssert.AreEqual(new uint[] { 1, 2, 3, 5 }, Rounds(inputs), "the one that was there, the two to come, and the newest");
    }

    [TestMethod]
    public void What_is_asked_for_before_the_first_round_is_all_that_comes()
    {
        var inputs = Kept(Retention());
        Assert.IsTrue(inputs.TryHold(s_plan, SiteName.Parse("control"), default, new RoundNumber(3)));
        for (var round = 1u; round <= 5; round++)
        {
            Commit(inputs, round);
        }

        CollectionAssert.AreEqual(new uint[] { 1, 2, 3, 5 }, Rounds(inputs));
    }

    [TestMethod]
    public void Asking_again_and_again_holds_no_more_rounds_than_one_may_ask_for()
    {
        var inputs = Kept(Retention(held: 3));
        for (var round = 1u; round <= 9; round++)
        {
            Assert.IsTrue(inputs.TryHold(s_plan, SiteName.Parse("control"), new RoundNumber(round - 1), new RoundNumber(round + 2)));
            Commit(inputs, round);
        }

        CollectionAssert.AreEqual(new uint[] { 9 }, Rounds(inputs)[^1..]);
        Assert.IsLessThanOrEqualTo(3, Rounds(inputs).Length);
    }

    [TestMethod]
    public void A_note_that_is_on_its_way_to_the_disk_or_damaged_is_no_hold_and_ends_nothing()
    {
        var inputs = Kept(Retention());
        Commit(inputs, 1);
        File.WriteAllText(_folder["inputs", $"{s_plan}", "held-by-control.17.partial"], "1 9\n");
        File.WriteAllText(_folder["inputs", $"{s_plan}", "held-by-other"], "");
        Commit(inputs, 2);

        CollectionAssert.AreEqual(new uint[] { 2 }, Rounds(inputs));
    }

    [TestMethod]
    public void A_round_of_which_an_input_is_missing_or_cut_is_not_kept_nor_is_what_an_earlier_process_left_of_it()
    {
        var inputs = Kept(Retention());
        Commit(inputs, 1); // and dies before the commit is on disk; the next attempt cannot write all
        inputs.Put(s_plan, new RoundNumber(1), new AttemptNumber(2), s_alpha, "cut"u8);
        inputs.Close(s_plan, new RoundNumber(1), new AttemptNumber(2), [s_alpha], InputLength, Opening(1));

        Assert.IsEmpty(_folder.Files("inputs"));
        Assert.IsTrue(_log.All.Any(line => line.Contains("that of alpha is not there")), string.Join('\n', _log.All));
    }

    [TestMethod]
    public void Nothing_is_kept_where_the_disk_would_have_too_little_left()
    {
        var inputs = Kept(new InputRetention { SpareMegabytes = int.MaxValue });
        Commit(inputs, 1);

        Assert.IsEmpty(Rounds(inputs));
        Assert.IsTrue(
            _log.All.Any(line => line.Contains("would be free (coordinator.inputs.spareMegabytes)")),
            string.Join('\n', _log.All)
        );
    }

    [TestMethod]
    public void What_was_kept_goes_where_nothing_may_be_kept_any_more()
    {
        Commit(Kept(Retention()), 1);
        var inputs = Kept(Retention(rounds: 0));
        inputs.Sweep(isStart: true);

        Assert.IsEmpty(Rounds(inputs));
        Assert.IsFalse(Directory.Exists(_folder["inputs"]));
    }

    [TestMethod]
    public void After_its_days_an_input_goes_though_somebody_asked_for_it()
    {
        var inputs = Kept(Retention(days: 2));
        Commit(inputs, 1);
        Assert.IsTrue(inputs.TryHold(s_plan, SiteName.Parse("control"), new RoundNumber(1), new RoundNumber(6)));

        _time.Advance(TimeSpan.FromDays(1.9));
        inputs.Sweep(isStart: false);
        Assert.HasCount(1, Rounds(inputs));
        _time.Advance(TimeSpan.FromDays(0.2));
        inputs.Sweep(isStart: false);

        Assert.IsEmpty(Rounds(inputs));
    }

    [TestMethod]
    public void A_coordinator_that_keeps_none_writes_none()
    {
        var inputs = Kept(Retention(rounds: 0));
        Commit(inputs, 1);

        Assert.AreEqual(0, inputs.MostHeld);
        Assert.IsFalse(Directory.Exists(_folder["inputs"]));
    }

    [TestMethod]
    public void What_cannot_be_written_ends_no_round_and_is_said()
    {
        File.WriteAllText(_folder["inputs"], "a file where the folder should be");
        var inputs = Kept(Retention());

        Commit(inputs, 1);

        Assert.IsEmpty(Rounds(inputs));
        Assert.IsTrue(_log.All.Any(line => line.Contains("the masked inputs of round 1 could not be kept")), string.Join('\n', _log.All));
    }

    public void Dispose() => _folder.Dispose();

    private KeptInputs Kept(InputRetention retention) =>
        new(_folder.Root, retention, _time, new CoordinatorLog(new Logger<CoordinatorLog>(new LoggerFactory([_log]))));

    private static void Commit(KeptInputs inputs, uint round)
    {
        var number = new RoundNumber(round);
        foreach (var site in new[] { s_alpha, s_beta })
        {
            inputs.Put(s_plan, number, s_attempt, site, System.Text.Encoding.ASCII.GetBytes($"{round} {site, -8}"));
        }

        inputs.Close(s_plan, number, s_attempt, [s_alpha, s_beta], InputLength, Opening(round));
        inputs.Prune(s_plan, number);
    }

    private static RoundOpening Opening(uint round) => new([new OpenedDealer(BitConverter.GetBytes(round), new byte[32])], []);

    private static InputRetention Retention(int rounds = 1, int days = 30, int held = 100) =>
        new()
        {
            Rounds = rounds,
            Days = days,
            HeldRounds = held,
            SpareMegabytes = 0,
        };

    private static uint[] Rounds(KeptInputs inputs) => [.. inputs.Rounds(s_plan).Select(round => round.Value)];
}
