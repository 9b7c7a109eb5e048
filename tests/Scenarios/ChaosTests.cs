using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Federated.Fixtures.Processes;

namespace Federated.Scenarios.Tests;

/// <summary>
/// SIGKILL of a random process at a random moment, again and again. What counts as failure: another final model, by one bit; a study that does not
/// end; a site that released twice for one attempt.
/// </summary>
[TestClass]
public sealed class ChaosTests
{
    /// <summary>FEDERATED_CHAOS_KILLS=100 runs the long form. No seed: when a process dies within its work depends on the machine anyway.</summary>
    private static int Kills => Number("FEDERATED_CHAOS_KILLS", 10);

    /// <summary>So much training that a kill can hit it.</summary>
    private const int LocalEpochs = 40;

    public required TestContext TestContext { get; init; }

    [TestMethod]
    public void The_final_model_is_the_same_bit_for_bit_however_often_a_process_is_killed()
    {
        var rounds = Math.Max(30, 3 * Kills);
        var expected = Undisturbed(rounds);
        using var trial = new Trial("automatic", "alpha", "beta", "gamma");
        trial.StartAll();
        var plan = trial.Submit(rounds, LocalEpochs);

        var kills = KillAgainAndAgain(trial, plan, rounds, Kills);

        CollectionAssert.AreEqual(expected, trial.Model(plan), kills);
        foreach (var site in trial.Sites)
        {
            Releases.AssertNoneTwice(trial, site, kills);
            Assert.IsGreaterThanOrEqualTo(rounds, Releases.Journalled(trial, site).Count);
        }
    }

    /// <summary>
    /// With unchanged patients a site that answered an attempt twice would send the same vector again, and nobody could tell. So here a hospital has one
    /// patient less after every kill: whatever it computes again is another vector.
    /// </summary>
    [TestMethod]
    public void A_site_whose_patients_change_at_every_restart_sends_one_vector_for_an_attempt()
    {
        const int kills = 5;
        const int rounds = 15;
        using var trial = new Trial("automatic", "alpha", "beta", "gamma");
        trial.StartAll();
        var plan = trial.Submit(rounds, LocalEpochs);

        var killed = KillAgainAndAgain(trial, plan, rounds, kills, whileDown: trial.DropLastPatient, trial.Sites);

        foreach (var site in trial.Sites)
        {
            Releases.AssertNoneTwice(trial, site, killed);
        }
    }

    /// <summary>
    /// SIGKILL exactly between two writes: the coordinator dies as it enters one that the test drew. It is started again each time, on what the writes before have left.
    /// </summary>
    [TestMethod]
    public void A_coordinator_killed_between_any_two_of_its_writes_yields_the_same_model_and_no_attempt_twice()
    {
        var kills = Number("FEDERATED_COORDINATOR_KILLS", 10);
        var rounds = 15 * kills;
        var expected = Undisturbed(rounds, localEpochs: 1);
        using var trial = new Trial("automatic", "alpha", "beta", "gamma");
        trial.StartAll();
        var plan = trial.Submit(rounds, localEpochs: 1);
        trial.Terminate("hub");

        var killed = new List<string>();
        for (var kill = 1; kill <= kills; kill++)
        {
            var trace = trial["writes"];
            var (call, write) = DrawWrite(kill);
            trial.StartToDieAtWrite(call, write, trace);
            WaitForDeath(trial, plan, rounds, $"{kill - 1} deaths: {string.Join("; ", killed)}");
            killed.Add(LastWrite(trace));
        }

        var story = string.Join('\n', killed);
        TestContext.WriteLine(story);
        trial.Start("hub");
        Wait.For("the end", () => Round(trial, plan) == rounds, () => $"{story}\n{trial.Said()}", Wait.BoundOf(rounds));
        trial.WaitForPhase(plan, "completed");
        CollectionAssert.AreEqual(expected, trial.Model(plan), story);
        foreach (var site in trial.Sites)
        {
            Releases.AssertNoneTwice(trial, site, story);
        }
    }

    /// <summary>Kills and starts, and waits for the study's completion.</summary>
    /// <param name="trial">Where.</param>
    /// <param name="plan">Which study.</param>
    /// <param name="rounds">How many it has.</param>
    /// <param name="number">How often.</param>
    /// <param name="whileDown">Done to the victim between its end and its start.</param>
    /// <param name="victims">Who may be hit; all if none is named.</param>
    /// <returns>Who was killed when.</returns>
    private string KillAgainAndAgain(
        Trial trial,
        string plan,
        int rounds,
        int number,
        Action<string>? whileDown = null,
        params string[] victims
    )
    {
        var candidates = victims.Length == 0 ? trial.Names : victims;
        var kills = new List<string>();
        for (var kill = 1; kill <= number; kill++)
        {
            // Not all in the beginning: each waits until the study has come its part of the way.
            var due = (kill - 1) * rounds / (number + 1);
            Wait.For($"round {due}", () => Round(trial, plan) >= due, () => $"{string.Join("; ", kills)}\n{trial.Said()}");
            Task.Delay(RandomNumberGenerator.GetInt32(400)).Wait();
            var victim = candidates[RandomNumberGenerator.GetInt32(candidates.Count)];
            kills.Add($"{victim} at round {Round(trial, plan)}");
            trial.Kill(victim);
            whileDown?.Invoke(victim);
            trial.Start(victim);
        }

        var killed = $"{number} kills: {string.Join("; ", kills)}";
        TestContext.WriteLine(killed);
        Wait.For("the end", () => Round(trial, plan) == rounds, () => $"{killed}\n{trial.Said()}", Wait.BoundOf(rounds));
        trial.WaitForPhase(plan, "completed");
        return killed;
    }

    /// <summary>
    /// A write of one thread, from 1. One death in three is among the first ones, at the start; the others come some rounds later, since nodes whose sessions end at once wait
    /// longer each time, and the test with them.
    /// </summary>
    private static (string Call, int Number) DrawWrite(int kill) =>
        (kill % 3, kill % 2) switch
        {
            (0, 0) => ("pwrite64", 1 + RandomNumberGenerator.GetInt32(60)),
            (0, _) => ("fsync,fdatasync", 1 + RandomNumberGenerator.GetInt32(12)),
            (_, 0) => ("pwrite64", 30 + RandomNumberGenerator.GetInt32(70)),
            _ => ("fsync,fdatasync", 6 + RandomNumberGenerator.GetInt32(20)),
        };

    private static void WaitForDeath(Trial trial, string plan, int rounds, string story)
    {
        var asked = Stopwatch.GetTimestamp();
        Wait.For(
            "the coordinator's death",
            () =>
            {
                if (trial.HasDied("hub"))
                {
                    return true;
                }

                if (Stopwatch.GetElapsedTime(asked) > TimeSpan.FromSeconds(5)) // asking costs the machine more than the round does
                {
                    Assert.AreNotEqual(rounds, Round(trial, plan), $"The study ended too early: {story}");
                    asked = Stopwatch.GetTimestamp();
                }

                return false;
            },
            () => $"{story}\n{trial.Said()}"
        );
    }

    /// <summary>The write that was never made: what the thread that met the signal was about to do.</summary>
    private static string LastWrite(string trace)
    {
        var lines = File.ReadAllLines(trace);
        return lines.Last(line => !line.Contains("+++", StringComparison.Ordinal) && !line.Contains("---", StringComparison.Ordinal));
    }

    private static byte[] Undisturbed(int rounds, int localEpochs = LocalEpochs)
    {
        using var trial = new Trial("automatic", "alpha", "beta", "gamma");
        trial.StartAll();
        var plan = trial.Submit(rounds, localEpochs);
        trial.WaitForPhase(plan, "completed", rounds);
        return trial.Model(plan);
    }

    /// <summary>Committed rounds; −1 while nobody can say. A study that paused after too many failures is resumed, as its researcher would.</summary>
    private static int Round(Trial trial, string plan)
    {
        if (trial.State(plan) is not { } state)
        {
            return -1;
        }

        if (state.GetProperty("phase").GetString() == "paused")
        {
            Assert.Contains("When the sites are ready, run 'fed study resume'.", state.GetProperty("reason").GetString()!);
            trial.Fed("study", "resume", plan);
        }

        return state.GetProperty("round").GetInt32();
    }

    private static int Number(string variable, int usual) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : usual;
}
