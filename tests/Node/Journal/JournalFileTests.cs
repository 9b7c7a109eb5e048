using Federated.Federation;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.Node.Journal;

namespace Federated.Node.Tests.Journal;

/// <summary>A journal that is not what this site wrote is named with file and line, and nothing is done on it.</summary>
[TestClass]
public sealed class JournalFileTests
{
    [TestMethod]
    [DataRow("letter", 2, "its hash is not that of its content: it was changed", DisplayName = "a word of line 2 was changed")]
    [DataRow(
        "hashed",
        3,
        "it does not follow the line before it: one of the two was changed",
        DisplayName = "a word of line 2 was changed, and its hash with it"
    )]
    [DataRow("missing", 3, "it has the number 4; a line is missing or stands twice", DisplayName = "line 3 was taken out")]
    [DataRow("twice", 4, "it has the number 3; a line is missing or stands twice", DisplayName = "line 3 stands twice")]
    [DataRow("order", 3, "it has the number 4", DisplayName = "lines 3 and 4 changed places")]
    [DataRow("spaces", 2, "it is not in the form that a node writes", DisplayName = "the same line, written otherwise")]
    [DataRow("key", 2, "unknown key", DisplayName = "a key that no node writes")]
    [DataRow("no json", 4, "This is no JSON", DisplayName = "a line of something else")]
    [DataRow("zeros", 6, "This is no JSON", DisplayName = "zero bytes with a line end, which no torn write leaves")]
    [DataRow("kind", 2, "'approvd' is not known to this release", DisplayName = "a kind of line that no node writes")]
    [DataRow("hash", 3, "is no SHA-256", DisplayName = "a digest of another length")]
    [DataRow("long", 6, "it has more than 32768 bytes", DisplayName = "a line longer than any")]
    public void A_damaged_line_is_named_with_what_to_do(string damage, int line, string words)
    {
        using var folder = new TestFolder();
        JournalLines.Rewrite(folder, Damaged([.. JournalLines.WriteFive(folder)], damage));

        var error = Assert.ThrowsExactly<OperatorException>(() => JournalLines.Open(folder));

        Assert.StartsWith($"Journal {folder["journal.jsonl"]}:{line} is damaged: ", error.Message);
        Assert.Contains(words, error.Message);
        Assert.Contains("restore the whole folder from its newest backup", error.Hint!);
    }

    [TestMethod]
    [DataRow("replay", "it releases attempt 1 of round 1 after attempt 2 of round 1", DisplayName = "a second release of an attempt")]
    [DataRow("gap", "round 3 follows round 0", DisplayName = "a round without the one before")]
    [DataRow("opened", "the journal is opened a second time", DisplayName = "two journals in one")]
    [DataRow("headless", "the journal does not begin with the line that names its format and site", DisplayName = "no first line")]
    public void Lines_that_were_chained_anew_and_contradict_each_other_are_found(string lie, string words)
    {
        using var folder = new TestFolder();
        var lines = JournalLines.WriteFive(folder);
        string[] bent = lie switch
        {
            "replay" => [lines[0], lines[2].Replace("\"attempt\":1", "\"attempt\":2"), lines[2]],
            "gap" => [lines[0], lines[3].Replace("\"round\":1", "\"round\":3")],
            "opened" => [lines[0], lines[0]],
            _ => lines[1..],
        };
        JournalLines.Rewrite(folder, JournalLines.Rechained(bent));

        var error = Assert.ThrowsExactly<OperatorException>(() => JournalLines.Open(folder));

        Assert.Contains(words, error.Message);
    }

    [TestMethod]
    public void A_journal_of_an_unknown_version_is_refused_by_name()
    {
        using var folder = new TestFolder();
        var lines = JournalLines.WriteFive(folder);
        JournalLines.Rewrite(
            folder,
            JournalLines.Rechained(lines.Select(line => line.Replace("federated-journal/3", "federated-journal/2")))
        );

        var error = Assert.ThrowsExactly<OperatorException>(() => JournalLines.Open(folder));

        Assert.AreEqual(
            $"Journal {folder["journal.jsonl"]}:1: its format is 'federated-journal/2'; this release reads federated-journal/3.",
            error.Message
        );
        Assert.AreEqual("finish its studies with the release that wrote it, then set node.state to a new folder for this one", error.Hint);
    }

    [TestMethod]
    public void The_journal_of_another_site_is_refused_by_name()
    {
        using var folder = new TestFolder();
        JournalLines.WriteFive(folder);

        var error = Assert.ThrowsExactly<OperatorException>(() =>
            SiteJournal.Open(JournalLines.State(folder), SiteName.Parse("beta"), TimeProvider.System)
        );

        Assert.AreEqual($"Journal {folder["journal.jsonl"]}:1 is that of site 'alpha'; this node is 'beta'.", error.Message);
        Assert.IsNotNull(error.Hint);
    }

    [TestMethod]
    public void A_refused_journal_is_not_touched()
    {
        using var folder = new TestFolder();
        JournalLines.Rewrite(folder, Damaged([.. JournalLines.WriteFive(folder)], "letter"));
        var before = File.ReadAllText(folder["journal.jsonl"]);

        Assert.ThrowsExactly<OperatorException>(() => JournalLines.Open(folder));

        Assert.AreEqual(before, File.ReadAllText(folder["journal.jsonl"]));
    }

    [TestMethod]
    public void Every_change_of_one_byte_in_a_whole_line_is_found()
    {
        using var folder = new TestFolder();
        JournalLines.WriteFive(folder);
        var whole = File.ReadAllBytes(folder["journal.jsonl"]);

        for (var i = 0; i < whole.Length - 1; i++) // without its line feed the last line is a torn one
        {
            var bent = whole.ToArray();
            bent[i] ^= 1;
            File.WriteAllBytes(folder["journal.jsonl"], bent);

            Assert.ThrowsExactly<OperatorException>(() => JournalFile.Read(folder["journal.jsonl"], JournalLines.Alpha), $"byte {i}");
        }
    }

    private static List<string> Damaged(List<string> lines, string damage)
    {
        switch (damage)
        {
            case "letter":
                lines[1] = lines[1].Replace("someone", "another");
                break;
            case "hashed":
                lines[1] = JournalLines.Rechained([lines[0], lines[1].Replace("someone", "another")]).Last();
                break;
            case "missing":
                lines.RemoveAt(2);
                break;
            case "twice":
                lines.Insert(3, lines[2]);
                break;
            case "order":
                (lines[2], lines[3]) = (lines[3], lines[2]);
                break;
            case "spaces":
                lines[1] = lines[1].Replace("\":", "\": ");
                break;
            case "key":
                lines[1] = lines[1].Replace("{\"at\"", "{\"a\":1,\"at\"");
                break;
            case "no json":
                lines[3] = "not a line of a journal";
                break;
            case "zeros":
                lines.Add("\0\0\0\0");
                break;
            case "kind":
                lines[1] = lines[1].Replace("approved", "approvd");
                break;
            case "hash":
                lines[2] = lines[2].Replace(JournalLines.Vector.ToString(), "abcd");
                break;
            case "long":
                lines.Add(new string('x', 33_000));
                break;
            default:
                throw new ArgumentException(damage, nameof(damage));
        }

        return lines;
    }
}
