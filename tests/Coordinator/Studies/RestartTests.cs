using Federated.Coordinator.Storage;
using Federated.Coordinator.Studies;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Hosting;
using Microsoft.Data.Sqlite;

namespace Federated.Coordinator.Tests.Studies;

/// <summary>What a coordinator finds after it died, and what it makes of a database that somebody else has had.</summary>
[TestClass]
public sealed class RestartTests
{
    [TestMethod]
    public async Task A_study_goes_on_where_it_was_with_a_higher_attempt()
    {
        using var folder = new TestFolder();
        Digest model;
        await using (var before = new StudyBench(Plan(rounds: 3), folder))
        {
            var sites = await before.JoinAsync("a", "b");
            await SendAsync(sites, 1, 1);
            await sites[0].SendAsync(2, 1, 9, 9, 9, 9); // and then we die
            Assert.AreEqual("+a +b start1.1 a1 b1 done1.1(2) start2.1 a2", await before.EventsAsync());
            model = before.Study.Model.Hash;
        }

        await using var after = new StudyBench(Plan(rounds: 3), folder);
        Assert.AreEqual(model, after.Study.Model.Hash);
        var again = await after.JoinAsync("a", "b");

        Assert.AreEqual(Sent.Late, await again[1].SendAsync(2, 1, 9, 9, 9, 9), "the attempt died with the process");
        await SendAsync(again, 2, 2);
        Assert.AreEqual("+a +b start1.1 a1 b1 done1.1(2) start2.1 a2 +a +b start2.2 a2 b2 done2.2(2) start3.1", await after.EventsAsync());
    }

    [TestMethod]
    public async Task Whenever_it_dies_the_model_is_the_same_in_the_end()
    {
        var undisturbed = await RunAsync(stops: []);

        for (var stop = 0; stop < 6; stop++)
        {
            Assert.AreEqual(undisturbed, await RunAsync([stop]), $"killed after vector {stop}");
        }

        Assert.AreEqual(undisturbed, await RunAsync([0, 1, 2, 3, 4, 5]));
    }

    [TestMethod]
    public async Task A_first_invitation_that_was_never_saved_on_its_own_is_not_given_twice()
    {
        using var folder = new TestFolder();
        await using (var before = new StudyBench(Plan(), folder))
        {
            await before.JoinAsync("a", "b");
            Assert.AreEqual("+a +b start1.1", await before.EventsAsync());
        }

        await using var after = new StudyBench(Plan(), folder);
        await after.JoinAsync("a", "b");

        Assert.EndsWith("start1.2", await after.EventsAsync());
    }

    [TestMethod]
    public async Task An_offer_says_what_was_last_received_from_that_site()
    {
        using var folder = new TestFolder();
        await using (var before = new StudyBench(Plan(rounds: 3), folder))
        {
            var sites = await before.JoinAsync("a", "b");
            await SendAsync(sites, 1, 1);
            await sites[0].SendAsync(2, 1, 1, 1, 1, 1);
            await before.EventsAsync();
        }

        await using var after = new StudyBench(Plan(rounds: 3), folder);
        var (a, b) = (after.Site("a"), after.Site("b"));
        a.Connect();
        b.Connect();

        var toA = await a.NextAsync(m => m.StudyOffer);
        var toB = await b.NextAsync(m => m.StudyOffer);
        Assert.AreEqual((1u, 2u, 1u), (toA.Round, toA.LastRound, toA.LastAttempt));
        Assert.AreEqual((1u, 1u, 1u), (toB.Round, toB.LastRound, toB.LastAttempt));
        Assert.AreEqual(after.Study.Model.Hash, new Digest(toA.ModelHash.Span));
    }

    [TestMethod]
    public async Task A_pause_and_its_reason_survive()
    {
        using var folder = new TestFolder();
        string reason;
        await using (var before = new StudyBench(Plan(), folder))
        {
            await before.JoinAsync("a", "b");
            for (var attempt = 0; attempt < 3; attempt++)
            {
                await before.PassDeadlineAsync();
                await before.EventsAsync();
            }

            reason = before.Study.Reason;
        }

        await using var after = new StudyBench(Plan(), folder);
        await after.JoinAsync("a", "b");

        Assert.AreEqual((StudyPhase.Paused, reason), (after.Study.Phase, after.Study.Reason));
        Assert.EndsWith("paused +a +b", await after.EventsAsync(), "it starts nothing by itself");
        await after.ResumeAsync();
        Assert.EndsWith("start1.4", await after.EventsAsync());
    }

    [TestMethod]
    public async Task Death_between_the_last_round_and_its_confirmation_still_ends_in_a_completed_study()
    {
        using var folder = new TestFolder();
        await using (var before = new StudyBench(Plan(rounds: 1), folder))
        {
            await SendAsync(await before.JoinAsync("a", "b"), 1, 1);
            Assert.EndsWith("done1.1(2)", await before.EventsAsync());
        }

        await using var after = new StudyBench(Plan(rounds: 1), folder);
        await after.JoinAsync("a", "b");

        Assert.EndsWith("completed", await after.EventsAsync());
        Assert.AreEqual(StudyPhase.Completed, after.Study.Phase);
    }

    [TestMethod]
    public async Task A_study_that_is_over_stays_over()
    {
        using var folder = new TestFolder();
        await using (var before = new StudyBench(Plan(), folder))
        {
            await before.CancelAsync();
        }

        await using var after = new StudyBench(Plan(), folder);
        var a = after.Site("a");
        a.Connect();

        Assert.AreEqual("researcher cancelled it.", (await a.NextAsync(m => m.StudyEnded)).Reason);
        Assert.AreEqual("ended", await after.EventsAsync());
    }

    [TestMethod]
    public async Task A_restart_steps_through_the_rounds_after_the_last_snapshot()
    {
        using var folder = new TestFolder();
        Digest model;
        await using (var before = new StudyBench(Plan(rounds: 60), folder))
        {
            var sites = await before.JoinAsync("a", "b");
            for (uint round = 1; round <= 53; round++)
            {
                await SendAsync(sites, round, 1);
            }

            await before.EventsAsync();
            model = before.Study.Model.Hash;
            Assert.AreEqual(new RoundNumber(50), before.Store.Load().Single().Snapshot!.Round);
        }

        await using var after = new StudyBench(Plan(rounds: 60), folder);

        Assert.AreEqual((new RoundNumber(53), model), (after.Study.Model.Round, after.Study.Model.Hash));
    }

    [TestMethod]
    [DataRow(
        "UPDATE studies SET plan = CAST(replace(CAST(plan AS TEXT), 'fedavg', 'fedsgd') AS BLOB)",
        "plan of study",
        DisplayName = "a plan"
    )]
    [DataRow("UPDATE rounds SET sum = zeroblob(length(sum)) WHERE round = 1", "round 1", DisplayName = "a sum")]
    [DataRow("UPDATE rounds SET sum_hash = zeroblob(32) WHERE round = 1", "round 1", DisplayName = "a sum's hash")]
    [DataRow("UPDATE rounds SET survivors = 'a' WHERE round = 1", "round 1", DisplayName = "who was in a sum")]
    [DataRow("UPDATE rounds SET next_model_hash = zeroblob(32) WHERE round = 2", "round 2", DisplayName = "a model's hash")]
    [DataRow("DELETE FROM rounds WHERE round = 1", "A round of study", DisplayName = "a round is gone")]
    [DataRow("UPDATE studies SET state = 'happy'", "unknown state 'happy'", DisplayName = "a state that no release writes")]
    [DataRow("UPDATE rounds SET survivors = 'A B'", "what no release writes", DisplayName = "a name that is none")]
    [DataRow("UPDATE events SET event = x'ffff'", "what no release writes", DisplayName = "an event that is none")]
    public async Task A_database_that_was_written_to_by_somebody_else_is_refused_by_name(string change, string named)
    {
        using var folder = new TestFolder();
        await using (var before = new StudyBench(Plan(rounds: 3), folder))
        {
            var sites = await before.JoinAsync("a", "b");
            await SendAsync(sites, 1, 1);
            await SendAsync(sites, 2, 1);
            await before.EventsAsync();
        }

        Change(folder, change);

        var refusal = Assert.ThrowsExactly<OperatorException>(() => new StudyBench(Plan(rounds: 3), folder));
        Assert.Contains(named, refusal.Message);
        Assert.AreEqual("restore the coordinator's database from backup; find out who wrote to it", refusal.Hint);
    }

    [TestMethod]
    public async Task A_damaged_snapshot_is_not_believed()
    {
        using var folder = new TestFolder();
        Digest model;
        await using (var before = new StudyBench(Plan(rounds: 60), folder))
        {
            var sites = await before.JoinAsync("a", "b");
            for (uint round = 1; round <= 50; round++)
            {
                await SendAsync(sites, round, 1);
            }

            await before.EventsAsync();
            model = before.Study.Model.Hash;
        }

        Change(folder, "UPDATE snapshots SET model = CAST(substr(model, 1, length(model) - 1) || x'01' AS BLOB)");

        await using var after = new StudyBench(Plan(rounds: 60), folder);
        Assert.AreEqual(model, after.Study.Model.Hash);
    }

    private static StudyPlan Plan(int rounds = 2)
    {
        var plan = SamplePlan.For("a", "b");
        return plan with { Training = plan.Training with { Rounds = rounds } };
    }

    private static async Task SendAsync(ScriptedSite[] sites, uint round, uint attempt)
    {
        foreach (var site in sites)
        {
            Assert.AreEqual(Sent.Fresh, await site.SendAsync(round, attempt, (int)round, 2, 3, -4));
        }
    }

    /// <summary>Three rounds of two sites; the coordinator dies after the vectors that are named.</summary>
    private static async Task<Digest> RunAsync(ICollection<int> stops)
    {
        using var folder = new TestFolder();
        var stopped = new HashSet<int>();
        while (true)
        {
            await using var bench = new StudyBench(Plan(rounds: 3), folder);
            var sites = await bench.JoinAsync("a", "b");
            if (await RunUntilAsync(bench, sites, stops, stopped))
            {
                return bench.Study.Model.Hash;
            }
        }
    }

    private static async Task<bool> RunUntilAsync(StudyBench bench, ScriptedSite[] sites, ICollection<int> stops, HashSet<int> stopped)
    {
        while (bench.Study.Model.Round.Value < 3)
        {
            var started = (await bench.EventListAsync()).Last(e => e.RoundStarted is not null).RoundStarted;
            foreach (var (site, index) in sites.Select((site, index) => (site, index)))
            {
                await site.SendAsync(started.Round, started.Attempt, (int)started.Round, 5, -6, index);
                var sent = ((int)(started.Round - 1) * 2) + index;
                if (stops.Contains(sent) && stopped.Add(sent))
                {
                    return false;
                }
            }

            await bench.EventListAsync();
        }

        return true;
    }

    private static void Change(TestFolder folder, string sql)
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(folder["state"], CoordinatorStore.FileName)};Pooling=False"
        );
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.IsGreaterThan(0, command.ExecuteNonQuery(), "the change must change something");
    }
}
