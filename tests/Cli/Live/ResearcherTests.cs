using System.Text.Json;
using Federated.Fixtures.Processes;

namespace Federated.Cli.Tests.Live;

/// <summary>What a researcher types, against a real coordinator and real nodes.</summary>
[TestClass]
public sealed class ResearcherTests
{
    [TestMethod]
    public void A_study_goes_from_its_file_to_the_risk_of_a_patient()
    {
        using var live = new LiveConsortium();
        live.StartCoordinator();
        var file = live.WriteStudy("heart", rounds: 3, "nord", "sud");

        var submitted = live.FedOutput("study", "submit", file);
        var hash = Json(Started.FedToEnd(live.Scratch, "study", "validate", file, "--json").Output).GetProperty("plan_hash").GetString()!;
        var before = Json(live.FedOutput("study", "show", hash[..6], "--json"));
        live.StartNode("nord");
        live.StartNode("sud");
        var watched = live.FedOutput("study", "watch", "heart");
        var after = Json(live.FedOutput("study", "show", hash, "--json"));
        var listed = Json(live.FedOutput("study", "list", "--json")).GetProperty("studies");
        var downloaded = live.FedOutput("model", "download", hash[..12], "--out", live.Scratch["model"]);
        live.Scratch.Write("new.csv", "key,age,sex,thalach\nzoe,61,F,130\n");
        var predicted = Started.FedToEnd(
            live.Scratch,
            "model",
            "predict",
            live.Scratch["model"],
            "--data",
            live.Scratch["new.csv"],
            "--mapping",
            live.Scratch.Write("new.yaml", Fixtures.Patients.MappingText.Replace("\n  num: { column: num }", "")),
            "--out",
            live.Scratch["risks.csv"]
        );

        Assert.Contains($"plan hash {hash}", submitted);
        Assert.Contains($"next: fed study watch {hash[..12]}", submitted);
        Assert.AreEqual("away", before.GetProperty("sites")[0].GetProperty("standing").GetString());
        foreach (
            var line in new[] { "site nord is ready", "site sud is ready", "round 3 of 3, 2 sites, ", "the study is complete; model " }
        )
        {
            Assert.Contains(line, watched);
        }

        Assert.AreEqual("completed", after.GetProperty("phase").GetString());
        Assert.AreEqual("ana", after.GetProperty("signature").GetProperty("by").GetString());
        Assert.AreEqual("none", after.GetProperty("plan").GetProperty("privacy").GetString());
        Assert.AreEqual(hash, listed[0].GetProperty("plan_hash").GetString());
        Assert.Contains("after round 3 of 3", downloaded);
        Assert.AreEqual(0, predicted.ExitCode, predicted.ToString());
        Assert.MatchesRegex("^line,patient_key,risk\n2,zoe,0[.][0-9]+\n$", File.ReadAllText(live.Scratch["risks.csv"]));
    }

    [TestMethod]
    public void Watching_goes_on_over_a_coordinator_that_is_killed_and_tells_no_event_twice()
    {
        using var live = new LiveConsortium();
        var coordinator = live.StartCoordinator();
        var hash = live.Submit(live.WriteStudy("long", rounds: 300, "nord", "sud"));
        live.StartNode("nord");
        live.StartNode("sud");
        var lines = live.StartFed("study", "watch", hash, "--json");
        var people = live.StartFed("study", "watch", hash);
        lines.WaitForLine("\"event\":\"round_done\"");

        coordinator.Send(Signals.Kill);
        lines.WaitForLine("the coordinator does not answer");
        people.WaitForLine("the coordinator does not answer");
        live.StartCoordinator();

        var (program, person) = (lines.WaitForEnd(), people.WaitForEnd());
        Assert.AreEqual((0, 0), (program.ExitCode, person.ExitCode), program.ToString());
        var events = program.Output.Split('\n').Select(Json).ToList();
        CollectionAssert.AreEqual(
            Enumerable.Range(0, events.Count).ToArray(),
            events.Select(what => what.GetProperty("sequence").GetInt32()).ToArray()
        );
        Assert.AreEqual(300, events.Count(what => what.GetProperty("event").GetString() == "round_done"));
        Assert.AreEqual("study_done", events[^1].GetProperty("event").GetString());
        Assert.AreEqual(
            "the coordinator does not answer; trying again until it does (Ctrl-C stops watching, not the study)\nthe coordinator is back",
            program.Errors
        );
        Assert.HasCount(2, person.Output.Split('\n').Where(line => line.StartsWith("the coordinator ")));
    }

    [TestMethod]
    public void A_cancelled_study_is_over_for_whoever_watches_and_stays_so()
    {
        using var live = new LiveConsortium();
        live.StartCoordinator();
        var hash = live.Submit(live.WriteStudy("brief", rounds: 3, "nord", "sud"));
        var watching = live.StartFed("study", "watch", hash, "--json");

        var cancelled = Json(live.FedOutput("study", "cancel", hash, "--json"));
        var watched = watching.WaitForEnd();
        var again = live.Fed("study", "cancel", hash);
        var resumed = live.Fed("study", "resume", hash);
        var download = live.Fed("model", "download", hash, "--out", live.Scratch["model"]);

        Assert.AreEqual("cancelled", cancelled.GetProperty("phase").GetString());
        Assert.AreEqual(1, watched.ExitCode, watched.ToString());
        Assert.IsFalse(Json(watched.Output.Split('\n')[^1]).GetProperty("completed").GetBoolean());
        foreach (var refused in new[] { resumed, download })
        {
            Assert.AreEqual(2, refused.ExitCode, refused.ToString());
        }

        Assert.AreEqual(0, again.ExitCode, "the same decision again changes nothing: " + again);
        Assert.Contains("The study is cancelled; that is final.", resumed.Errors);
        Assert.Contains("has not committed a round yet; there is no model.", download.Errors);
        Assert.IsFalse(Directory.Exists(live.Scratch["model"]));
    }

    [TestMethod]
    public void An_auditor_may_look_and_may_not_decide()
    {
        using var live = new LiveConsortium();
        live.StartCoordinator();
        var hash = live.Submit(live.WriteStudy("looked-at", rounds: 3, "nord", "sud"));
        string[] asAuditor = ["--coordinator", live.Address, "--identity", live.Auditor];

        var shown = Started.FedToEnd(live.Scratch, ["study", "show", hash, .. asAuditor]);
        var cancelled = Started.FedToEnd(live.Scratch, ["study", "cancel", hash, .. asAuditor]);

        Assert.AreEqual(0, shown.ExitCode, shown.ToString());
        Assert.Contains("signature    by researcher ana, verified under the consortium's root", shown.Output);
        Assert.AreEqual(2, cancelled.ExitCode, cancelled.ToString());
        Assert.Contains("researcher", cancelled.Errors);
    }

    [TestMethod]
    [DataRow("cancel")]
    [DataRow("resume")]
    public void Only_the_researcher_who_signed_a_study_decides_on_it(string decision)
    {
        using var live = new LiveConsortium();
        live.StartCoordinator();
        var hash = live.Submit(live.WriteStudy("ours", rounds: 3, "nord", "sud"));

        var refused = Started.FedToEnd(live.Scratch, "study", decision, hash, "--coordinator", live.Address, "--identity", live.Colleague);

        Assert.AreEqual(2, refused.ExitCode, refused.ToString());
        Assert.StartsWith($"error: {new Uri(live.Address).Authority}: ", refused.Errors);
        Assert.Contains("submitted by 'ana'", refused.Errors);
        Assert.EndsWith("hint: ask the researcher who signed the study; nobody else decides on it", refused.Errors);
        Assert.AreNotEqual("cancelled", Json(live.FedOutput("study", "show", hash, "--json")).GetProperty("phase").GetString());
        live.FedOutput("study", "cancel", hash); // she herself may
    }

    [TestMethod]
    public void Address_and_certificate_may_come_from_the_environment()
    {
        using var live = new LiveConsortium();
        live.StartCoordinator();

        using var fed = Started.Run(
            live.Scratch,
            "env",
            $"FED_COORDINATOR={live.Address}",
            $"FED_IDENTITY={live.Researcher}",
            Checkout.Program("fed"),
            "study",
            "list"
        );

        var ended = fed.WaitForEnd();
        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        Assert.AreEqual("no study yet\nnext: fed study submit FILE", ended.Output);
    }

    [TestMethod]
    public void A_coordinator_that_is_not_there_is_said_with_its_address()
    {
        using var live = new LiveConsortium();
        var coordinator = live.StartCoordinator();
        coordinator.Send(Signals.Kill);
        coordinator.WaitForEnd();

        var ended = live.Fed("study", "watch", "anything");

        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.Contains($"error: {new Uri(live.Address).Authority}: no answer (Connection refused", ended.Errors);
        Assert.Contains("hint: check the address, and that the coordinator runs", ended.Errors);
    }

    private static JsonElement Json(string line) => JsonDocument.Parse(line).RootElement;
}
