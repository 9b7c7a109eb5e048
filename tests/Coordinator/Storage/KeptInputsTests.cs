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

    private readonly TestFolder _folder = new();
    private readonly LogLines _log = new();
    private readonly ManualTime _time = new();

    [TestMethod]
    public void A_rounds_inputs_are_there_until_the_next_round_is_committed()
    {
        var inputs = Kept(new InputRetention());
        Commit(inputs, 1);
        CollectionAssert.AreEqual(new uint[] { 1 }, Rounds(inputs));
        CollectionAssert.AreEqual("1 alpha"u8.ToArray(), inputs.ReadInput(s_plan, new RoundNumber(1), s_alpha));
        CollectionAssert.AreEqual(Opening(1).ToBytes(), inputs.ReadOpening(s_plan, new RoundNumber(1)));

        Commit(inputs, 2);

        CollectionAssert.AreEqual(new uint[] { 2 }, Rounds(inputs));
        Assert.IsNull(inputs.ReadInput(s_plan, new RoundNumber(1), s_alpha));
    }

    [TestMethod]
    public void An_input_that_is_in_no_sum_is_not_kept_with_those_that_are()
    {
        var inputs = Kept(new InputRetention());
        inputs.Put(s_plan, new RoundNumber(1), s_attempt, s_alpha, "in the sum"u8);
        inputs.Put(s_plan, new RoundNumber(1), s_attempt, s_beta, "too late"u8);
        inputs.Close(s_plan, new RoundNumber(1), s_attempt, [s_alpha], Opening(1));

        Assert.IsNull(inputs.ReadInput(s_plan, new RoundNumber(1), s_beta));
        Assert.IsNotNull(inputs.ReadInput(s_plan, new RoundNumber(1), s_alpha));
    }

    [TestMethod]
    public void Of_an_attempt_that_failed_or_died_with_its_process_nothing_stays()
    {
        var inputs = Kept(new InputRetention());
        inputs.Put(s_plan, new RoundNumber(1), s_attempt, s_alpha, "failed"u8);
        inputs.Drop(s_plan, new RoundNumber(1), s_attempt);
        Assert.IsEmpty(_folder.Files("inputs"));

        inputs.Put(s_plan, new RoundNumber(1), s_attempt, s_alpha, "died"u8);
        inputs.Sweep(isStart: false);
        Assert.HasCount(1, _folder.Files("inputs"), "an attempt may be under way");
        Kept(new InputRetention()).Sweep(isStart: true);
        Assert.IsEmpty(_folder.Files("inputs"));
    }

    [TestMethod]
    public void What_an_auditor_asked_for_stays_over_a_restart_and_what_comes_after_it_does_not()
    {
        var inputs = Kept(new InputRetention());
        Commit(inputs, 1);
        inputs.Hold(s_plan, SiteName.Parse("control"), new RoundNumber(1), 2);
        Commit(inputs, 2);
        inputs = Kept(new InputRetention());
        Commit(inputs, 3);
        Commit(inputs, 4);
        Commit(inputs, 5);

        CollectionAssert.AreEqual(new uint[] { 1, 2, 3, 5 }, Rounds(inputs), "the one that was there, the two to come, and the newest");
    }

    [TestMethod]
    public void After_its_days_an_input_goes_though_somebody_asked_for_it()
    {
        var inputs = Kept(new InputRetention { Days = 2 });
        Commit(inputs, 1);
        inputs.Hold(s_plan, SiteName.Parse("control"), new RoundNumber(1), 5);

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
        var inputs = Kept(new InputRetention { Rounds = 0 });
        Commit(inputs, 1);

        Assert.AreEqual(0, inputs.MostHeld);
        Assert.IsFalse(Directory.Exists(_folder["inputs"]));
    }

    [TestMethod]
    public void What_cannot_be_written_ends_no_round_and_is_said()
    {
        File.WriteAllText(_folder["inputs"], "a file where the folder should be");
        var inputs = Kept(new InputRetention());

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
            inputs.Put(s_plan, number, s_attempt, site, System.Text.Encoding.ASCII.GetBytes($"{round} {site}"));
        }

        inputs.Close(s_plan, number, s_attempt, [s_alpha, s_beta], Opening(round));
        inputs.Prune(s_plan, number);
    }

    private static RoundOpening Opening(uint round) => new([new OpenedDealer(BitConverter.GetBytes(round), new byte[32])], []);

    private static uint[] Rounds(KeptInputs inputs) => [.. inputs.Rounds(s_plan).Select(round => round.Value)];
}
