using System.Collections.Immutable;
using Federated.Federation.Aggregation;
using Federated.Federation.Schemas;
using Federated.Federation.Steps;

namespace Federated.Federation.Plans;

/// <summary>
/// The heart-disease study that a demonstration runs and the benchmarks measure: its features and the settings of its training stand here once.
/// The settings were chosen by <c>fed-bench tune-default</c>, from training rows of that benchmark, of the demonstration and of synthetic hospitals.
/// </summary>
public static class DefaultStudy
{
    /// <summary>Rounds of the study.</summary>
    public const int Rounds = 40;

    /// <summary>Rounds between two scorings at the sites.</summary>
    public const int EvaluateEvery = 10;

    /// <summary>Seed where nobody wants another.</summary>
    public const int Seed = 1;

    /// <summary>
    /// Everything that most hospitals record. Stand-ins for missing values are round clinical figures, chosen without looking at any site's patients;
    /// indicators tell the model that a value was not measured.
    /// </summary>
    public static ImmutableArray<FeatureSpec> Features { get; } =
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

    /// <summary>The network of a kind.</summary>
    /// <param name="kind">One of <see cref="ModelPlan.Kinds"/>.</param>
    /// <param name="seed">Of the initial parameters.</param>
    public static ModelPlan Model(string kind, int seed) =>
        new()
        {
            Kind = kind,
            Hidden = kind == "mlp" ? [32, 16] : [],
            Seed = seed,
        };

    /// <summary>What a site does in a round.</summary>
    /// <param name="mode">One of <see cref="TrainingPlan.Modes"/>.</param>
    /// <param name="rounds">At least 1.</param>
    /// <param name="seed">Of the shuffles.</param>
    public static TrainingPlan Training(string mode, int rounds, int seed) =>
        new()
        {
            Mode = mode,
            Rounds = rounds,
            LocalEpochs = 2,
            BatchSize = mode == "fedavg" ? 64 : 0,
            LearningRate = 0.3,
            WeightDecay = 0.01,
            Seed = seed,
        };

    /// <summary>What everybody does with the sum.</summary>
    public static ServerOptimizer.Sgd Server(string mode) => new ServerOptimizer.Sgd(1, mode == "fedavg" ? 0.5 : 0.9);

    /// <summary>
    /// How sums of so many sites are made: the finest grid of one coordinate within ±8; a quarter of the sites may be missing where the thresholds allow it.
    /// A pair is not allowed here: whoever wants one says so.
    /// </summary>
    public static AggregationPlan Aggregation(int sites)
    {
        var grid = ReleaseGrid.Finest(bound: 8, sites);
        var colluders = Thresholds.UsualColluders(sites);
        return new AggregationPlan
        {
            ScaleBits = grid.ScaleBits,
            Bound = grid.Bound,
            Suite = AggregationPlan.Suites[0],
            Colluders = colluders,
            MinimumSites = Math.Max(Thresholds.LeastMinimum(sites, colluders), sites - (sites / 4)),
            AllowPair = false,
            Attempts = 3,
            Timeout = TimeSpan.FromSeconds(120),
        };
    }

    /// <summary>The whole plan, without privacy.</summary>
    /// <param name="name">The study's name.</param>
    /// <param name="purpose">Why it is done.</param>
    /// <param name="sites">The roster, in any order.</param>
    /// <param name="holdout">Which patients are kept out of training.</param>
    /// <param name="kind">One of <see cref="ModelPlan.Kinds"/>.</param>
    /// <param name="mode">One of <see cref="TrainingPlan.Modes"/>.</param>
    /// <param name="rounds">At least 1.</param>
    /// <param name="seed">Of initial parameters and shuffles.</param>
    public static StudyPlan Of(
        string name,
        string purpose,
        IReadOnlyList<PlanSite> sites,
        HoldoutPlan holdout,
        string kind,
        string mode,
        int rounds,
        int seed
    ) =>
        new()
        {
            Name = name,
            Purpose = purpose,
            Sites = [.. sites.OrderBy(site => site.Name)],
            Schema = CohortSchema.HeartDisease.Name,
            Features = Features,
            Outcome = OutcomeSpec.For(CohortSchema.HeartDisease),
            Holdout = holdout,
            Model = Model(kind, seed),
            Training = Training(mode, rounds, seed),
            Server = Server(mode),
            Aggregation = Aggregation(sites.Count),
            EvaluateEvery = EvaluateEvery,
            Privacy = null,
        };
}
