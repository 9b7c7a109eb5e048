using System.Globalization;
using Federated.Fixtures.Processes;
using Microsoft.Data.Sqlite;

namespace Federated.Scenarios.Tests;

/// <summary>Yesterday's backup of the coordinator or of a node, put back with the commands of docs/: noticed, named, and nothing computed again.</summary>
[TestClass]
public sealed class RestoreTests
{
    [TestMethod]
    public void A_coordinator_restored_from_yesterdays_backup_is_noticed_and_computes_no_round_again()
    {
        using var trial = new Trial("automatic", "alpha", "beta");
        trial.StartAll();
        var plan = trial.Submit(rounds: 400, localEpochs: 40);
        Wait.For("some rounds", () => trial.State(plan)?.GetProperty("round").GetInt32() >= 3);
        BackUpCoordinator(trial, "yesterday.db");
        var then = Rounds(trial["yesterday.db"]);
        Wait.For("more rounds", () => trial.State(plan)?.GetProperty("round").GetInt32() > then + 3);
        trial.Terminate("hub");
        BackUpCoordinator(trial, "latest.db");
        var released = Released(trial, upTo: Rounds(trial["latest.db"]));

        RestoreCoordinator(trial, "yesterday.db");
        trial.Start("hub");

        var behind = trial.WaitForPhase(plan, "behind");
        Assert.Contains("the coordinator was probably restored from an older backup", behind.GetProperty("reason").GetString()!);
        Assert.AreEqual(then, behind.GetProperty("round").GetInt32(), "no round was computed again");
        trial.Terminate("hub");
        Assert.AreEqual(then, Rounds(trial["hub/state/coordinator.db"]), "nor is one on disk");
        CollectionAssert.AreEqual(released, Released(trial, upTo: Rounds(trial["latest.db"])), "no site let another vector go");
        RestoreCoordinator(trial, "latest.db");
        trial.Start("hub");
        Wait.For("the study to go on", () => trial.State(plan)?.GetProperty("round").GetInt32() > then + 6, trial.Said);
    }

    [TestMethod]
    public void A_coordinator_restored_to_before_a_studys_completion_is_noticed_too()
    {
        using var trial = new Trial("automatic", "alpha", "beta");
        trial.StartAll();
        var plan = trial.Submit(rounds: 40, localEpochs: 40);
        Wait.For("some rounds", () => trial.State(plan)?.GetProperty("round").GetInt32() >= 3);
        BackUpCoordinator(trial, "yesterday.db");
        trial.WaitForPhase(plan, "completed");
        trial.Terminate("hub");
        var released = Released(trial, upTo: 40);

        RestoreCoordinator(trial, "yesterday.db");
        trial.Start("hub");

        var behind = trial.WaitForPhase(plan, "behind");
        Assert.Contains("the coordinator was probably restored from an older backup", behind.GetProperty("reason").GetString()!);
        Assert.AreEqual(Rounds(trial["yesterday.db"]), behind.GetProperty("round").GetInt32());
        CollectionAssert.AreEqual(released, Released(trial, upTo: 40));
    }

    [TestMethod]
    public void A_coordinator_restored_from_a_backup_of_a_quiet_moment_goes_on()
    {
        using var trial = new Trial("automatic", "alpha", "beta");
        trial.Start("hub");
        trial.Start("alpha");
        var plan = trial.Submit(rounds: 5, timeoutMs: 1000);
        trial.WaitForPhase(plan, "waiting"); // for beta
        BackUpCoordinator(trial, "quiet.db");
        trial.Terminate("hub");
        RestoreCoordinator(trial, "quiet.db");

        trial.Start("hub");
        trial.Start("beta");

        trial.WaitForPhase(plan, "completed");
    }

    [TestMethod]
    public void A_node_restored_from_yesterdays_backup_is_noticed_and_waits_for_its_operator()
    {
        using var trial = new Trial("automatic", "alpha", "beta");
        trial.StartAll();
        var plan = trial.Submit(rounds: 400, localEpochs: 40);
        Wait.For("some rounds", () => trial.State(plan)?.GetProperty("round").GetInt32() >= 3);
        trial.Terminate("alpha");
        trial.Run("cp", "-a", trial["alpha/state"], trial["yesterday"]);
        trial.Start("alpha");
        var then = trial.State(plan)!.Value.GetProperty("round").GetInt32();
        Wait.For("more rounds", () => trial.State(plan)?.GetProperty("round").GetInt32() > then + 3);

        trial.Terminate("alpha");
        Directory.Delete(trial["alpha/state"], recursive: true);
        trial.Run("cp", "-a", trial["yesterday"], trial["alpha/state"]);
        trial.Start("alpha");

        // Said as soon as alpha answers; before that the study may wait for it already, if it left between shares and sum.
        Wait.For(
            "the coordinator to say why",
            () => trial.State(plan)?.GetProperty("reason").GetString()!.Contains("the node was restored from an older backup") == true,
            trial.Said
        );
        var at = trial.WaitForPhase(plan, "waiting").GetProperty("round").GetInt32();
        trial.Process("alpha").WaitForLine("older backup");
        var shown = trial.Node("alpha", "journal", "advance", plan[..12]);
        var upTo = System.Text.RegularExpressions.Regex.Match(shown.Output, @"--up-to (\S+)").Groups[1].Value;
        var advanced = trial.Node("alpha", "journal", "advance", plan[..12], "--up-to", upTo);
        Assert.AreEqual(0, advanced.ExitCode, advanced.ToString());

        Wait.For("the study to go on", () => trial.State(plan)?.GetProperty("round").GetInt32() > at + 1, trial.Said);
    }

    /// <summary>
    /// What both sites' journals say was let go for rounds that were committed. A node may be on its way to the round after those while the coordinator
    /// goes down; that one is nobody's second.
    /// </summary>
    private static List<Release> Released(Trial trial, int upTo) =>
        [.. trial.Sites.SelectMany(site => Releases.Journalled(trial, site)).Where(release => release.Round <= upTo)];

    /// <summary>Committed rounds in a coordinator's database that nobody has open, or in a copy of one.</summary>
    private static int Rounds(string database)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = database,
                Mode = SqliteOpenMode.ReadOnly,
                Pooling = false,
            }.ToString()
        );
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM rounds";
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static void BackUpCoordinator(Trial trial, string file)
    {
        var ended = trial.Run(
            Checkout.Program("fed-coordinator"),
            "backup",
            "--config",
            trial["hub/coordinator.json"],
            "--to",
            trial[file]
        );
        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        Assert.AreEqual($"wrote {trial[file]}", ended.Output);
    }

    /// <summary>As docs/operators.md says.</summary>
    /// <summary>The database alone, on a disk that has no files of the audit log: beside newer ones an older database does not even start.</summary>
    private static void RestoreCoordinator(Trial trial, string file)
    {
        Directory.Delete(trial["hub/state/log"], recursive: true);
        foreach (var old in Directory.GetFiles(trial["hub/state"], "coordinator.db*"))
        {
            File.Delete(old);
        }

        File.Copy(trial[file], trial["hub/state/coordinator.db"]);
    }
}
