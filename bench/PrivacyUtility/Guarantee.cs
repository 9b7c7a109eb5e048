using Federated.Privacy;
using Federated.Privacy.Accountants;

namespace Federated.Bench.PrivacyUtility;

/// <summary>What was promised to the patients of one kind of release, counted from its events by two accountants.</summary>
/// <param name="Noise">z.</param>
/// <param name="Sum">Standard deviation of the noise in a released sum, divided by C.</param>
/// <param name="Counted">ε by the accountant that decides.</param>
/// <param name="CrossChecked">ε by the other one, which is looser.</param>
/// <param name="Alone">ε should all other sites collude: a site's own share of noise is all that is left.</param>
internal sealed record Guarantee(NoiseMultiplier Noise, double Sum, double Counted, double CrossChecked, double Alone)
{
    /// <summary>What a release promises at an aim; null where nothing is promised.</summary>
    internal static Guarantee? Of(ReleaseShape release, PrivacyAim aim)
    {
        if (aim.Target is not { } target)
        {
            return null;
        }

        var noise = release.Calibrate(target);
        var grid = release.Grid(noise);
        var events = release.Events(noise);
        var alone = grid.FloorEvent(SamplingRate.All).Times(release.Times);
        return new Guarantee(
            noise,
            grid.SumDeviation / release.ClippingNorm,
            PldAccountant.Bound(events, target.Delta).Epsilon.Value,
            RdpAccountant.Default.Bound(events, target.Delta).Epsilon.Value,
            PldAccountant.Bound(alone, target.Delta).Epsilon.Value
        );
    }
}
