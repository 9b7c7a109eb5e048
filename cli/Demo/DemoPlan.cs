using System.Globalization;
using Federated.Federation;
using Federated.Federation.Plans;

namespace Federated.Cli.Demo;

/// <summary>The study that a demonstration runs.</summary>
internal static class DemoPlan
{
    /// <summary>Share of patients kept for testing.</summary>
    private const double HeldOut = 0.33;

    /// <summary>With --chaos: so much training that a kill can hit it.</summary>
    private const int EpochsOfChaos = 40;

    /// <summary>
    /// The plan for these sites; equal weights, which are public. Whoever asked for two sites accepts what a pair is: <see cref="DemoRun"/> says it.
    /// </summary>
    internal static StudyPlan For(DemoOptions options, IReadOnlyList<SiteName> sites)
    {
        var seed = options.Seed.ToString(CultureInfo.InvariantCulture);
        var plan = DefaultStudy.Of(
            $"demo {seed}",
            "Demonstration: risk of coronary disease (more than 50 % narrowing) from routine measurements.",
            [.. sites.Select(site => new PlanSite(site, 1))],
            new HoldoutPlan($"federated-demo-split-{seed}", HeldOut),
            options.Model,
            options.Mode,
            options.Rounds,
            options.Seed
        );
        if (options.Chaos is not null)
        {
            plan = plan with { Training = plan.Training with { LocalEpochs = EpochsOfChaos } };
        }

        return plan with
        {
            Aggregation = plan.Aggregation with { AllowPair = sites.Count == 2 },
        };
    }
}
