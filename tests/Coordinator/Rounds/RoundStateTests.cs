using Federated.Coordinator.Rounds;
using Federated.Federation;

namespace Federated.Coordinator.Tests.Rounds;

/// <summary>
/// All transitions of an attempt by a, b and c that needs two vectors. A script says what happens in order: <c>a</c> a vector of site a,
/// <c>-a</c> a refusal of site a, <c>deadline</c> the end of the time.
/// </summary>
[TestClass]
public sealed class RoundStateTests
{
    [TestMethod]
    [DataRow("", "collecting", DisplayName = "an invitation alone changes nothing")]
    [DataRow("a", "collecting a", DisplayName = "one of three: wait")]
    [DataRow("a b", "collecting a b", DisplayName = "enough, but the third may still come")]
    [DataRow("a b c", "complete a b c", DisplayName = "all came: no need to wait for the deadline")]
    [DataRow("c b a", "complete a b c", DisplayName = "in any order")]
    [DataRow("a b -c", "complete a b", DisplayName = "the third declined: everybody has spoken")]
    [DataRow("-c a b", "complete a b", DisplayName = "the refusal may come first")]
    [DataRow("a b deadline", "complete a b", DisplayName = "enough at the deadline")]
    [DataRow(
        "a deadline",
        "failed 1 vectors of at least 2 came (b: no vector in time; c: no vector in time).",
        DisplayName = "too few at the deadline"
    )]
    [DataRow(
        "-a deadline",
        "failed 0 vectors of at least 2 came (a: busy; b: no vector in time; c: no vector in time).",
        DisplayName = "refused and silent are told apart"
    )]
    [DataRow(
        "deadline",
        "failed 0 vectors of at least 2 came (a: no vector in time; b: no vector in time; c: no vector in time).",
        DisplayName = "nobody came"
    )]
    [DataRow("a -b -c", "failed 1 vectors of at least 2 came (b: busy; c: busy).", DisplayName = "too few left: fail at once")]
    [DataRow(
        "-a -b -c",
        "failed 0 vectors of at least 2 came (a: busy; b: busy; c: busy).",
        DisplayName = "everybody declined: fail at once"
    )]
    [DataRow("a -a", "collecting a", DisplayName = "a refusal after the vector changes nothing")]
    [DataRow("-a -a", "collecting -a", DisplayName = "a second refusal changes nothing")]
    [DataRow("-x", "collecting", DisplayName = "a stranger's refusal changes nothing")]
    [DataRow("a b c deadline", "complete a b c", DisplayName = "a timer that fires late finds nothing to do")]
    [DataRow("a b deadline -c", "complete a b", DisplayName = "a refusal that comes late finds nothing to do")]
    [DataRow(
        "a deadline deadline",
        "failed 1 vectors of at least 2 came (b: no vector in time; c: no vector in time).",
        DisplayName = "a failure is final"
    )]
    [DataRow(
        "a deadline -b",
        "failed 1 vectors of at least 2 came (b: no vector in time; c: no vector in time).",
        DisplayName = "a failure is final for refusals too"
    )]
    public void An_attempt_goes_where_the_script_leads(string script, string end) => Assert.AreEqual(end, Text(After(script)));

    [TestMethod]
    [DataRow("", "a", nameof(Verdict.Fresh), DisplayName = "the first vector of an invited site")]
    [DataRow("b", "a", nameof(Verdict.Fresh), DisplayName = "another site's vector is no obstacle")]
    [DataRow("a", "a", nameof(Verdict.Same), DisplayName = "the same bytes again, after a lost answer")]
    [DataRow("a", "a'", nameof(Verdict.Different), DisplayName = "other bytes: the first stand")]
    [DataRow("-a", "a", nameof(Verdict.Refused), DisplayName = "a site that declined has no say left")]
    [DataRow("", "x", nameof(Verdict.Refused), DisplayName = "a site that was not invited")]
    [DataRow("a b c", "a", nameof(Verdict.Same), DisplayName = "the same bytes after the attempt is complete")]
    [DataRow("a b c", "a'", nameof(Verdict.Different), DisplayName = "other bytes after the attempt is complete")]
    [DataRow("a b deadline", "c", nameof(Verdict.Late), DisplayName = "a site that missed the deadline")]
    [DataRow("a b c", "x", nameof(Verdict.Late), DisplayName = "a stranger after the attempt is complete")]
    [DataRow("a deadline", "b", nameof(Verdict.Late), DisplayName = "a vector after the attempt failed")]
    [DataRow("a deadline", "a", nameof(Verdict.Late), DisplayName = "even the same bytes, whose sum is gone")]
    public void A_vector_is_judged_without_changing_anything(string script, string vector, string verdict)
    {
        var state = After(script);
        var before = Text(state);

        Assert.AreEqual(verdict, state.Judge(Site(vector[..1]), DigestOf(vector)).GetType().Name);

        Assert.AreEqual(before, Text(state));
    }

    [TestMethod]
    [DataRow("a", "a", DisplayName = "a vector that is there")]
    [DataRow("a", "a'", DisplayName = "other bytes")]
    [DataRow("", "x", DisplayName = "a stranger's")]
    [DataRow("a b c", "a", DisplayName = "after the end")]
    public void Adding_what_was_not_judged_fresh_is_a_bug(string script, string vector) =>
        Assert.ThrowsExactly<InvalidOperationException>(() => After(script).After(Site(vector[..1]), DigestOf(vector)));

    [TestMethod]
    public void An_attempt_with_fewer_sites_than_the_minimum_fails_before_it_begins()
    {
        Assert.AreEqual("failed 1 sites are ready; the plan wants at least 2.", Text(RoundState.Invite([Site("a")], 2)));
        Assert.AreEqual("collecting", Text(RoundState.Invite([Site("a"), Site("b")], 2)));
    }

    [TestMethod]
    public void A_refused_site_is_told_why()
    {
        var stranger = (Verdict.Refused)After("").Judge(Site("x"), DigestOf("x"));
        var decliner = (Verdict.Refused)After("-a").Judge(Site("a"), DigestOf("a"));

        Assert.AreEqual("x was not invited to this attempt; wait for the next invitation.", stranger.Reason);
        Assert.AreEqual("a declined this attempt; wait for the next invitation.", decliner.Reason);
    }

    private static RoundState After(string script)
    {
        var state = RoundState.Invite([Site("a"), Site("b"), Site("c")], 2);
        foreach (var step in script.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            state = step switch
            {
                "deadline" => state.AfterDeadline(),
                ['-', .. var site] => state.AfterRefusal(Site(site), "busy"),
                _ => state.After(Site(step), DigestOf(step)),
            };
        }

        return state;
    }

    private static string Text(RoundState state) =>
        state switch
        {
            RoundState.Collecting s => string.Join(' ', ["collecting", .. s.Received.Keys, .. s.Refused.Keys.Select(k => $"-{k}")]),
            RoundState.Complete s => $"complete {string.Join(' ', s.Received.Keys)}",
            RoundState.Failed s => $"failed {s.Reason}",
            _ => throw new InvalidOperationException(),
        };

    private static SiteName Site(string name) => SiteName.Parse(name);

    private static Digest DigestOf(string text) => Digest.Of(System.Text.Encoding.UTF8.GetBytes(text));
}
