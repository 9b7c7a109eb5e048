using System.Collections.Immutable;
using Federated.Federation;
using Federated.Fixtures;
using Federated.Node.Journal;

namespace Federated.Node.Tests.Journal;

/// <summary>Two sums of one round, asked of the journal alone: what it wrote once binds it, in this process and the next.</summary>
[TestClass]
public sealed class RevealedLinesTests
{
    private static readonly ImmutableArray<SiteName> s_three = Sites("alpha", "beta", "gamma");

    [TestMethod]
    [DataRow(false, DisplayName = "in one process")]
    [DataRow(true, DisplayName = "after a restart")]
    public void Shares_for_other_survivors_of_the_same_round_are_never_allowed(bool isRestarted)
    {
        using var folder = new TestFolder();
        var first = Open(folder);
        Assert.IsTrue(Reveal(first, 1, 1, s_three));
        using var journal = isRestarted ? Restarted(first, folder) : first;
        var lines = journal.Lines;

        foreach (var others in new[] { Sites("alpha", "beta", "delta"), Sites("alpha", "beta"), s_three.Add(SiteName.Parse("delta")), [] })
        {
            Assert.IsFalse(Reveal(journal, 1, 1, others), $"for {string.Join(' ', others)}");
            Assert.IsFalse(Reveal(journal, 1, 2, others), $"in a later attempt for {string.Join(' ', others)}");
        }

        Assert.AreEqual(lines, journal.Lines, "what is refused is not written");
        CollectionAssert.AreEqual(s_three, journal.Of(JournalLines.Plan).RevealedIn(new RoundNumber(1))!.Value);
        Assert.IsTrue(Reveal(journal, 1, 2, s_three), "the same sum may be opened again");
    }

    [TestMethod]
    public void Survivors_bind_the_round_in_which_shares_were_shown_and_no_other_round_or_plan()
    {
        using var folder = new TestFolder();
        var first = Open(folder);
        Assert.IsTrue(Reveal(first, 1, 1, s_three));
        using var journal = Restarted(first, folder);

        Assert.IsNull(journal.Of(JournalLines.Plan).RevealedIn(new RoundNumber(2)));
        Assert.IsNull(journal.Of(Digest.Of("another plan"u8)).RevealedIn(new RoundNumber(1)));
        Assert.IsTrue(Reveal(journal, 2, 1, Sites("alpha", "delta")));
    }

    [TestMethod]
    public void No_share_is_shown_for_an_attempt_that_released_nothing()
    {
        using var folder = new TestFolder();
        using var journal = Open(folder);

        Assert.IsFalse(Reveal(journal, 1, 3, s_three));
        Assert.IsFalse(Reveal(journal, 3, 1, s_three));
    }

    [TestMethod]
    [DataRow("paused")]
    [DataRow("rejected")]
    [DataRow("ended")]
    public void No_share_is_shown_once_the_journal_says_that_the_study_is_not_wanted(string what)
    {
        using var folder = new TestFolder();
        using var journal = Open(folder);
        journal.Record(
            what switch
            {
                "paused" => new JournalEntry.Paused(true),
                "rejected" => new JournalEntry.Decided(JournalLines.Plan, false, "someone", DateTimeOffset.UnixEpoch, ""),
                _ => new JournalEntry.Ended(JournalLines.Plan, Completed: false),
            }
        );
        var lines = journal.Lines;

        Assert.IsFalse(Reveal(journal, 1, 1, s_three));

        Assert.AreEqual(lines, journal.Lines, "what is refused is not written");
    }

    /// <summary>A journal that knows inputs of two attempts at round 1, and of one at round 2.</summary>
    private static SiteJournal Open(TestFolder folder)
    {
        var journal = JournalLines.Open(folder);
        foreach (var (round, attempt) in new[] { (1u, 1u), (1u, 2u), (2u, 1u) })
        {
            Assert.IsTrue(journal.TryRelease(JournalLines.Plan, JournalLines.Attempt(round, attempt), JournalLines.Vector, out _));
        }

        return journal;
    }

    private static SiteJournal Restarted(SiteJournal journal, TestFolder folder)
    {
        journal.Dispose();
        return JournalLines.Open(folder);
    }

    private static bool Reveal(SiteJournal journal, uint round, uint attempt, ImmutableArray<SiteName> survivors) =>
        journal.TryReveal(new JournalEntry.Revealed(JournalLines.Plan, JournalLines.Attempt(round, attempt), survivors, Digest.Of("h3"u8)));

    private static ImmutableArray<SiteName> Sites(params ReadOnlySpan<string> names)
    {
        var sites = ImmutableArray.CreateBuilder<SiteName>(names.Length);
        foreach (var name in names)
        {
            sites.Add(SiteName.Parse(name));
        }

        return sites.MoveToImmutable();
    }
}
