using System.Collections.Immutable;
using System.Globalization;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Plans;
using Federated.Federation.Schemas;
using Federated.Federation.Steps;

namespace Federated.Cli.Demo;

/// <summary>The study that a demonstration runs.</summary>
internal static class DemoPlan
{
    /// <summary>
    /// Everything that most hospitals record. Stand-ins for missing values are round clinical figures, chosen without looking at any site's patients;
    /// indicators tell the model that a value was not measured.
    /// </summary>
    internal static ImmutableArray<FeatureSpec> Features { get; } =
    [
        new("age"),
        new("sex"),
        new("cp"),
        new("trestbps", 130, MissingIndicator: true),
        new("chol", 240, MissingIndicator: true),
        new("fbs", 0, MissingIndicator: true),
        new("restecg", 0),
        new("thalach", 140),
        new("exang", 0),
        new("oldpeak", 1),
    ];

    /// <summary>The plan for these sites; equal weights, which are public.</summary>
    internal static StudyPlan For(DemoOptions options, IReadOnlyList<SiteName> sites)
    {
        var grid = ReleaseGrid.Finest(bound: 8, sites.Count);
        return new StudyPlan
        {
            Name = $"demo {options.Seed.ToString(CultureInfo.InvariantCulture)}",
            Purpose = "Demonstration: risk of coronary disease (more than 50 % narrowing) from routine measurements.",
            Sites = [.. sites.Order().Select(site => new PlanSite(site, 1))],
            Schema = CohortSchema.HeartDisease.Name,
            Features = Features,
            Outcome = OutcomeSpec.For(CohortSchema.HeartDisease),
            Holdout = new HoldoutPlan($"federated-demo-split-{options.Seed.ToString(CultureInfo.InvariantCulture)}", 0.33),
            Model = new ModelPlan
            {
                Kind = options.Model,
                Hidden = options.Model == "mlp" ? [32, 16] : [],
                Seed = options.Seed,
            },
            Training = new TrainingPlan
            {
                Mode = options.Mode,
                Rounds = options.Rounds,
                LocalEpochs = 1,
                BatchSize = options.Mode == "fedavg" ? 16 : 0,
                LearningRate = 0.1,
                WeightDecay = 0.001,
                Seed = options.Seed,
            },
            Server = options.Mode == "fedavg" ? new ServerOptimizer(1, 0.5) : new ServerOptimizer(1, 0.9),
            Aggregation = new AggregationPlan
            {
                ScaleBits = grid.ScaleBits,
                Bound = grid.Bound,
                MinimumSites = Math.Max(1, sites.Count - (sites.Count / 4)),
                Attempts = 3,
                Timeout = TimeSpan.FromSeconds(120),
            },
            EvaluateEvery = 10,
            Privacy = "none",
        };
    }
}
