using System.Text;
using Federated.Data;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Hosting;

namespace Federated.Cli.Demo;

/// <summary>One hospital's rows, split.</summary>
internal sealed record SplitSite(SiteName Name, EncodedRows Train, EncodedRows Test)
{
    private const string MorePatients = "give more patients, or another split with --seed";

    /// <summary>Splits every hospital's rows as its node will.</summary>
    /// <exception cref="OperatorException">A hospital has nobody to train on, so its node would decline; or nobody at all is held out.</exception>
    internal static IReadOnlyList<SplitSite> Of(StudyPlan plan, IReadOnlyList<DemoSite> sites)
    {
        var holdout = new HoldoutSplit(Encoding.UTF8.GetBytes(plan.Holdout.Key), plan.Holdout.Fraction);
        var faults = new List<string>();
        var split = new List<SplitSite>();
        foreach (var site in sites)
        {
            var rows = FeatureEncoder.Encode(plan.Layout, plan.Outcome, site.Table).Rows;
            var (train, test) = holdout.Apply(rows);
            split.Add(new SplitSite(site.Name, train, test));
            if (train.Count == 0)
            {
                faults.Add(
                    $"{site.File}: nobody is left to train on at site {site.Name}: rows {site.Table.Rows}, usable {rows.Count}, held out for testing {test.Count}."
                );
            }
        }

        if (faults.Count > 0)
        {
            throw new OperatorException(string.Join("\n", faults), MorePatients);
        }

        return split.Any(site => site.Test.Count > 0)
            ? split
            : throw new OperatorException(
                $"Nobody is held out for testing at {string.Join(", ", split.Select(site => $"site {site.Name}"))}: no model could be scored.",
                MorePatients
            );
    }
}
