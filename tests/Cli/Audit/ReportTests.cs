using System.Text.Json;
using System.Text.RegularExpressions;
using Federated.Audit.Tests.World;
using Federated.Federation;
using Federated.Fixtures;
using Federated.Fixtures.Processes;
using Federated.Identity;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;

namespace Federated.Cli.Tests.Audit;

/// <summary><c>fed audit report</c>: what an auditor reads on the page is what the log says, whatever its authors wrote into it.</summary>
[TestClass]
public sealed partial class ReportTests
{
    private const string HostileName = "<script>alert(1)</script> & \"étude\" \u202egnp.exe";
    private const string HostilePurpose = "</dd><img src=x onerror='alert(2)'>{{7*7}}<!--";

    private static readonly List<LogEntry> s_charges = []; // written while the story is made, once
    private static readonly Lazy<Story> s_whole = new(Lively);

    [TestMethod]
    public void A_reader_finds_the_verdict_who_approved_and_how_much_was_spent()
    {
        using var scratch = OnDisk();

        var ended = Report(scratch, "--language", "en", "--root", "log/root.crt");
        var page = Text(scratch);

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        Assert.StartsWith($"verified: {s_whole.Value.Head.Size} entries", ended.Output.TrimEnd().Split('\n')[^1]);
        Assert.Contains("<strong>Verified</strong>", page);
        Assert.Contains("No sum was computed again: the masked inputs are not in the folder", page);
        Assert.Contains($"<code class=\"fingerprint\">{SmallConsortium.Shared.Root.Hash}</code>", page);
        var last = LastCharge("alpha");
        Assert.Contains($"ε {last.Epsilon} of 2", page);
        Assert.Contains("<span class=\"yes\">approved</span>", page);
        Assert.Contains("<span class=\"no\">rejected</span>", page);
        Assert.Contains("<span class=\"no\">withdrawn</span>", page);
        Assert.Contains("a person read the plan and agreed", page);
        Assert.Contains("a legal ground fell away", page);
        Assert.Contains(Digest.Of("decision"u8).ToString(), page);
        Assert.Contains(Digest.Of("policy"u8).ToString(), page);
        Assert.Contains("attempt failed in &#x27;inputs&#x27;: spoilt", page);
        Assert.Contains("evidence of misbehaviour: checkpoint-fork", page);
        Assert.Contains("revoked by entry", page);
        Assert.Contains("<td>1–2</td>", page);
    }

    [TestMethod]
    public void In_French_the_words_are_French_and_the_digits_are_the_logs()
    {
        using var scratch = OnDisk();

        var ended = Report(scratch, "--language", "fr");
        var page = Text(scratch);

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        Assert.Contains("<html lang=\"fr\">", page);
        Assert.Contains("<strong>Vérifié</strong>", page);
        Assert.Contains($"ε {LastCharge("alpha").Epsilon.Value.Replace('.', ',')} sur 2", page);
        Assert.Contains("comparez son empreinte", page);
        Assert.DoesNotContain("approved", page);
        Assert.Contains("une personne a lu le plan et l’accepte", page);
    }

    [TestMethod]
    [DataRow("en", "FAILED", "not verified")]
    [DataRow("fr", "ÉCHEC", "non vérifié")]
    public void A_log_that_fails_gives_a_report_that_says_so_and_exit_code_1(string language, string word, string mark)
    {
        using var scratch = OnDisk();
        var sum = Directory.GetFiles(scratch["log/rounds"], "00002.sum", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        var bytes = File.ReadAllBytes(sum);
        bytes[3] ^= 1;
        File.WriteAllBytes(sum, bytes);

        var ended = Report(scratch, "--language", language);
        var page = Text(scratch);

        Assert.AreEqual(1, ended.ExitCode, ended.ToString());
        Assert.StartsWith($"FAILED at {Path.GetRelativePath(scratch["log"], sum)}: its hash is ", ended.Output.TrimEnd().Split('\n')[^1]);
        Assert.Contains("<body class=\"failed\">", page);
        Assert.Contains($"<strong>{word}</strong>", page);
        Assert.Contains("00002.sum", page);
        Assert.Contains($"<h2 data-unverified=\"{mark}\">", page);
    }

    [TestMethod]
    public void A_folder_without_checkpoint_gives_a_report_without_a_story()
    {
        using var scratch = OnDisk();
        File.Delete(scratch["log/checkpoint"]);

        var ended = Report(scratch, "--language", "en", "--json");
        var said = JsonDocument.Parse(ended.Output).RootElement;

        Assert.AreEqual(1, ended.ExitCode, ended.ToString());
        Assert.IsFalse(said.GetProperty("verified").GetBoolean());
        Assert.AreEqual("checkpoint", said.GetProperty("place").GetString());
        Assert.AreEqual(scratch["report.html"], said.GetProperty("written").GetString());
        Assert.Contains("No entry could be read before that place.", Text(scratch));
    }

    [TestMethod]
    public void What_researchers_wrote_is_text_and_never_markup()
    {
        using var scratch = OnDisk();

        Report(scratch, "--language", "en");
        var page = Text(scratch);

        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;étude&quot; \ufffdgnp.exe", page);
        Assert.Contains("&lt;/dd&gt;&lt;img src=x onerror=&#x27;alert(2)&#x27;&gt;{{7*7}}&lt;!--", page);
        string[] ours =
        [
            .. "a body br code dd div dl dt footer h1 h2 h3 head html li line main meta ol p path pre rect section small span strong style svg".Split(
                ' '
            ),
            .. "table tbody td text th thead title tr ul".Split(' '),
        ];
        Assert.IsEmpty(Element().Matches(page).Select(match => match.Groups[1].Value).Except(ours));
        Assert.IsFalse(OutsideOrCode().IsMatch(page), OutsideOrCode().Match(page).Value);
    }

    [TestMethod]
    public void The_same_folder_gives_the_same_bytes()
    {
        using var one = OnDisk();
        using var other = OnDisk();

        Report(one, "--language", "en");
        Report(other, "--language", "en");

        CollectionAssert.AreEqual(File.ReadAllBytes(one["report.html"]), File.ReadAllBytes(other["report.html"]));
    }

    [TestMethod]
    public void Ledgers_that_are_given_show_their_caps_and_a_ledger_that_lies_fails_the_report()
    {
        using var scratch = OnDisk();

        var honest = Report(scratch, "--language", "en", "--ledgers", "sites/*/ledger.jsonl", "--journals", "sites/*/journal.jsonl");
        Assert.AreEqual(0, honest.ExitCode, honest.ToString());
        Assert.Contains("alpha: cap ε 10 at δ 1E-05", Text(scratch));
        Assert.Contains("sites/alpha/ledger.jsonl", Text(scratch));

        File.WriteAllText(
            scratch["sites/alpha/ledger.jsonl"],
            File.ReadAllText(scratch["sites/alpha/ledger.jsonl"]).Replace("update", "upd4te")
        );
        var lying = Report(scratch, "--language", "en", "--ledgers", "sites/*/ledger.jsonl");
        Assert.AreEqual(1, lying.ExitCode, lying.ToString());
        Assert.Contains("It first fails at sites/alpha/ledger.jsonl:2:", Text(scratch));
    }

    [TestMethod]
    public void A_report_is_not_written_into_the_log_that_it_is_about()
    {
        using var scratch = OnDisk();

        var ended = Started.FedToEnd(scratch, "audit", "report", "log", "--out", "log/report.html");

        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.Contains("hint: write it beside the folder", ended.Errors);
        Assert.IsFalse(File.Exists(scratch["log/report.html"]));
    }

    private static Ended Report(TestFolder scratch, params string[] options) =>
        Started.FedToEnd(scratch, ["audit", "report", "log", "--out", "report.html", .. options]);

    private static string Text(TestFolder scratch) => File.ReadAllText(scratch["report.html"]);

    /// <summary>What a site last said that training has cost.</summary>
    private static PrivacyCharge LastCharge(string site)
    {
        _ = s_whole.Value;
        return (PrivacyCharge)
            s_charges.Last(said => said.Actor.Value == $"site/{site}" && said.Body is PrivacyCharge { Round.Value: < 3 }).Body;
    }

    /// <summary>Two studies with everything that a report has a place for: one that ran to its end, and one with hostile texts that went wrong.</summary>
    private static Story Lively()
    {
        var world = SmallConsortium.Shared;
        var hostile = world.Sign(SamplePlan.ThreeOfFour().WithPrivacy() with { Name = HostileName, Purpose = HostilePurpose });
        var story = new Story(world) { Lie = Remember, Cosigners = sites => sites.Where(site => site != world.Sites[2]) }.Begin();
        story.Say(EntryKind.PolicyChanged, new PolicyChange(Digest.Of("policy"u8)), by: world.Sites[0]);
        story.Prepare(world.Private);
        var last = story.Round(world.Private);
        last = story.Round(world.Private, last);
        last = story.Round(world.Private, last);
        story.Say(
            EntryKind.EvaluationReleased,
            story.Released(Digest.Of(story.Files[$"rounds/{Digest.Of(world.Private.Plan.Span)}/00003.sum"]), "2"),
            world.Private
        );
        story.Propose(hostile);
        foreach (var site in world.Sites.Take(3))
        {
            Decide(EntryKind.PlanApproved, site, "reviewed");
        }

        Decide(EntryKind.PlanRejected, world.Sites[3], "privacy");
        story.Say(
            EntryKind.RoundAborted,
            new RoundAbort(
                new RoundNumber(1),
                new AttemptNumber(1),
                EntryCode.Parse("inputs"),
                EntryCode.Parse("spoilt"),
                world.Sites[1].Holder.Name
            ),
            hostile
        );
        story.Say(EntryKind.Refusal, new SiteRefusal(EntryCode.Parse("timeout"), Digest.Of([])), hostile, world.Sites[2]);
        story.Say(
            EntryKind.Misbehaviour,
            new MisbehaviourEvidence(EntryCode.Parse("checkpoint-fork"), "one", "other"),
            hostile,
            world.Sites[2]
        );
        Decide(EntryKind.PlanWithdrawn, world.Sites[0], "legal");
        story.Say(
            EntryKind.KeyRevoked,
            new KeyRevocation(world.Revocations(1, [], new PeerIdentity(Role.Site, world.Sites[2].Holder.Name)))
        );
        return story.Seal();

        void Decide(EntryKind kind, Member site, string code) =>
            story.Say(kind, new PlanDecision(Digest.Of("policy"u8), EntryCode.Parse(code), Digest.Of("decision"u8)), hostile, site);

        static LogEntry Remember(LogEntry entry)
        {
            if (entry.Body is PrivacyCharge)
            {
                s_charges.Add(entry);
            }

            return entry;
        }
    }

    private static TestFolder OnDisk()
    {
        var folder = new TestFolder();
        foreach (var (name, bytes) in s_whole.Value.Files)
        {
            Write(folder[$"log/{name}"], bytes);
        }

        foreach (var site in SmallConsortium.Shared.Sites.Select(site => site.Holder.Name))
        {
            Write(folder[$"sites/{site}/journal.jsonl"], Story.Written(s_whole.Value.JournalOf(site)));
            Write(folder[$"sites/{site}/ledger.jsonl"], [.. s_whole.Value.LedgerOf(site).SelectMany(line => line.Append((byte)'\n'))]);
        }

        return folder;
    }

    private static void Write(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    [GeneratedRegex("<([a-zA-Z][a-zA-Z0-9]*)")]
    private static partial Regex Element();

    [GeneratedRegex("<[^>]*\\s(on[a-z]+|href|src)=|url\\(|@import|https?:", RegexOptions.IgnoreCase)]
    private static partial Regex OutsideOrCode();
}
