using System.Security.Cryptography;
using System.Text.Json;
using Federated.Federation;
using Federated.Fixtures.Processes;

namespace Federated.Scenarios.Tests;

/// <summary>A private study of real processes, audited from what its coordinator gives away and its sites hand over: whole, it verifies; with any byte changed, it does not.</summary>
[TestClass]
public sealed class AuditTests
{
    private const int Rounds = 4;
    private const string Model = "model/model.safetensors";
    private static readonly string[] s_siteFiles = ["journal.jsonl", "ledger.jsonl", "decision.json"];

    /// <summary>FEDERATED_AUDIT_FLIPS looks at more bytes.</summary>
    private static readonly int s_flips = int.TryParse(Environment.GetEnvironmentVariable("FEDERATED_AUDIT_FLIPS"), out var many)
        ? many
        : 50;

    public required TestContext TestContext { get; init; }

    [TestMethod]
    public void A_private_study_verifies_offline_and_every_changed_byte_is_caught_with_its_place()
    {
        using var trial = new Trial("human", "alpha", "beta", "gamma");
        var plan = Run(trial);
        Fetch(trial, "log");
        HandOver(trial, plan);

        var verified = Verify(trial);

        Assert.AreEqual(0, verified.ExitCode, verified.ToString());
        Assert.MatchesRegex($", 1 study, 3 sites, {Rounds} rounds, [0-9]{{2}} charges; cosigned by [23] sites", verified.Output);
        Assert.Contains("with 10 files of sites and researchers", verified.Output);
        var seed = RandomNumberGenerator.GetInt32(int.MaxValue);
        TestContext.WriteLine($"seed {seed}, {s_flips} bytes");
        var random = new KeyedRandom($"flipped bytes of a study, {seed}");
        string[] files =
        [
            .. new[] { "log", "given" }.SelectMany(folder => Directory.GetFiles(trial[folder], "*", SearchOption.AllDirectories)),
            trial[Model],
        ];
        for (var i = 0; i < s_flips; i++)
        {
            AssertCaught(trial, files[i % files.Length], random, seed);
        }

        Assert.AreEqual(0, Verify(trial).ExitCode, "every byte is as it was");
    }

    [TestMethod]
    public void The_cosigned_end_of_a_log_is_still_offered_when_the_sites_are_gone_and_the_coordinator_was_restarted()
    {
        using var trial = new Trial("automatic", "alpha", "beta", "gamma");
        trial.StartAll();
        trial.WaitForPhase(trial.Submit(rounds: 2), "completed");
        var before = Fetch(trial, "before");
        foreach (var site in trial.Sites)
        {
            trial.Terminate(site);
        }

        trial.Kill("hub");
        trial.Start("hub");
        var after = Fetch(trial, "after");

        Assert.IsGreaterThanOrEqualTo(before.GetProperty("entries").GetInt64(), after.GetProperty("entries").GetInt64());
        Assert.IsGreaterThanOrEqualTo(2, after.GetProperty("cosigned").GetInt32());
        foreach (var folder in new[] { "before", "after" })
        {
            var verified = trial.Run(Checkout.Program("fed"), "audit", "verify", folder, "--root", "root/root.pem");
            Assert.AreEqual(0, verified.ExitCode, verified.ToString());
        }
    }

    /// <summary>A private study to its end, approved by a person at each site.</summary>
    private static string Run(Trial trial)
    {
        trial.RegisterPatients(epsilon: 8);
        trial.StartAll();
        var plan = trial.Submit(
            Rounds,
            timeoutMs: 60_000,
            training: "mode: fedsgd\n  weight_decay: 0",
            privacy: "\n  epsilon: 8\n  delta: 1e-5\n  expected_patients: 300\n  spare_releases: 10"
        );
        foreach (var site in trial.Sites)
        {
            Ended ended = new(1, "", "");
            Wait.For(
                $"{site} to have the plan",
                () => (ended = trial.Node(site, "plans", "approve", plan, "--code", "ethics-approval")).ExitCode == 0,
                ended.ToString
            );
        }

        trial.WaitForPhase(plan, "completed", Rounds);
        var downloaded = trial.Fed("model", "download", plan, "--out", "model");
        Assert.AreEqual(0, downloaded.ExitCode, downloaded.ToString());
        return plan;
    }

    /// <summary>As an auditor: again, until sites have cosigned that the model was released.</summary>
    private static JsonElement Fetch(Trial trial, string folder)
    {
        Ended ended = new(1, "", "");
        Wait.For(
            "the end of the log to be cosigned",
            () =>
                (ended = trial.Fed("audit", "fetch", folder, "--json")).ExitCode == 0
                && trial.Run(Checkout.Program("fed"), "audit", "show", folder, "--type", "model.released").Output.Length > 0,
            () => $"{ended}\n{trial.Said()}"
        );
        Assert.IsFalse(Directory.Exists(Path.Combine(trial[folder], ".fetching")), "what arrived has its place");
        return JsonDocument.Parse(ended.Output).RootElement;
    }

    /// <summary>What each site gives to an auditor, copied.</summary>
    private static void HandOver(Trial trial, string plan)
    {
        foreach (var site in trial.Sites)
        {
            string[] own = [trial[$"{site}/state/journal.jsonl"], trial.Ledger(site), trial[$"{site}/state/plans/{plan}/decision.json"]];
            Directory.CreateDirectory(trial[$"given/{site}"]);
            foreach (var (from, to) in own.Zip(s_siteFiles))
            {
                File.Copy(from, trial[$"given/{site}/{to}"]);
            }
        }
    }

    private static Ended Verify(Trial trial) =>
        trial.Run(
            Checkout.Program("fed"),
            "audit",
            "verify",
            "log",
            "--journals",
            "given/*/journal.jsonl",
            "--ledgers",
            "given/*/ledger.jsonl",
            "--decisions",
            "given/*/decision.json",
            "--model",
            Model
        );

    private static void AssertCaught(Trial trial, string file, KeyedRandom random, int seed)
    {
        var whole = File.ReadAllBytes(file);
        var changed = whole.ToArray();
        var at = random.NextInt32(changed.Length);
        changed[at] ^= (byte)(1 + random.NextInt32(255));
        File.WriteAllBytes(file, changed);

        var ended = Verify(trial);

        File.WriteAllBytes(file, whole);
        var what = $"byte {at} of {file} was changed from {whole[at]} to {changed[at]} (seed {seed}): {ended}";
        Assert.AreEqual(1, ended.ExitCode, what);
        Assert.MatchesRegex("(?m)^FAILED at [^ ].*: ", ended.Output, what);
        Assert.DoesNotContain("   at ", ended.Errors, what);
        var isOfTheLog = file.StartsWith(trial["log"], StringComparison.Ordinal);
        var name = isOfTheLog ? Path.GetRelativePath(trial["log"], file) : Path.GetRelativePath(trial[""], file);
        var place = ended.Output[(ended.Output.IndexOf("FAILED at ", StringComparison.Ordinal) + "FAILED at ".Length)..];
        var isNamed =
            place.StartsWith(name, StringComparison.Ordinal)
            || (isOfTheLog && place.StartsWith("entry ", StringComparison.Ordinal))
            || (name.StartsWith("tile/", StringComparison.Ordinal) && place.StartsWith("tile/", StringComparison.Ordinal)) // entry and hash differ: either may be the changed one
            || (
                name.StartsWith("plans/", StringComparison.Ordinal)
                && place.StartsWith(Path.GetDirectoryName(name)!, StringComparison.Ordinal)
            ) // so may certificate and signature
            || name == "checkpoint"; // it says which files there are: with another size in it, it is one of them that is missing or stray
        Assert.IsTrue(isNamed, what);
    }
}
