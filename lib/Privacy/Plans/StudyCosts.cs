using System.Globalization;
using Federated.Federation;
using Federated.Privacy.Accountants;
using Federated.Privacy.Events;

namespace Federated.Privacy.Plans;

/// <summary>What one release adds to what a study has cost at one site, as the audit log says it. Follows from the plan and from how many releases there were.</summary>
/// <param name="Unit">What neighbouring data sets differ in.</param>
/// <param name="LocalNoise">σ_loc: standard deviation of this site's noise, in steps of the grid: a whole number, as text.</param>
/// <param name="HonestShares">h: shares of noise that are in any sum.</param>
/// <param name="SamplingBound">Not below the probability with which a patient is in it.</param>
/// <param name="Epsilon">Spent so far with this release, at the plan's δ, where at most the plan's colluders collude.</param>
/// <param name="EpsilonFloor">The same where all others collude.</param>
public sealed record ReleaseCost(
    string Unit,
    string LocalNoise,
    int HonestShares,
    double SamplingBound,
    double Epsilon,
    double EpsilonFloor
)
{
    /// <summary>How noise is drawn, as a fixed word.</summary>
    public const string Mechanism = "discrete-gaussian";

    /// <summary>Decimals of <see cref="SamplingBound"/> and of each epsilon in the log, rounded up.</summary>
    public const int Decimals = 6;
}

/// <summary>
/// What releases of a private study cost, one after the other: the same for a site that charges its ledger, and for an auditor who computes it again. Remembers
/// what it computed; not thread-safe.
/// </summary>
/// <param name="releases">Of a plan that keeps its promise.</param>
public sealed class StudyCosts(StudyReleases releases)
{
    private readonly Dictionary<(bool IsEvaluation, bool IsFloor, int Count), double> _bounds = [];

    /// <summary>ε of the plan's promise.</summary>
    public double Promise => releases.Privacy.Epsilon;

    /// <summary>True if a round releases the evaluation.</summary>
    public bool IsEvaluation(RoundNumber round) => releases.Plan.EvaluationIn(round) is not null;

    /// <summary>Releases of a kind that the promise pays for.</summary>
    public int MostReleases(bool isEvaluation) => isEvaluation ? releases.EvaluationReleases : releases.TrainingReleases;

    /// <summary>What a release is said to cost, that makes so many of each kind.</summary>
    /// <param name="training">Releases of training with this one, 0 to what the promise pays for.</param>
    /// <param name="evaluations">Evaluations with this one, likewise.</param>
    /// <param name="isEvaluation">Which of the two this one is.</param>
    /// <remarks>Training and held-out patients are others: what a study has spent is the larger of the two.</remarks>
    public ReleaseCost After(int training, int evaluations, bool isEvaluation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(training, MostReleases(false));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(evaluations, MostReleases(true));
        var terms = isEvaluation ? releases.Evaluation! : releases.Training;
        return new ReleaseCost(
            releases.Privacy.Unit,
            terms.Grid.ShareSigma.ToString(CultureInfo.InvariantCulture),
            terms.Grid.Terms.HonestShares,
            isEvaluation ? 1 : releases.Privacy.SamplingRate,
            Math.Max(Bound(false, false, training), Bound(true, false, evaluations)),
            Math.Max(Bound(false, true, training), Bound(true, true, evaluations))
        );
    }

    private double Bound(bool isEvaluation, bool isFloor, int count)
    {
        if (count == 0)
        {
            return 0;
        }

        if (!_bounds.TryGetValue((isEvaluation, isFloor, count), out var bound))
        {
            var terms = isEvaluation ? releases.Evaluation! : releases.Training;
            PrivacyEvent release = isFloor ? terms.FloorEvent : terms.Event;
            bound = PldAccountant.Bound(release.Times(count), releases.Delta).Epsilon.Value;
            _bounds[(isEvaluation, isFloor, count)] = bound;
        }

        return bound;
    }
}
