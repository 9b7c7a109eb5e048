using System.Globalization;
using Federated.Audit;
using Federated.Federation.Documents;

namespace Federated.Verifier;

/// <summary>A verdict for people and for scripts.</summary>
internal static class VerdictText
{
    /// <summary>One line, or with lines before it that people should read. The last one is the verdict.</summary>
    /// <param name="verdict">What the audit came to.</param>
    /// <param name="isRootGiven">True if the caller brought the root; otherwise somebody has to compare its fingerprint.</param>
    internal static string Lines(AuditVerdict verdict, bool isRootGiven) =>
        verdict switch
        {
            AuditVerdict.Failed { Fault: var fault } => $"FAILED at {fault.Place}: {fault.Reason}",
            AuditVerdict.Verified { Figures: var figures } => string.Join('\n', [.. Notes(figures, isRootGiven), Verified(figures)]),
            _ => throw new ArgumentException("There is no such verdict.", nameof(verdict)),
        };

    /// <summary>One JSON object on one line.</summary>
    internal static string Json(AuditVerdict verdict) =>
        (
            verdict switch
            {
                AuditVerdict.Failed { Fault: var fault } => new CanonicalJson()
                    .Add("verified", false)
                    .Add("place", fault.Place)
                    .Add("reason", fault.Reason),
                AuditVerdict.Verified { Figures: var figures } => new CanonicalJson()
                    .Add("verified", true)
                    .Add("entries", figures.Entries)
                    .Add("studies", figures.Studies)
                    .Add("sites", figures.Sites)
                    .Add("rounds", figures.Rounds)
                    .Add("recomputed", figures.Recomputed)
                    .Add("charges", figures.Charges)
                    .Add("cosigned", figures.Cosigned)
                    .Add("given", figures.Given)
                    .Add("aborted", figures.Anomalies.Aborted)
                    .Add("refusals", figures.Anomalies.Refusals)
                    .Add("misbehaviour", figures.Anomalies.Misbehaviour)
                    .Add("disputed", figures.Anomalies.Disputed)
                    .Add("unregistered_lines", figures.Unregistered.Lines)
                    .Add("unregistered_plans", figures.Unregistered.Plans.Select(plan => plan.ToString()))
                    .Add("root", figures.Root.ToString()),
                _ => throw new ArgumentException("There is no such verdict.", nameof(verdict)),
            }
        ).ToString();

    private static string Verified(AuditFigures figures) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"verified: {Count(figures.Entries, "entry", "entries")}, {Count(figures.Studies, "study", "studies")}, {Count(figures.Sites, "site", "sites")}, {Count(figures.Rounds, "round", "rounds")}{(figures.Recomputed == 0 ? "" : $" ({Count(figures.Recomputed, "sum", "sums")} computed again)")}, {Count(figures.Charges, "charge", "charges")}; cosigned by {Count(figures.Cosigned, "site", "sites")}{(figures.Given == 0 ? "" : $"; with {Count(figures.Given, "file", "files")} of sites and researchers")}"
        );

    private static IEnumerable<string> Notes(AuditFigures figures, bool isRootGiven)
    {
        var (aborted, refusals, misbehaviour, disputed) = figures.Anomalies;
        if (misbehaviour > 0)
        {
            yield return $"read {Count(misbehaviour, "entry", "entries")} with evidence of misbehaviour: fed audit show DIR --type misbehaviour";
        }

        if (disputed > 0)
        {
            yield return $"in {Count(disputed, "attempt", "attempts")} without a sum, sites were charged for different cohorts: compare h2 in fed audit show DIR --type privacy.charged";
        }

        if (aborted + refusals > 0)
        {
            yield return $"{Count(aborted, "attempt", "attempts")} failed, and sites refused {Count(refusals, "time", "times")}: fed audit show DIR --type round.aborted, --type refusal";
        }

        if (figures.Unregistered is { Lines: > 0, Plans: var plans } unregistered)
        {
            const int mostNamed = 10;
            var more = plans.Count > mostNamed ? $" and {plans.Count - mostNamed} more, which --json names" : "";
            yield return $"{Count(unregistered.Lines, "line", "lines")} of {Count(plans.Count, "study", "studies")} that this log never registered stand in sites' files, and nothing here covers them: ask the site whether they are from before this log or from another consortium, or were hidden from it. Plans: {string.Join(", ", plans.Take(mostNamed).Select(plan => plan.Abbreviated))}{more}";
        }

        if (figures.Rounds > figures.Recomputed)
        {
            var sums = figures.Rounds - figures.Recomputed;
            yield return $"{Count(sums, "sum rests", "sums rest")} on the coordinator's word, without masked inputs to compute {(sums == 1 ? "it" : "them")} again: fed audit hold, fed audit fetch --inputs";
        }

        if (!isRootGiven)
        {
            yield return $"everything rests on the root certificate with SHA-256 {figures.Root}: compare it with what the consortium published, or give --root";
        }
    }

    private static string Count(long number, string one, string more) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : more)}");
}
