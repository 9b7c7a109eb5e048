using System.Text.Json;
using Federated.Fixtures.Processes;

namespace Federated.Cli.Tests.Live;

/// <summary><c>fed audit fetch</c> against a real coordinator and real nodes.</summary>
[TestClass]
public sealed class AuditFetchTests
{
    [TestMethod]
    public void A_log_is_fetched_verified_and_brought_up_to_date()
    {
        using var live = new LiveConsortium();
        live.StartCoordinator();
        var early = Json(Fetch(live, "--json"));
        var verifiedEarly = Verify(live);
        RunStudy(live, rounds: 3);

        var later = FetchUntilReleased(live);
        var verified = Verify(live);
        var again = Fetch(live);

        Assert.AreEqual((0, 0), (early.GetProperty("studies").GetInt32(), early.GetProperty("before").GetInt32()));
        Assert.AreEqual(0, verifiedEarly.ExitCode, verifiedEarly.ToString());
        Assert.IsGreaterThan(early.GetProperty("entries").GetInt64(), later.GetProperty("entries").GetInt64());
        Assert.AreEqual(0, verified.ExitCode, verified.ToString());
        Assert.Contains("1 study, 2 sites, 3 rounds, 0 charges; cosigned by 2 sites", verified.Output);
        Assert.Contains($"{later.GetProperty("entries").GetInt64()} entries", again.Output);
        Assert.EndsWith($"next: fed audit verify {live.Scratch["log"]}", again.Output);
    }

    [TestMethod]
    public void An_auditor_who_asks_in_time_computes_every_sum_again()
    {
        using var live = new LiveConsortium();
        live.StartCoordinator();
        var hash = live.Submit(live.WriteStudy("heart", rounds: 4, "nord", "sud"));
        var held = live.StartFedAs(live.Auditor, "audit", "hold", hash, "--rounds", "3").WaitForEnd();
        live.StartNode("nord");
        live.StartNode("sud");
        live.FedOutput("study", "watch", hash);
        FetchUntilReleased(live);

        var fetched = Fetch(live, "--inputs");
        var verified = Verify(live);
        Wait.For(
            "the log to say that the auditor took them",
            () =>
            {
                Fetch(live);
                var said = Started.FedToEnd(live.Scratch, "audit", "show", "log", "--type", "inputs.released").Output;
                return said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length == 4;
            }
        );
        var input = live.Scratch.Files("log").First(name => name.EndsWith(".input", StringComparison.Ordinal));
        File.WriteAllBytes(live.Scratch["log", input], [.. File.ReadAllBytes(live.Scratch["log", input]).Reverse()]);
        var changed = Verify(live);
        var dropped = Fetch(live);
        var verifiedWithout = Verify(live);
        var mended = Fetch(live, "--inputs");
        var over = live.StartFedAs(live.Auditor, "audit", "hold", hash).WaitForEnd();
        var researcher = live.StartFed("audit", "hold", hash).WaitForEnd();
        var asResearcher = live.StartFed("audit", "fetch", "other", "--inputs").WaitForEnd();

        Assert.AreEqual(0, held.ExitCode, held.ToString());
        Assert.Contains("masked inputs are kept up to round 3; there now: those of 0 rounds", held.Output);
        Assert.Contains("4 rounds (4 with masked inputs)", fetched.Output);
        Assert.Contains("4 rounds (4 sums computed again)", verified.Output);
        Assert.AreEqual(1, changed.ExitCode);
        Assert.Contains($"FAILED at {input}: it is not the input that the survivors signed the digest of", changed.Output);
        Assert.Contains("4 rounds (3 with masked inputs)", dropped.Output, "what is not whole is not left to make an honest log fail");
        Assert.Contains("4 rounds (3 sums computed again)", verifiedWithout.Output);
        Assert.Contains("1 sum rests on the coordinator's word", verifiedWithout.Output);
        Assert.Contains("4 rounds (4 with masked inputs)", mended.Output);
        Assert.AreEqual(2, over.ExitCode);
        Assert.Contains("The study has no rounds to come", over.Errors);
        Assert.AreEqual(2, asResearcher.ExitCode);
        Assert.Contains("'ana' is a researcher; masked inputs are for auditors alone", asResearcher.Errors);
        Assert.IsFalse(Directory.Exists(live.Scratch["other"]));
        Assert.AreEqual(0, Verify(live).ExitCode);
        Assert.AreEqual(2, researcher.ExitCode);
        Assert.Contains("hint: come with the certificate of an auditor", researcher.Errors);
    }

    [TestMethod]
    public void A_fetch_that_was_cut_off_or_a_folder_that_was_damaged_is_not_whole_until_it_is_fetched_again()
    {
        using var live = new LiveConsortium();
        live.StartCoordinator();
        RunStudy(live, rounds: 2);
        FetchUntilReleased(live);
        var whole = Contents(live);
        var (proof, bundle) = (
            whole.Keys.First(name => name.EndsWith(".proof")),
            whole.Keys.First(name => name.StartsWith("tile/entries"))
        );

        // As it is if a first fetch dies while files take their places.
        Directory.CreateDirectory(live.Scratch["log", ".fetching", Path.GetDirectoryName(proof)!]);
        File.Move(live.Scratch["log", proof], live.Scratch["log", ".fetching", proof]);
        File.Delete(live.Scratch["log", "checkpoint"]);
        var cut = Verify(live);
        Fetch(live);
        AssertSame(whole, Contents(live));
        // As it is if the disk loses what it had.
        File.WriteAllBytes(live.Scratch["log", proof], []);
        File.WriteAllBytes(live.Scratch["log", bundle], whole[bundle][1..]);
        var damaged = Verify(live);
        Fetch(live);
        AssertSame(whole, Contents(live));

        Assert.AreEqual((1, 1), (cut.ExitCode, damaged.ExitCode));
        Assert.StartsWith("FAILED at checkpoint: it is missing", cut.Output);
        Assert.Contains(bundle, damaged.Output);
    }

    [TestMethod]
    public void A_coordinator_that_lost_entries_or_begins_another_history_raises_the_alarm_and_changes_nothing()
    {
        using var live = new LiveConsortium();
        var coordinator = live.StartCoordinator();
        coordinator.Send(Signals.Kill);
        coordinator.WaitForEnd();
        coordinator = live.StartCoordinator(); // one entry more: it was started again
        Fetch(live);
        var whole = Contents(live);

        coordinator = live.BeginAnotherHistory(coordinator);
        var shorter = live.Fed("audit", "fetch", "log");
        coordinator.Send(Signals.Kill);
        coordinator.WaitForEnd();
        coordinator = live.StartCoordinator();
        var asLong = live.Fed("audit", "fetch", "log");
        coordinator.Send(Signals.Kill);
        coordinator.WaitForEnd();
        live.StartCoordinator();
        var longer = live.Fed("audit", "fetch", "log");

        foreach (
            var (ended, words) in new[]
            {
                (shorter, "it lost entries, or was restored"),
                (asLong, "shows two logs of 4 entries"),
                (longer, "another history|two histories|does not show"),
            }
        )
        {
            Assert.AreEqual(1, ended.ExitCode, ended.ToString());
            Assert.StartsWith("ALARM: ", ended.Errors);
            Assert.MatchesRegex(words, ended.Errors);
            Assert.Contains($"hint: both checkpoints lie in {live.Scratch["log"]}.evidence", ended.Errors);
        }

        AssertSame(whole, Contents(live));
        Assert.HasCount(4, live.Scratch.Files("log.evidence"), "the one that was known, and three that contradict it");
    }

    [TestMethod]
    public void What_cannot_be_done_is_said_with_what_to_do()
    {
        using var live = new LiveConsortium();
        var coordinator = live.StartCoordinator();
        live.Scratch.Write("other/file", "not ours");

        var asSite = live.StartFedAs(live.Site, "audit", "fetch", "log").WaitForEnd();
        var notALog = live.Fed("audit", "fetch", "other");
        coordinator.Send(Signals.Kill);
        coordinator.WaitForEnd();
        var away = live.Fed("audit", "fetch", "log");

        foreach (
            var (ended, error, hint) in new[]
            {
                (asSite, "only a researcher or auditor may call", "hint: come with the certificate of an auditor or a researcher"),
                (notALog, "is no folder of an audit log, and not empty; nothing was changed", "hint: name a new or an empty folder"),
                (away, "no answer (Connection refused", "hint: check the address, and that the coordinator runs"),
            }
        )
        {
            Assert.AreEqual(2, ended.ExitCode, ended.ToString());
            Assert.Contains(error, ended.Errors);
            Assert.Contains(hint, ended.Errors);
        }

        Assert.IsFalse(Directory.Exists(live.Scratch["log"]), "nothing arrived");
        CollectionAssert.AreEqual(new[] { "file" }, live.Scratch.Files("other"));
    }

    [TestMethod]
    public void Watching_says_every_entry_once_over_a_coordinator_that_is_killed_and_stops_at_another_history()
    {
        using var live = new LiveConsortium();
        var coordinator = live.StartCoordinator();
        var watching = live.StartFedAs(live.Auditor, "audit", "watch", "--state", "seen", "--every", "1", "--json");
        watching.WaitForLine("\"type\":\"coordinator.started\"");
        watching.WaitForLine("{\"checkpoint\":3,");

        coordinator.Send(Signals.Kill);
        coordinator.WaitForEnd();
        watching.WaitForLine("the coordinator does not answer; trying again until it does");
        coordinator = live.StartCoordinator();
        watching.WaitForLine("{\"checkpoint\":4,");
        coordinator = live.BeginAnotherHistory(coordinator);
        var ended = watching.WaitForEnd();
        var again = live.StartFedAs(live.Auditor, "audit", "watch", "--state", "seen", "--once").WaitForEnd();

        Assert.AreEqual(1, ended.ExitCode, ended.ToString());
        Assert.Contains("ALARM: The coordinator offers a log of 3 entries; it showed 4 before", ended.Errors);
        var entries = ended.Output.Split('\n').Select(line => Json(line)).Where(line => line.TryGetProperty("index", out _)).ToList();
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3 }, entries.Select(entry => entry.GetProperty("index").GetInt32()).ToArray());
        Assert.HasCount(2, live.Scratch.Files("seen.evidence"));
        Assert.AreEqual(2, again.ExitCode, "evidence is settled by people");
        Assert.Contains("Another history of this log was shown before", again.Errors);
    }

    [TestMethod]
    public void A_watch_that_was_stopped_goes_on_from_what_it_remembers()
    {
        using var live = new LiveConsortium();
        var coordinator = live.StartCoordinator();
        string[] once = ["audit", "watch", "--state", "seen", "--once"];
        var first = live.FedOutput(once);
        coordinator.Send(Signals.Kill);
        coordinator.WaitForEnd();
        live.StartCoordinator();

        var second = live.FedOutput(once);
        var third = live.FedOutput(once);
        var shown = Started.FedToEnd(live.Scratch, "audit", "show", "seen");

        Assert.HasCount(4, first.Split('\n'), "three entries and a checkpoint");
        Assert.MatchesRegex("^ +3 .*coordinator[.]started.*\ncheckpoint of 4 entries, root [0-9a-f]{64}$", second);
        Assert.AreEqual("", third);
        Assert.HasCount(4, shown.Output.Split('\n'));
    }

    private static void RunStudy(LiveConsortium live, int rounds)
    {
        var hash = live.Submit(live.WriteStudy("heart", rounds, "nord", "sud"));
        live.StartNode("nord");
        live.StartNode("sud");
        live.FedOutput("study", "watch", hash);
    }

    private static Ended Fetch(LiveConsortium live, params string[] options)
    {
        var ended = live.StartFedAs(live.Auditor, ["audit", "fetch", "log", .. options]).WaitForEnd();
        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        Assert.IsFalse(Directory.Exists(live.Scratch["log", ".fetching"]));
        return ended;
    }

    /// <summary>Until the log says that the researcher may take the model, and that who fetches has taken it too: it then grows no more.</summary>
    private static JsonElement FetchUntilReleased(LiveConsortium live)
    {
        Ended? ended = null;
        Wait.For(
            "the end of the log to be cosigned",
            () =>
            {
                ended = Fetch(live, "--json");
                var released = Started.FedToEnd(live.Scratch, "audit", "show", "log", "--type", "model.released").Output.Length > 0;
                var fetched = Json(ended);
                return released && fetched.GetProperty("before").GetInt64() == fetched.GetProperty("entries").GetInt64();
            }
        );
        return Json(ended!);
    }

    private static Ended Verify(LiveConsortium live) => Started.FedToEnd(live.Scratch, "audit", "verify", "log");

    private static Dictionary<string, byte[]> Contents(LiveConsortium live) =>
        live.Scratch.Files("log").ToDictionary(name => name, name => File.ReadAllBytes(live.Scratch["log", name]));

    private static void AssertSame(Dictionary<string, byte[]> expected, Dictionary<string, byte[]> actual)
    {
        CollectionAssert.AreEquivalent(expected.Keys, actual.Keys);
        foreach (var (name, bytes) in expected)
        {
            CollectionAssert.AreEqual(bytes, actual[name], name);
        }
    }

    private static JsonElement Json(Ended ended) => Json(ended.Output);

    private static JsonElement Json(string line) => JsonDocument.Parse(line).RootElement;
}
