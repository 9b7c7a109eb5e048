using System.Text.Json;
using System.Text.RegularExpressions;

namespace Federated.Scenarios.Tests;

/// <summary>A vector that a site let go.</summary>
/// <param name="Site">Which.</param>
/// <param name="Plan">Plan hash; its first digits where a log line says it.</param>
/// <param name="Round">From 1.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="Digest">Of the vector; its first digits where a log line says it.</param>
internal sealed record Release(string Site, string Plan, int Round, int Attempt, string Digest)
{
    /// <summary>What may be answered once only.</summary>
    public (string Site, int Round, int Attempt) Occasion => (Site, Round, Attempt);
}

/// <summary>
/// What sites let go, from two sources that do not know of each other: the journal, written before the first byte, and the log, written after the
/// coordinator took the last. A trial has one study.
/// </summary>
internal static partial class Releases
{
    /// <summary>By the site's journal.</summary>
    public static List<Release> Journalled(Trial trial, string site) =>
        [
            .. Entries(trial, site)
                .Where(entry => entry.GetProperty("kind").GetString() == "releasing")
                .Select(entry => new Release(
                    site,
                    entry.GetProperty("plan").GetString()!,
                    entry.GetProperty("round").GetInt32(),
                    entry.GetProperty("attempt").GetInt32(),
                    entry.GetProperty("digest").GetString()!
                )),
        ];

    /// <summary>The last round whose model is in the site's journal.</summary>
    public static int LastCommitted(Trial trial, string site) =>
        Entries(trial, site)
            .Where(entry => entry.GetProperty("kind").GetString() == "committed")
            .Max(entry => entry.GetProperty("round").GetInt32());

    /// <summary>By the site's log over all its restarts: vectors that arrived whole.</summary>
    public static List<Release> Logged(Trial trial, string site) =>
        [
            .. Line()
                .Matches(trial.Log(site))
                .Select(line => new Release(
                    site,
                    line.Groups["plan"].Value,
                    int.Parse(line.Groups["round"].ValueSpan),
                    int.Parse(line.Groups["attempt"].ValueSpan),
                    line.Groups["digest"].Value
                )),
        ];

    /// <summary>No attempt was answered with two vectors, and no vector arrived that the site's journal does not know.</summary>
    public static void AssertNoneTwice(Trial trial, string site, string context)
    {
        var (journalled, logged) = (Journalled(trial, site), Logged(trial, site));
        Assert.IsNotEmpty(logged, context);
        CollectionAssert.AllItemsAreUnique(
            journalled.Select(r => r.Occasion).ToList(),
            $"{site}'s journal has an attempt twice: {context}"
        );
        CollectionAssert.AllItemsAreUnique(logged.Select(r => r.Occasion).ToList(), $"{site} answered an attempt twice: {context}");
        var known = journalled.ToDictionary(release => release.Occasion);
        foreach (var release in logged)
        {
            Assert.IsTrue(known.TryGetValue(release.Occasion, out var written), $"{release} is not in the journal: {context}");
            Assert.StartsWith(release.Plan, written.Plan, $"{release}: {context}");
            Assert.StartsWith(release.Digest, written.Digest, $"{release}: another vector left than was written down: {context}");
        }
    }

    /// <summary>Whole lines only: a site that was killed, or runs, may have half of one at the end.</summary>
    private static IEnumerable<JsonElement> Entries(Trial trial, string site)
    {
        var text = File.ReadAllText(trial[$"{site}/state/journal.jsonl"]);
        return text[..(text.LastIndexOf('\n') + 1)]
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement);
    }

    [GeneratedRegex(
        "\"Message\":\"Study (?<plan>[0-9a-f]+), round (?<round>\\d+), attempt (?<attempt>\\d+): released \\d+ numbers, digest (?<digest>[0-9a-f]+)\\."
    )]
    private static partial Regex Line();
}
