using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Federated.Fixtures.Processes;
using Federated.Privacy.Ledger;
using Microsoft.Data.Sqlite;

namespace Federated.Scenarios.Tests;

/// <summary>
/// SIGKILL of nodes between every two steps of a release. What counts as failure: anything that left a site, by its journal, by its log or by what the coordinator counted, without a
/// charge in the site's ledger; a ledger that does not verify; a study that does not end.
/// </summary>
[TestClass]
public sealed class ReleaseKillTests
{
    /// <summary>FEDERATED_RELEASE_KILLS=200 runs the long form. No seed: when a process dies within its work depends on the machine anyway.</summary>
    private static readonly int s_kills = Environment.GetEnvironmentVariable("FEDERATED_RELEASE_KILLS") is { Length: > 0 } text
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : 20;

    /// <summary>These die as they enter a write of their ledger, anchor or journal; the third is killed at any moment.</summary>
    private static readonly string[] s_traced = ["alpha", "beta"];

    /// <summary>One in so many kills is at a random moment: in training, in drawing noise, in sending.</summary>
    private const int RandomEvery = 2;

    /// <summary>
    /// A release writes, forces and replaces in turn: its charge, the anchor, its line in the journal. Each death is at one of these calls, drawn first: at the write nothing is on disk, at
    /// what forces it the line is there and nothing has left, at the anchor's the ledger is ahead of it.
    /// </summary>
    private static readonly string[] s_calls = ["pwrite64", "fsync", "rename"];

    /// <summary>Of one kind a release makes three at most on its thread.</summary>
    private const int MostWrites = 3;

    public required TestContext TestContext { get; init; }

    [TestMethod]
    public void However_often_nodes_are_killed_in_a_release_their_ledgers_show_all_that_left()
    {
        using var trial = new Trial("automatic", "alpha", "beta", "gamma");
        trial.RegisterPatients(epsilon: 8);
        var rounds = 5 * s_kills;
        var kills = new List<string>();
        trial.StartAll();
        var plan = trial.Submit(
            rounds,
            training: "mode: fedsgd\n  weight_decay: 0",
            privacy: $"\n  epsilon: 8\n  delta: 1e-5\n  expected_patients: 300\n  spare_releases: {10 * s_kills}"
        );
        var traced = new HashSet<string>();
        var asked = Stopwatch.GetTimestamp();
        for (var last = 0; kills.Count < s_kills; last = kills.Count)
        {
            Wait.For("a death", () => Kill(trial, plan, traced, kills, ref asked) > last, () => Story(trial, kills));
        }

        Wait.For("the end", () => IsCompleted(trial, plan, kills), () => Story(trial, kills), Wait.BoundOf(rounds));

        var story = string.Join('\n', kills);
        TestContext.WriteLine(story);
        var counted = Counted(trial);
        Assert.IsGreaterThanOrEqualTo(rounds, counted.Count(input => input.Site == "alpha"));
        foreach (var site in trial.Sites)
        {
            Releases.AssertNoneTwice(trial, site, story);
            var charged = Charged(trial.Ledger(site));
            var left = Releases.Journalled(trial, site).Select(release => (release.Round, release.Attempt)).ToHashSet();
            var uncharged = left.Concat(Releases.Logged(trial, site).Select(release => (release.Round, release.Attempt)))
                .Concat(counted.Where(input => input.Site == site).Select(input => (input.Round, input.Attempt)))
                .Except(charged);
            Assert.IsEmpty(uncharged, $"{site} released what its ledger does not show:\n{story}");
            Assert.IsGreaterThanOrEqualTo(left.Count, charged.Count, story); // more, where a charge was forced and the node died before its release
        }
    }

    /// <summary>Starts again whoever died, and kills the third from time to time.</summary>
    /// <returns>How many died so far.</returns>
    private static int Kill(Trial trial, string plan, HashSet<string> traced, List<string> kills, ref long asked)
    {
        foreach (var site in s_traced.Where(trial.HasDied))
        {
            kills.Add($"{site} before {LastWrite(Trace(trial, site))}");
            trial.Start(site);
            traced.Remove(site);
        }

        // Not before it takes part: its start would be slow, and its first writes are of no release.
        foreach (
            var site in s_traced.Where(site =>
                !traced.Contains(site) && trial.Process(site).Output.Contains("Connected to", StringComparison.Ordinal)
            )
        )
        {
            File.Delete(Trace(trial, site));
            trial.LetDieAtWrite(
                site,
                s_calls[RandomNumberGenerator.GetInt32(s_calls.Length)],
                1 + RandomNumberGenerator.GetInt32(MostWrites),
                Trace(trial, site)
            );
            traced.Add(site);
        }

        if (kills.Count % RandomEvery == RandomEvery - 1)
        {
            Task.Delay(RandomNumberGenerator.GetInt32(300)).Wait();
            trial.Kill("gamma");
            trial.Start("gamma");
            kills.Add("gamma at any moment");
        }

        if (Stopwatch.GetElapsedTime(asked) > TimeSpan.FromSeconds(3)) // asking costs the machine more than the round does
        {
            Assert.AreNotEqual("completed", Phase(trial, plan), $"The study ended too early: {string.Join('\n', kills)}");
            asked = Stopwatch.GetTimestamp();
        }

        return kills.Count;
    }

    /// <summary>Starts again whoever still dies, now for good.</summary>
    private static bool IsCompleted(Trial trial, string plan, List<string> kills)
    {
        foreach (var site in s_traced.Where(trial.HasDied))
        {
            kills.Add($"{site} before {LastWrite(Trace(trial, site))}");
            trial.Start(site);
        }

        return Phase(trial, plan) == "completed";
    }

    private static string Trace(Trial trial, string site) => trial[$"{site}.trace"];

    private static string LastWrite(string trace)
    {
        var line = File.ReadAllLines(trace)
            .Last(line => line.Contains('(', StringComparison.Ordinal) && !line.Contains("---", StringComparison.Ordinal));
        return line.Length > 160 ? line[..160] : line;
    }

    /// <summary>A study that paused after too many failures is resumed, as its researcher would.</summary>
    private static string? Phase(Trial trial, string plan)
    {
        var phase = trial.State(plan)?.GetProperty("phase").GetString();
        if (phase == "paused")
        {
            trial.Fed("study", "resume", plan);
        }

        return phase;
    }

    /// <summary>Attempts that the ledger charged, all its lines verified.</summary>
    private static HashSet<(int Round, int Attempt)> Charged(string file)
    {
        var ledger = new PrivacyLedger();
        foreach (var line in File.ReadAllLines(file))
        {
            Assert.IsNull(ledger.Read(Encoding.UTF8.GetBytes(line)), line);
        }

        return [.. ledger.History.Charges.Select(entry => ((int)entry.Charge.Round.Value, (int)entry.Charge.Attempt.Value))];
    }

    /// <summary>Every masked input that the coordinator counted in any attempt, whether the attempt came to a sum or not.</summary>
    private static List<(string Site, int Round, int Attempt)> Counted(Trial trial)
    {
        var copy = trial.Run(
            Checkout.Program("fed-coordinator"),
            "backup",
            "--config",
            trial["hub/coordinator.json"],
            "--to",
            trial["copy.db"]
        );
        Assert.AreEqual(0, copy.ExitCode, copy.ToString());
        var connect = new SqliteConnectionStringBuilder
        {
            DataSource = trial["copy.db"],
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        };
        using var connection = new SqliteConnection(connect.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT round, attempt, survivors FROM survivors UNION SELECT round, attempt, survivors FROM rounds";
        using var reader = command.ExecuteReader();
        var counted = new List<(string, int, int)>();
        while (reader.Read())
        {
            counted.AddRange(reader.GetString(2).Split(' ').Select(site => (site, reader.GetInt32(0), reader.GetInt32(1))));
        }

        return counted;
    }

    private static string Story(Trial trial, List<string> kills) => $"{string.Join('\n', kills)}\n{trial.Said()}";
}
