using System.Text.Json;
using Federated.Audit.Tests.World;
using Federated.Federation;
using Federated.Fixtures;
using Federated.Fixtures.Processes;
using Federated.SecureAggregation.Journals;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Notes;

namespace Federated.Cli.Tests.Audit;

/// <summary><c>fed audit</c> as an auditor types it, over a log that a whole consortium in memory has written.</summary>
[TestClass]
public sealed class AuditCommandTests
{
    private static readonly Lazy<Story> s_whole = new(() => Story.Whole(SmallConsortium.Shared));

    [TestMethod]
    public void A_log_that_verifies_ends_in_one_line_and_a_changed_byte_in_another()
    {
        using var scratch = OnDisk();

        var verified = Started.FedToEnd(scratch, "audit", "verify", "log", "--root", "log/root.crt", "--journals", "sites/*/journal.jsonl");
        var file = scratch["log/checkpoint"];
        File.WriteAllText(file, File.ReadAllText(file).Replace("federated/", "federatet/"));
        var failed = Started.FedToEnd(scratch, "audit", "verify", "log");

        Assert.AreEqual(0, verified.ExitCode, verified.ToString());
        Assert.StartsWith(
            $"verified: {s_whole.Value.Head.Size} entries, 2 studies, 4 sites, 5 rounds (2 sums computed again), 12 charges; cosigned by 3 sites",
            verified.Output.TrimEnd().Split('\n')[^1]
        );
        Assert.AreEqual(1, failed.ExitCode, failed.ToString());
        Assert.StartsWith("FAILED at checkpoint: it is of the log 'federatet/", failed.Output);
    }

    [TestMethod]
    public void Lines_of_studies_that_the_log_never_registered_are_said_with_the_verdict()
    {
        using var scratch = OnDisk();
        var site = SmallConsortium.Shared.Sites[0].Holder.Name;
        var (older, attempt) = (Digest.Of("an older plan"u8), new Attempt(new RoundNumber(1), new AttemptNumber(1)));
        JournalEntry[] journal = [.. s_whole.Value.JournalOf(site), new JournalEntry.Releasing(older, attempt, Digest.Of("input"u8))];
        Write(scratch[$"sites/{site}/journal.jsonl"], Story.Written(journal));
        string[] verify = ["audit", "verify", "log", "--root", "log/root.crt", "--journals", "sites/*/journal.jsonl"];

        var text = Started.FedToEnd(scratch, verify);
        var json = Started.FedToEnd(scratch, [.. verify, "--json"]);
        var page = Started.FedToEnd(scratch, ["audit", "report", .. verify[2..], "--out", "report.html"]);

        Assert.AreEqual((0, 0, 0), (text.ExitCode, json.ExitCode, page.ExitCode), text.ToString());
        Assert.Contains("1 line of 1 study that this log never registered", text.Output);
        Assert.Contains($"Plans: {older.Abbreviated}\n", text.Output);
        var said = JsonDocument.Parse(json.Output).RootElement;
        Assert.AreEqual(1, said.GetProperty("unregistered_lines").GetInt64());
        Assert.AreEqual(older.ToString(), said.GetProperty("unregistered_plans")[0].GetString());
        Assert.Contains(
            $"Not covered: 1 line of 1 study that this log never registered, in the files of sites ({older.Abbreviated})",
            File.ReadAllText(scratch["report.html"])
        );
    }

    [TestMethod]
    public void A_folder_that_is_none_is_said_with_a_hint()
    {
        using var scratch = new TestFolder();

        var ended = Started.FedToEnd(scratch, "audit", "verify", "nowhere");

        Assert.AreEqual(2, ended.ExitCode);
        Assert.Contains("There is no folder", ended.Errors);
        Assert.Contains("hint: name the folder of an audit log", ended.Errors);
    }

    [TestMethod]
    public void Entries_are_shown_by_study_site_type_and_time()
    {
        using var scratch = OnDisk();

        Assert.HasCount((int)s_whole.Value.Head.Size.Value, Shown(scratch));
        Assert.HasCount(12, Shown(scratch, "--type", "privacy.charged"));
        Assert.HasCount(3, Shown(scratch, "--type", "privacy.charged", "--site", "beta"));
        Assert.HasCount(2, Shown(scratch, "--type", "round.committed", "--study", "open study"));
        Assert.HasCount(3, Shown(scratch, "--until", "2030-01-01T00:03:00Z"));
        Assert.HasCount((int)s_whole.Value.Head.Size.Value - 3, Shown(scratch, "--since", "2030-01-01T00:03:00Z"));
        Assert.Contains("round 2, attempt 2: beta delta gamma", Shown(scratch, "--type", "round.committed", "--study", "open study")[1]);
        var json = JsonDocument.Parse(Shown(scratch, "--type", "log.genesis", "--json").Single()).RootElement;
        Assert.AreEqual(0, json.GetProperty("index").GetInt32());
        Assert.AreEqual("log.genesis", json.GetProperty("entry").GetProperty("type").GetString());
        var unknown = Started.FedToEnd(scratch, "audit", "show", "log", "--type", "plan.aproved");
        Assert.AreEqual(2, unknown.ExitCode);
        Assert.Contains("'plan.aproved' is no type of entry", unknown.Errors);
    }

    [TestMethod]
    public void One_entry_is_proven_by_a_file_that_verifies_alone()
    {
        using var scratch = OnDisk();

        var ended = Started.FedToEnd(scratch, "audit", "prove", "log", "7", "--out", "entry.tlog-proof");
        var beyond = Started.FedToEnd(scratch, "audit", "prove", "log", "9999", "--out", "none.tlog-proof");

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        Assert.IsTrue(LogProof.TryParse(File.ReadAllBytes(scratch["entry.tlog-proof"]), out var proof, out var fault), fault);
        var world = SmallConsortium.Shared;
        using var log = world.Coordinator.Checkpoints(s_whole.Value.Origin);
        List<NoteKey> witnesses = [];
        foreach (var site in world.Sites)
        {
            using var witness = site.Witness();
            witnesses.Add(witness.Key);
        }

        var policy = new LogPolicy(s_whole.Value.Origin.Value, log.Key, witnesses, quorum: 3);
        Assert.IsTrue(proof.TryVerify(proof.Extra.Span, policy, out _, out fault), fault);
        foreach (var site in world.Sites.Append(world.Coordinator))
        {
            File.WriteAllBytes(scratch[$"{site.Holder.Name}.credential.json"], site.Credential);
        }

        string[] verify = ["audit", "verify", "entry.tlog-proof"];
        var alone = Started.FedToEnd(scratch, [.. verify, "--root", "log/root.crt", "--credentials", "*.credential.json"]);
        var byLog = Started.FedToEnd(scratch, [.. verify, "--log", "log"]);
        var by4 = Started.FedToEnd(scratch, [.. verify, "--log", "log", "--quorum", "4"]);
        var rootless = Started.FedToEnd(scratch, [.. verify, "--credentials", "*.credential.json"]);
        Assert.AreEqual(0, alone.ExitCode, alone.ToString());
        Assert.StartsWith(
            $"verified: entry 7 of a log of {s_whole.Value.Head.Size}, cosigned by 3 sites: policy.changed by site/alpha",
            alone.Output
        );
        Assert.AreEqual(alone.Output, byLog.Output);
        Assert.AreEqual(1, by4.ExitCode);
        Assert.Contains("3 of 4 witnesses cosigned it; 4 must", by4.Output);
        Assert.AreEqual(2, rootless.ExitCode);
        Assert.Contains("give --root FILE, or --log DIR", rootless.Errors);
        Assert.AreEqual((2, false), (beyond.ExitCode, File.Exists(scratch["none.tlog-proof"])));
        Assert.Contains("The log has no entry 9999", beyond.Errors);
    }

    private static string[] Shown(TestFolder scratch, params string[] filter)
    {
        var ended = Started.FedToEnd(scratch, ["audit", "show", "log", .. filter]);
        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        return ended.Output.TrimEnd('\n').Split('\n');
    }

    private static TestFolder OnDisk()
    {
        var folder = new TestFolder();
        foreach (var (name, bytes) in s_whole.Value.Files)
        {
            Write(folder[$"log/{name}"], bytes);
        }

        foreach (var site in SmallConsortium.Shared.Sites)
        {
            Write(folder[$"sites/{site.Holder.Name}/journal.jsonl"], Story.Written(s_whole.Value.JournalOf(site.Holder.Name)));
        }

        return folder;
    }

    private static void Write(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }
}
