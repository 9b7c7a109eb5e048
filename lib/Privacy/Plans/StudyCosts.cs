using System.Collections.Immutable;
using System.Globalization;
using Federated.Federation;
using Federated.Privacy.Accountants;
using Federated.Privacy.Events;

namespace Federated.Privacy.Plans;

/// <summary>What the audit log says that a site's releases of a study cost so far. Follows from the plan and from how many there were.</summary>
/// <param name="Mechanism">How noise is drawn, as a fixed word.</param>
/// <param name="Unit">What neighbouring data sets differ in.</param>
/// <param name="LocalNoise">σ_loc: standard deviation of this site's noise, in steps of the grid: a whole number, as text.</param>
/// <param name="HonestShares">h: shares of noise that are in any sum.</param>
/// <param name="SamplingBound">Not below the probability with which a patient is in it.</param>
/// <param name="Epsilon">Spent so far with this release, at the plan's δ, where at most the plan's colluders collude.</param>
/// <param name="EpsilonFloor">The same where all others collude.</param>
public sealed record ReleaseCost(
    string Mechanism,
    string Unit,
    string LocalNoise,
    int HonestShares,
    double SamplingBound,
    double Epsilon,
    double EpsilonFloor
)
{
    /// <summary>Decimals of each epsilon in the log, rounded up.</summary>
    public const int Decimals = 6;

    /// <summary>Decimals of <see cref="SamplingBound"/> in the log, rounded up.</summary>
    public const int SamplingDecimals = 12;
}

/// <summary>
/// What releases of a private study cost, one after the other: the same for a site that charges its ledger, and for an auditor who computes it again. Nothing in it depends on
/// patients: noise and sampling are the plan's, and epsilon is of the releases that were charged, by RDP, which costs little and is never below the truth; the plan's own bound, by
/// PLD, is never passed. Remembers what it computed; not thread-safe.
/// </summary>
/// <param name="releases">Of a plan that keeps its promise.</param>
public sealed class StudyCosts(StudyReleases releases)
{
    private readonly Dictionary<PrivacyEvent, ImmutableArray<double>> _divergences = []; // of one release, of each kind and against either adversary
    private double? _floor;

    /// <summary>ε of the plan's promise.</summary>
    public double Promise => releases.Privacy.Epsilon;

    /// <summary>True if a round releases the evaluation.</summary>
    public bool IsEvaluation(RoundNumber round) => releases.Plan.EvaluationIn(round) is not null;

    /// <summary>Releases of a kind that the promise pays for.</summary>
    public int MostReleases(bool isEvaluation) => isEvaluation ? releases.EvaluationReleases : releases.TrainingReleases;

    /// <summary>What is said of a site's n-th release of a kind. Training and held-out patients are others, so that each kind is counted alone.</summary>
    /// <param name="count">n, from 1.</param>
    /// <param name="isEvaluation">Which of the two kinds.</param>
    public ReleaseCost After(int count, bool isEvaluation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var terms = isEvaluation ? releases.Evaluation! : releases.Training;
        _floor ??= releases.FloorBound().Epsilon.Value;
        return new ReleaseCost(
            !isEvaluation && releases.IsNoisedInside ? "local-dp-sgd" : "discrete-gaussian",
            releases.Privacy.Unit,
            terms.Grid.ShareSigma.ToString(CultureInfo.InvariantCulture),
            terms.Grid.Terms.HonestShares,
            isEvaluation ? 1 : releases.Privacy.SamplingRate,
            Math.Min(Spent(terms.Event, count), Promise),
            Math.Min(Spent(terms.FloorEvent, count), _floor.Value)
        );
    }

    private double Spent(PrivacyEvent one, int times)
    {
        if (!_divergences.TryGetValue(one, out var divergences))
        {
            _divergences[one] = divergences = RdpAccountant.Default.Divergences(one);
        }

        return RdpAccountant.Default.BoundOf([.. divergences.Select(divergence => times * divergence)], releases.Delta).Epsilon.Value;
    }
}
