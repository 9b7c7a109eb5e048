using Federated.Federation.Plans;
using Federated.Federation.Steps;

namespace Federated.Privacy.Plans;

/// <summary>
/// The settings of private training that a demonstration runs and the benchmarks measure. They follow from epsilon, delta and public figures by a rule, which was chosen on
/// training rows only (<c>fed bench privacy-utility</c>, bench/RESULTS.md): few large steps, each over every patient, and the mean of the last models.
/// </summary>
public static class DefaultPrivateStudy
{
    /// <summary>Rounds: with every patient in each, more of them gain nothing.</summary>
    public const int Rounds = 32;

    /// <summary>L2 bound of a patient's gradient, over features scaled to about ±1.</summary>
    public const double ClippingNorm = 0.75;

    /// <summary>Bins of the evaluation.</summary>
    public const int Bins = 20;

    /// <summary>How far noise alone may carry a parameter over the whole training, in its standard deviations.</summary>
    public const double MostDrift = 0.46;

    /// <summary>How far the gradient alone could carry it, were it always at the clipping norm.</summary>
    public const double LongestPath = 90;

    /// <summary>Share of the rounds, from the end, whose models are averaged.</summary>
    public const double AveragedShare = 0.25;

    /// <summary>Learning rates are written in steps of this size, and are one step at least.</summary>
    private const double RateStep = 1e-4;

    /// <summary>Turns a plan into federated DP-SGD with these settings, complete.</summary>
    /// <param name="plan">Whose roster, features, model, held-out patients and thresholds stay.</param>
    /// <param name="privacy">The promise: ε, δ, and whether noise is shared. Its other numbers are replaced.</param>
    /// <param name="rounds">At least 1; <see cref="Rounds"/> is usual.</param>
    public static PlanCompletionResult Of(StudyPlan plan, PrivacyPlan privacy, int rounds)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(privacy);
        var draft = plan with
        {
            Training = plan.Training with { Mode = "fedsgd", Rounds = rounds, BatchSize = 0, WeightDecay = 0 },
            Privacy = privacy with { ClippingNorm = ClippingNorm, SamplingRate = 1, NoiseMultiplier = 0 },
        };
        draft = draft with { Aggregation = draft.Aggregation with { Bound = draft.UsualBound } };
        var result = PlanCompletion.Complete(draft);
        return result is PlanCompletionResult.Completed { Plan: var complete }
            ? new PlanCompletionResult.Completed(complete with { Server = Optimizer(complete) })
            : result;
    }

    /// <summary>As little step as the noise asks for, and as large as the gradient bears.</summary>
    private static ServerOptimizer.Sgd Optimizer(StudyPlan plan)
    {
        var privacy = plan.Privacy!;
        var sites = plan.Sites.Length;
        var noise = privacy.NoiseMultiplier * Math.Sqrt((double)sites / StudyReleases.HonestShares(plan));
        var rounds = plan.Training.Rounds;
        var byNoise = MostDrift * privacy.ExpectedPatients / (Math.Sqrt(rounds) * privacy.ClippingNorm * noise);
        var byGradient = LongestPath / (rounds * privacy.ClippingNorm);
        var rate = Math.Min(byNoise, byGradient);
        rate = plan.Model.Kind == "mlp" ? Math.Min(rate / 3, 2) : rate; // hidden layers bear less
        return new ServerOptimizer.Sgd(Math.Max(RateStep, Math.Round(rate, 4)), 0)
        {
            AverageFrom = Math.Min(rounds, (int)Math.Round(rounds * (1 - AveragedShare)) + 1), // the last model at least
        };
    }
}
