using Federated.Privacy.Accountants;
using Federated.Privacy.Events;

namespace Federated.Privacy.Ledger;

/// <summary>The two accountants of a ledger, as numbers: what one of them could return by mistake must not pass a limit.</summary>
/// <param name="Pld">Decides. ε of an event at a δ.</param>
/// <param name="Rdp">Cross-checks.</param>
internal sealed record Accounting(Func<PrivacyEvent, Delta, double> Pld, Func<PrivacyEvent, Delta, double> Rdp)
{
    /// <summary>
    /// What PLD may be above the true ε, relatively; doubled, since the bound is on a first computation and not on comparing two.
    /// </summary>
    private const double RelativeTolerance = 2e-3;

    /// <summary>The same absolutely, for an ε so small that its own value is about the size of δ.</summary>
    private const double AbsoluteTolerance = 1e-4;

    /// <summary>The library's.</summary>
    internal static Accounting Default { get; } =
        new(
            (@event, delta) => PldAccountant.Bound(@event, delta).Epsilon.Value,
            (@event, delta) => RdpAccountant.Default.Bound(@event, delta).Epsilon.Value
        );

    /// <summary>Weighs alternatives, all of which have to be within a limit.</summary>
    internal Verdict Weigh(IEnumerable<PrivacyEvent> alternatives, double epsilon, Delta delta)
    {
        var worst = 0.0;
        foreach (var alternative in alternatives)
        {
            var pld = Pld(alternative, delta);
            var rdp = Rdp(alternative, delta);
            // RDP is the looser bound of the same truth, of which PLD is at most 0.1 % above. If it says less, one of the two is wrong, and nobody
            // knows which: where integrity is in doubt, nothing is released.
            if (!(rdp >= (pld * (1 - RelativeTolerance)) - AbsoluteTolerance) && !double.IsPositiveInfinity(pld))
            {
                return new Verdict(pld, Contradiction: rdp, IsWithin: false);
            }

            if (!(pld <= epsilon)) // written so that NaN refuses
            {
                return new Verdict(pld, null, IsWithin: false);
            }

            worst = Math.Max(worst, pld);
        }

        return new Verdict(worst, null, IsWithin: true);
    }

    /// <summary>What weighing came to.</summary>
    /// <param name="Pld">The largest ε, or the first that is beyond the limit.</param>
    /// <param name="Contradiction">What RDP says where it contradicts that.</param>
    /// <param name="IsWithin">True only if every alternative is within the limit.</param>
    internal sealed record Verdict(double Pld, double? Contradiction, bool IsWithin);
}
