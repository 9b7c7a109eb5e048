using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
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

    public required TestContext TestContext { get; init; }

    [TestMethod]
    public void The_final_model_is_the_same_bit_for_bit_however_often_a_process_is_killed()
    {
        var rounds = Math.Max(30, 3 * Kills);
        var expected = Undisturbed(rounds);
        using var trial = new Trial("automatic", "alpha", "beta", "gamma");
        trial.StartAll();
        var plan = trial.Submit(rounds, localEpochs: 40);
        var kills = new List<string>();

        for (var kill = 1; kill <= Kills; kill++)
        {
            // Not all in the beginning: each waits until the study has come its part of the way.
            var due = (kill - 1) * rounds / (Kills + 1);
            Wait.For($"round {due}", () => Round(trial, plan) >= due, () => $"{string.Join("; ", kills)}\n{trial.Said()}");
            Task.Delay(RandomNumberGenerator.GetInt32(400)).Wait();
            var victim = trial.Names[RandomNumberGenerator.GetInt32(trial.Names.Count)];
            kills.Add($"{victim} at round {Round(trial, plan)}");
            trial.Kill(victim);
            trial.Start(victim);
        }

        TestContext.WriteLine($"{Kills} kills: {string.Join("; ", kills)}");
        Wait.For("the end", () => Round(trial, plan) == rounds, () => $"{string.Join("; ", kills)}\n{trial.Said()}");
        trial.WaitForPhase(plan, "completed");
        CollectionAssert.AreEqual(expected, trial.Model(plan), string.Join("; ", kills));
        foreach (var site in trial.Sites)
        {
            var released = Releases(trial, site);
            CollectionAssert.AllItemsAreUnique(released, $"{site} released twice for one attempt: {string.Join("; ", kills)}");
            Assert.IsGreaterThanOrEqualTo(rounds, released.Count);
        }
    }

    private static byte[] Undisturbed(int rounds)
    {
        using var trial = new Trial("automatic", "alpha", "beta", "gamma");
        trial.StartAll();
        var plan = trial.Submit(rounds, localEpochs: 40);
        trial.WaitForPhase(plan, "completed");
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

    private static List<string> Releases(Trial trial, string site) =>
        [
            .. File.ReadLines(trial[$"{site}/state/journal.jsonl"])
                .Select(line => JsonDocument.Parse(line).RootElement)
                .Where(entry => entry.GetProperty("kind").GetString() == "releasing")
                .Select(entry => $"{entry.GetProperty("round")}.{entry.GetProperty("attempt")}"),
        ];

    private static int Number(string variable, int usual) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : usual;
}
