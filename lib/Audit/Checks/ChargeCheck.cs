using System.Globalization;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Privacy.Plans;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;

namespace Federated.Audit.Checks;

/// <summary>(f) Charges of one private study: what each says is what the plan gives, and nobody is charged more often than the plan promises.</summary>
internal sealed class ChargeCheck
{
    /// <summary>
    /// How far an epsilon may be from what is computed here, relatively: another processor's logarithms differ in their last bits, and the accountant's own
    /// tolerance is of this size.
    /// </summary>
    private const double Tolerance = 2e-3;

    /// <summary>In what is written, beside that: six decimals, rounded up.</summary>
    public const double LastDecimal = 1e-6;

    private readonly StudyCosts _costs;
    private readonly Dictionary<(SiteName Site, bool IsEvaluation), int> _counts = [];
    private readonly Dictionary<SiteName, Digest> _ledgers = [];

    private ChargeCheck(StudyCosts costs) => _costs = costs;

    /// <summary>The largest epsilon that any site has said it spent.</summary>
    public double Spent { get; private set; }

    /// <summary>For a plan's charges; null, with the fault, where the plan does not keep its own promise. Null without one where it has no privacy.</summary>
    public static ChargeCheck? Of(StudyPlan plan, out string? fault)
    {
        fault = null;
        if (plan.Privacy is null)
        {
            return null;
        }

        var result = StudyReleases.Of(plan);
        fault = result is StudyReleasesResult.Rejected rejected
            ? $"the plan does not keep its own promise: {string.Join(" ", rejected.Faults)}"
            : null;
        return result is StudyReleasesResult.Accepted accepted ? new ChargeCheck(new StudyCosts(accepted.Releases)) : null;
    }

    /// <summary>Why the next charge of a site is not what the plan gives, or null.</summary>
    public string? FaultOf(SiteName site, PrivacyCharge charge)
    {
        var isEvaluation = _costs.IsEvaluation(charge.Round);
        var count = _counts.GetValueOrDefault((site, isEvaluation)) + 1;
        var most = _costs.MostReleases(isEvaluation);
        if (count > most)
        {
            return $"it is the {count}th charge of {site} for {(isEvaluation ? "the evaluation" : "training")}; the plan's promise pays for {most}.";
        }

        // Another ledger than before: one of the two does not know what the other spent.
        if (_ledgers.TryGetValue(site, out var ledger) && ledger != charge.Ledger)
        {
            return $"{site} charges another ledger than it charged before for this study.";
        }

        return Difference(charge, _costs.After(count, isEvaluation)) is { } key
            ? $"its {key} is not what the plan gives for charge {count} of {site}."
            : null;
    }

    /// <summary>Takes a charge that has no fault.</summary>
    public void Take(SiteName site, PrivacyCharge charge)
    {
        var kind = (site, _costs.IsEvaluation(charge.Round));
        _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
        _ledgers[site] = charge.Ledger;
        Spent = Math.Max(Spent, charge.Epsilon.ToDouble());
    }

    private string? Difference(PrivacyCharge charge, ReleaseCost cost) =>
        charge.Mechanism.Value != cost.Mechanism ? "mechanism"
        : charge.Unit.Value != cost.Unit ? "unit"
        : charge.LocalNoise.Value != DecimalText.RoundedUp(double.Parse(cost.LocalNoise, CultureInfo.InvariantCulture), 0).Value
            ? "sigma_local"
        : charge.HonestShares != cost.HonestShares ? "h"
        : charge.SamplingBound.Value != DecimalText.RoundedUp(cost.SamplingBound, ReleaseCost.SamplingDecimals).Value ? "sampling_bound"
        : !IsNear(charge.Epsilon, cost.Epsilon) || !(charge.Epsilon.ToDouble() <= _costs.Promise + LastDecimal) ? "epsilon"
        : !IsNear(charge.EpsilonFloor, cost.EpsilonFloor) ? "epsilon_floor"
        : null;

    private static bool IsNear(DecimalText said, double computed) =>
        Math.Abs(said.ToDouble() - computed) <= (Tolerance * computed) + LastDecimal;
}
