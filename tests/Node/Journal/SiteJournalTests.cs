using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Federated.Federation;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.Node.Journal;
using Federated.V1;

namespace Federated.Node.Tests.Journal;

/// <summary>What a site did stays known, and no attempt is answered twice, whatever ends the process.</summary>
[TestClass]
public sealed class SiteJournalTests
{
    [TestMethod]
    public void A_new_journal_begins_with_its_format_and_its_site_and_is_its_owners_alone()
    {
        using var folder = new TestFolder();

        JournalLines.Open(folder).Dispose();

        var line = JsonNode.Parse(File.ReadAllLines(folder["journal.jsonl"]).Single())!;
        Assert.AreEqual("opened", (string?)line["kind"]);
        Assert.AreEqual("federated-journal/3", (string?)line["format"]);
        Assert.AreEqual("alpha", (string?)line["site"]);
        Assert.AreEqual(new string('0', 64), (string?)line["prev"]);
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder["journal.jsonl"]));
    }

    [TestMethod]
    public void Each_line_carries_its_hash_and_that_of_the_line_before_it_and_the_next_number()
    {
        using var folder = new TestFolder();

        var lines = JournalLines.WriteFive(folder);

        Assert.HasCount(5, lines);
        for (var i = 1; i < lines.Length; i++)
        {
            var line = JsonNode.Parse(lines[i])!;
            var before = (string)JsonNode.Parse(lines[i - 1])!["hash"]!;
            var content = lines[i - 1].Replace($"\"hash\":\"{before}\",", "");
            Assert.AreEqual(i + 1, (int?)line["number"]);
            Assert.AreEqual(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content))), before);
            Assert.AreEqual(before, (string?)line["prev"]);
        }
    }

    [TestMethod]
    public void What_was_written_is_known_after_a_restart()
    {
        using var folder = new TestFolder();
        JournalLines.WriteFive(folder);

        using var journal = JournalLines.Open(folder);

        var history = journal.Of(JournalLines.Plan);
        Assert.AreEqual(JournalLines.Attempt(2, 1), history.Last);
        Assert.AreEqual(new RoundNumber(1), history.Committed);
        Assert.AreEqual(Digest.Of("model 1"u8), history.ModelAfter(new RoundNumber(1)));
        Assert.AreEqual((true, "someone", "as \"agreed\"\n"), (history.Decision!.Approved, history.Decision.By, history.Decision.Reason));
        Assert.IsNull(history.Completed);
        Assert.AreEqual(5, journal.Lines);
    }

    [TestMethod]
    [DataRow(2u, 1u, false, DisplayName = "the same attempt")]
    [DataRow(1u, 9u, false, DisplayName = "a later attempt at an earlier round")]
    [DataRow(2u, 2u, true, DisplayName = "the next attempt at the same round")]
    [DataRow(3u, 1u, true, DisplayName = "the first attempt at the next round")]
    public void An_attempt_is_released_only_if_it_is_later_than_all_before(uint round, uint number, bool expected)
    {
        using var folder = new TestFolder();
        JournalLines.WriteFive(folder);
        using var journal = JournalLines.Open(folder);

        var released = journal.TryRelease(JournalLines.Plan, JournalLines.Attempt(round, number), JournalLines.Vector, out _);

        Assert.AreEqual(expected, released);
        Assert.AreEqual(expected ? 6 : 5, journal.Lines, "what is refused is not written");
        Assert.IsTrue(
            journal.TryRelease(Digest.Of("another plan"u8), JournalLines.Attempt(1, 1), JournalLines.Vector, out _),
            "another plan has its own attempts"
        );
    }

    [TestMethod]
    [DataRow("paused", DeclineCode.Paused)]
    [DataRow("rejected", DeclineCode.Rejected)]
    [DataRow("ended", DeclineCode.StudyOver)]
    public void Nothing_is_released_once_the_journal_says_that_it_is_not_wanted(string what, DeclineCode expected)
    {
        using var folder = new TestFolder();
        using var journal = JournalLines.Open(folder);
        journal.Record(
            what switch
            {
                "paused" => new JournalEntry.Paused(true),
                "rejected" => new JournalEntry.Decided(JournalLines.Plan, false, "someone", DateTimeOffset.UnixEpoch, ""),
                _ => new JournalEntry.Ended(JournalLines.Plan, Completed: false),
            }
        );

        Assert.IsFalse(journal.TryRelease(JournalLines.Plan, JournalLines.Attempt(1, 1), JournalLines.Vector, out var refusal));

        Assert.AreEqual(expected, refusal);
        Assert.AreEqual(2, journal.Lines, "what is refused is not written");
    }

    [TestMethod]
    public void A_line_that_could_not_be_read_again_is_not_written()
    {
        using var folder = new TestFolder();
        using (var journal = JournalLines.Open(folder))
        {
            var entry = new JournalEntry.Advanced(JournalLines.Plan, JournalLines.Attempt(1, 1), new string('x', JournalLine.MaxBytes));
            Assert.ThrowsExactly<InvalidOperationException>(() => journal.Record(entry));
            Assert.IsTrue(journal.TryRelease(JournalLines.Plan, JournalLines.Attempt(1, 1), JournalLines.Vector, out _), "it goes on");
        }

        using var again = JournalLines.Open(folder);
        Assert.AreEqual((2, 0), (again.Lines, again.TornBytes));
    }

    [TestMethod]
    public void Advancing_closes_all_attempts_up_to_where_it_goes()
    {
        using var folder = new TestFolder();
        using var journal = JournalLines.Open(folder);

        journal.Record(new JournalEntry.Advanced(JournalLines.Plan, JournalLines.Attempt(3, 2), "someone"));

        Assert.IsFalse(journal.TryRelease(JournalLines.Plan, JournalLines.Attempt(3, 2), JournalLines.Vector, out _));
        Assert.IsTrue(journal.TryRelease(JournalLines.Plan, JournalLines.Attempt(3, 3), JournalLines.Vector, out _));
    }

    [TestMethod]
    public void A_round_is_written_once_and_in_order()
    {
        using var folder = new TestFolder();
        using var journal = JournalLines.Open(folder);

        foreach (var round in new uint[] { 2, 1, 1, 2, 1 })
        {
            journal.Committed(JournalLines.Plan, new RoundNumber(round), Digest.Of([(byte)round]), Digest.Of([1, (byte)round]));
        }

        Assert.AreEqual(3, journal.Lines);
        Assert.AreEqual(new RoundNumber(2), journal.Of(JournalLines.Plan).Committed);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(40)]
    [DataRow(200)]
    public void A_line_that_was_being_written_when_the_process_died_is_cut_and_the_journal_goes_on(int written)
    {
        using var folder = new TestFolder();
        var lines = JournalLines.WriteFive(folder);
        var torn = JournalLines.Rechained([.. lines, lines[4].Replace("\"attempt\":1", "\"attempt\":2")]).Last();
        File.AppendAllText(folder["journal.jsonl"], torn[..written]);

        using (var journal = JournalLines.Open(folder))
        {
            Assert.AreEqual(written, journal.TornBytes);
            Assert.IsTrue(
                journal.TryRelease(JournalLines.Plan, JournalLines.Attempt(2, 2), JournalLines.Vector, out _),
                "nothing had left under it"
            );
        }

        using var again = JournalLines.Open(folder);
        Assert.AreEqual((6, 0), (again.Lines, again.TornBytes));
    }

    [TestMethod]
    [DataRow("", DisplayName = "an empty file")]
    [DataRow("{\"format\":\"federated-jou", DisplayName = "half of the first line")]
    public void A_journal_whose_first_line_was_never_whole_is_begun_anew(string left)
    {
        using var folder = new TestFolder();
        folder.Write("journal.jsonl", left);

        using var journal = JournalLines.Open(folder);

        Assert.AreEqual((1, left.Length), (journal.Lines, journal.TornBytes));
    }

    [TestMethod]
    [DataRow(UnixFileMode.GroupWrite)]
    [DataRow(UnixFileMode.OtherWrite)]
    public void A_state_folder_that_others_may_write_into_is_refused_with_the_command_that_closes_it(UnixFileMode others)
    {
        using var folder = new TestFolder();
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        File.SetUnixFileMode(folder.Root, owner | others);

        var error = Assert.ThrowsExactly<OperatorException>(() => JournalLines.State(folder).Take());

        Assert.AreEqual($"run: chmod 700 {folder.Root}", error.Hint);
        File.SetUnixFileMode(folder.Root, owner | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
        JournalLines.State(folder).Take().Dispose();
    }

    [TestMethod]
    public void A_state_folder_that_is_in_use_is_refused_with_the_process_that_has_it()
    {
        using var folder = new TestFolder();
        var state = new StateFolder(folder["state"]);
        using (state.Take())
        {
            var error = Assert.ThrowsExactly<OperatorException>(state.Take);

            Assert.AreEqual($"The state folder {folder["state"]} is in use by process {Environment.ProcessId}.", error.Message);
            Assert.Contains("stop that process first", error.Hint!);
            Assert.AreEqual($"{Environment.ProcessId}", FolderLock.Holder(state.Lock));
        }

        Assert.IsNull(FolderLock.Holder(state.Lock));
        state.Take().Dispose();
        Assert.AreEqual(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(folder["state"]),
            "made for its owner alone"
        );
    }
}
