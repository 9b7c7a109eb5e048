using System.Globalization;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.Privacy;
using Federated.Privacy.Plans;

namespace Federated.Cli.Demo;

/// <summary>The study that a demonstration runs.</summary>
internal static class DemoPlan
{
    /// <summary>Share of patients kept for testing.</summary>
    private const double HeldOut = 0.33;

    /// <summary>With --chaos: so much training that a kill can hit it.</summary>
    private const int EpochsOfChaos = 10;

    /// <summary>Most kills that a demonstration of chaos makes before its end, each of which may cost an attempt.</summary>
    private const int SparesOfChaos = 200;

    /// <summary>Refuses what no plan could promise, before anything is written.</summary>
    /// <exception cref="OperatorException">ε or δ is outside its range.</exception>
    internal static void RefuseNoPromise(DemoOptions options)
    {
        if (options.Epsilon is { } epsilon && !(epsilon is > 0 and <= PrivacyPlan.MostEpsilon)) // written so that NaN is refused
        {
            throw new OperatorException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"--epsilon {epsilon} is no promise: it is above 0, to {PrivacyPlan.MostEpsilon} at most."
                ),
                "1 to 8 is usual, less is more private; leave it out for sums without noise"
            );
        }

        if (options.Epsilon is not null && Delta.Fault(options.Delta) is { } fault)
        {
            throw new OperatorException($"--delta: {fault}", "use less than one in the number of patients; 1e-5 is usual");
        }
    }

    /// <summary>The same with the promise that was asked for.</summary>
    /// <param name="plan">The plan without it.</param>
    /// <param name="options">With an epsilon.</param>
    /// <param name="patients">Training patients of all sites together. A real study takes last year's public figures; here they are rounded to two digits.</param>
    /// <exception cref="OperatorException">No noise keeps that promise.</exception>
    internal static StudyPlan Private(StudyPlan plan, DemoOptions options, int patients)
    {
        if (options.Chaos is null)
        {
            // Whoever may be missing adds no noise, so the others would add more: with everybody there, each adds least.
            plan = plan with
            {
                Aggregation = plan.Aggregation with { MinimumSites = plan.Sites.Length },
            };
        }

        var privacy = new PrivacyPlan
        {
            Unit = "patient",
            Epsilon = options.Epsilon!.Value,
            Delta = options.Delta,
            Clipping = "flat",
            ClippingNorm = DefaultPrivateStudy.ClippingNorm,
            SamplingRate = 1,
            ExpectedPatients = TwoDigits(patients),
            Noise = plan.Sites.Length == 2 ? "local" : "shared", // of two, each is the other's only neighbour
            NoiseMultiplier = 0,
            NoiseFloor = 0,
            SpareReleases = options.Chaos is null ? 2 : SparesOfChaos,
            Evaluation = new EvaluationPlan
            {
                Bins = DefaultPrivateStudy.Bins,
                NoiseMultiplier = 0,
                ScaleBits = 0,
                Bound = 0,
                SpareReleases = options.Chaos is null ? 1 : 20,
            },
        };
        return DefaultPrivateStudy.Of(plan, privacy, options.Rounds) switch
        {
            PlanCompletionResult.Completed completed => completed.Plan,
            PlanCompletionResult.Impossible impossible => throw new OperatorException(
                $"This promise cannot be kept: {string.Join(" ", impossible.Faults)}",
                "choose another --epsilon or --delta"
            ),
            _ => throw new InvalidOperationException("A promise can be kept or not."),
        };
    }

    private static int TwoDigits(int patients)
    {
        var unit = (int)Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(Math.Max(1, patients))) - 1));
        return Math.Max(1, (patients + (unit / 2)) / unit * unit);
    }

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
