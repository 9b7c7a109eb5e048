using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Plans;
using Federated.Federation.Schemas;
using Federated.Federation.Steps;

namespace Federated.Fixtures;

/// <summary>A small valid plan that a test changes in one place.</summary>
internal static class SamplePlan
{
    /// <summary>Logistic regression on three features (width 3), two rounds of FedAvg; equal weights, every site needed. Valid for two sites and more.</summary>
    public static StudyPlan For(params IReadOnlyCollection<string> sites) =>
        new()
        {
            Name = "a study",
            Purpose = "Shows what a test wants to show.",
            Sites = [.. sites.Order(StringComparer.Ordinal).Select(site => new PlanSite(SiteName.Parse(site), 1))],
            Schema = "heart-disease-v1",
            Features = [new("age"), new("sex"), new("thalach", 140)],
            Outcome = new OutcomeSpec("num", 0),
            Holdout = new HoldoutPlan("a split key of the tests", 0.25),
            Model = new ModelPlan
            {
                Kind = "logistic",
                Hidden = [],
                Seed = 7,
            },
            Training = new TrainingPlan
            {
                Mode = "fedavg",
                Rounds = 2,
                LocalEpochs = 1,
                BatchSize = 8,
                LearningRate = 0.1,
                WeightDecay = 0,
                Seed = 7,
            },
            Server = new ServerOptimizer.Sgd(1, 0),
            Aggregation = new AggregationPlan
            {
                ScaleBits = 20,
                Bound = 8,
                Suite = 1,
                Colluders = Thresholds.UsualColluders(sites.Count),
                MinimumSites = sites.Count,
                AllowPair = sites.Count == 2,
                Attempts = 3,
                Timeout = TimeSpan.FromSeconds(30),
            },
            EvaluateEvery = 1,
            Privacy = null,
        };

    /// <summary>The same of alpha, beta, gamma and delta, three of which are enough: a round may be one without alpha.</summary>
    public static StudyPlan ThreeOfFour() => ThreeOf("alpha", "beta", "gamma", "delta");

    /// <summary>A plan of these sites, three of which are enough; of four, n = 4, c = 1, t = q = m = 3.</summary>
    public static StudyPlan ThreeOf(params IReadOnlyCollection<string> sites)
    {
        var plan = For(sites);
        return plan with { Aggregation = plan.Aggregation with { MinimumSites = 3 } };
    }

    /// <summary>The same with hidden layers.</summary>
    public static StudyPlan WithHidden(this StudyPlan plan, params ReadOnlySpan<int> widths) =>
        plan with
        {
            Model = plan.Model with { Kind = "mlp", Hidden = [.. widths] },
        };

    /// <summary>The plan's hash.</summary>
    public static Digest Hash(this StudyPlan plan) => Digest.Of(plan.ToBytes());
}
