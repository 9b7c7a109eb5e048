using System.Globalization;
using System.Security.Cryptography;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Simulation;
using Federated.SecureAggregation.Suites;

namespace Federated.Bench.SecureAggregation;

/// <summary>The terms of a measured round, and its parties.</summary>
internal sealed class BenchConsortium
{
    internal BenchConsortium(int sites, int dimension, int dropouts, Suite suite)
    {
        var names = Enumerable
            .Range(0, sites)
            .Select(i => SiteName.Parse(string.Create(CultureInfo.InvariantCulture, $"site-{i:d4}")))
            .ToArray();
        var colluders = Thresholds.UsualColluders(sites);
        Grid = ReleaseGrid.Finest(bound: 8, sites);
        var study = new StudyTerms
        {
            Study = "bench",
            PlanHash = Digest.Of("a plan"u8),
            Roster = [.. names],
            Suite = suite,
            Colluders = colluders,
            MinimumSurvivors = Math.Max(Thresholds.LeastMinimum(sites, colluders), sites - dropouts),
            AllowPair = sites == 2,
            Format = new LaneFormat(ReleaseGrid.LaneBits),
            Dimension = dimension,
            InputBound = Grid.LaneBound,
        };
        Parties = new LocalConsortium(study, RandomNumberGenerator.Fill);
    }

    internal StudyTerms Study => Parties.Study;

    internal ReleaseGrid Grid { get; }

    internal LocalConsortium Parties { get; }
}
