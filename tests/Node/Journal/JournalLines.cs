using System.Security.Cryptography;
using System.Text;
using Federated.Federation;
using Federated.Fixtures;
using Federated.Node.Journal;

namespace Federated.Node.Tests.Journal;

/// <summary>A journal's folder, the entries that tests write, and the chain computed a second time, from the file's text alone.</summary>
internal static class JournalLines
{
    public static SiteName Alpha { get; } = SiteName.Parse("alpha");

    public static Digest Plan { get; } = Digest.Of("a plan"u8);

    public static Digest Vector { get; } = Digest.Of("a vector"u8);

    public static Attempt Attempt(uint round, uint number) => new(new RoundNumber(round), new AttemptNumber(number));

    public static StateFolder State(TestFolder folder) => new(folder.Root);

    public static SiteJournal Open(TestFolder folder) => SiteJournal.Open(State(folder), Alpha, TimeProvider.System);

    /// <summary>Five lines: opened, approved, one release, one committed round, a second release.</summary>
    public static string[] WriteFive(TestFolder folder)
    {
        using (var journal = Open(folder))
        {
            journal.Record(new JournalEntry.Decided(Plan, true, "someone", DateTimeOffset.UnixEpoch, "as \"agreed\"\n"));
            journal.TryRelease(Plan, Attempt(1, 1), Vector, out _);
            journal.Committed(Plan, new RoundNumber(1), Digest.Of("model 1"u8), Digest.Of("result 1"u8));
            journal.TryRelease(Plan, Attempt(2, 1), Vector, out _);
        }

        return File.ReadAllLines(folder["journal.jsonl"]);
    }

    /// <summary>Writes lines back as they are.</summary>
    public static void Rewrite(TestFolder folder, IEnumerable<string> lines) =>
        File.WriteAllText(folder["journal.jsonl"], string.Concat(lines.Select(line => line + "\n")));

    /// <summary>Numbers and chains lines anew, as somebody would who wants to hide a change.</summary>
    public static IEnumerable<string> Rechained(IEnumerable<string> lines)
    {
        var previous = new string('0', 64);
        var number = 0;
        foreach (var line in lines)
        {
            var start = line.IndexOf("\"prev\":\"", StringComparison.Ordinal) + 8;
            var chained = $"{line[..start]}{previous}{line[(start + 64)..]}";
            chained = System.Text.RegularExpressions.Regex.Replace(chained, "\"number\":\\d+", $"\"number\":{++number}");
            var hash = System.Text.RegularExpressions.Regex.Match(chained, "\"hash\":\"[0-9a-f]{64}\",").Value;
            previous = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(chained.Replace(hash, ""))));
            yield return chained.Replace(hash, $"\"hash\":\"{previous}\",");
        }
    }
}
