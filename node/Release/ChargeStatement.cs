using System.Globalization;
using Federated.Federation;
using Federated.Node.Ledger;
using Federated.Privacy.Ledger;
using Federated.Privacy.Plans;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;

namespace Federated.Node.Release;

/// <summary>What the public log says of a charge: the plan's figures for that many charges, which an auditor computes again (<see cref="StudyCosts"/>).</summary>
internal sealed class ChargeStatement(StudyReleases releases)
{
    private readonly StudyCosts _costs = new(releases);

    /// <summary>The statement for one charge.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="h2">What its input is masked for.</param>
    /// <param name="release">What is released.</param>
    /// <param name="charged">The ledger's line.</param>
    internal PrivacyCharge Of(Attempt attempt, Digest h2, SiteRelease release, ChargedLine charged)
    {
        var cost = _costs.After(charged.OfThisKind, release.Population == Population.Test);
        return new PrivacyCharge(
            attempt.Round,
            attempt.Number,
            h2,
            EntryCode.Parse(cost.Mechanism),
            EntryCode.Parse(cost.Unit),
            DecimalText.RoundedUp(double.Parse(cost.LocalNoise, CultureInfo.InvariantCulture), decimals: 0),
            cost.HonestShares,
            DecimalText.RoundedUp(cost.SamplingBound, ReleaseCost.SamplingDecimals),
            DecimalText.RoundedUp(cost.Epsilon, ReleaseCost.Decimals),
            DecimalText.RoundedUp(cost.EpsilonFloor, ReleaseCost.Decimals),
            charged.Ledger,
            charged.Number,
            charged.Hash
        );
    }
}
