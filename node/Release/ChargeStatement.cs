using System.Collections.Immutable;
using Federated.Federation;
using Federated.Node.Journal;
using Federated.Node.Ledger;
using Federated.Privacy.Accountants;
using Federated.Privacy.Events;
using Federated.Privacy.Ledger;
using Federated.Privacy.Plans;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;

namespace Federated.Node.Release;

/// <summary>
/// What the public log says of a charge. Nothing in it depends on this site's patients: noise and sampling are the plan's, and epsilon is of the releases that were charged, by RDP, which costs
/// little and is never below the truth; the plan's own bound, by PLD, is never passed.
/// </summary>
internal sealed class ChargeStatement(StudyReleases releases)
{
    private const int Decimals = 6;

    /// <summary>Divergences of one release, of each kind and against either adversary: computed once.</summary>
    private readonly Dictionary<PrivacyEvent, ImmutableArray<double>> _divergences = [];

    private readonly double _floor = releases.FloorBound().Epsilon.Value;

    /// <summary>The statement for one charge.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="h2">What its input is masked for.</param>
    /// <param name="release">What is released.</param>
    /// <param name="charged">The ledger's line.</param>
    internal PrivacyCharge Of(Attempt attempt, Digest h2, SiteRelease release, ChargedLine charged)
    {
        var cost = release.Cost ?? throw new ArgumentException("A release without a price is not charged.", nameof(release));
        return new PrivacyCharge(
            attempt.Round,
            attempt.Number,
            h2,
            EntryCode.Parse(release.IsNoisedInside ? "local-dp-sgd" : "discrete-gaussian"),
            EntryCode.Parse(releases.Privacy.Unit),
            DecimalText.RoundedUp((double)cost.Grid.ShareSigma, decimals: 0),
            cost.Grid.Terms.HonestShares,
            DecimalText.RoundedUp(release.Population == Population.Training ? releases.Privacy.SamplingRate : 1, decimals: 12),
            DecimalText.RoundedUp(Math.Min(Spent(cost.Event, charged.OfThisKind), releases.Privacy.Epsilon), Decimals),
            DecimalText.RoundedUp(Math.Min(Spent(cost.FloorEvent, charged.OfThisKind), _floor), Decimals),
            charged.Ledger,
            charged.Number,
            charged.Hash
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
