using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Federated.Federation;
using Federated.Hosting;
using Federated.Privacy;
using Federated.Privacy.Accountants;
using Federated.Privacy.Quantization;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Simulation;
using Federated.SecureAggregation.Suites;

namespace Federated.Cli.Privacy.Attack;

/// <summary>
/// A study of synthetic hospitals: the grid that a plan would have, the epsilon that its accountant promises, and its releases, through the product's clipping, quantization,
/// noise and secure aggregation. What comes out is what the coordinator sees, with sites that help it by adding nothing. Not thread-safe.
/// </summary>
internal sealed class AttackedStudy : IDisposable
{
    private const double ClippingNorm = 1;

    /// <summary>
    /// What the attacker allows for where there is no noise: a thousandth of a canary, well above what rounding and the slack of clipping (2⁻²⁰) move, so that what is seen lies in the
    /// middle of what was rehearsed.
    /// </summary>
    private const double Blur = 1.0 / 1024;

    private readonly LocalConsortium _consortium;
    private readonly ImmutableArray<SiteName> _helpers;
    private readonly ImmutableArray<(SiteName Name, SyntheticCohort Cohort)> _honest;
    private readonly SiteRelease _release;
    private readonly int _canaries;

    /// <param name="settings">Sites, noise, patients.</param>
    /// <param name="canaries">Coordinates that have a canary, at least 1.</param>
    /// <param name="release">From a site's clipped sum to what it masks.</param>
    /// <exception cref="OperatorException">There is no grid for this.</exception>
    internal AttackedStudy(AttackSettings settings, int canaries, SiteRelease release)
    {
        (_canaries, _release) = (canaries, release);
        var honest = settings.Survivors - settings.Colluders;
        var canariesOfASite = (canaries + honest - 1) / honest;
        Grid = GridOf(
            new GridTerms
            {
                Sites = settings.Sites,
                HonestShares = honest,
                Dimension = SyntheticCohort.ModelCoordinates + canaries,
                ClippingNorm = ClippingNorm,
                SiteBound = ClippingNorm * (settings.Patients + Math.Sqrt(canariesOfASite) + 1), // loses nothing: canaries are orthogonal
                Noise = settings.Noise ?? new NoiseMultiplier(1), // without noise, only the room that it would take
            }
        );
        _consortium = new LocalConsortium(TermsOf(settings, Grid), RandomNumberGenerator.Fill);
        var cohort = _consortium.Study.Roster.Take(settings.Survivors).ToList();
        _helpers = [.. cohort.Take(settings.Colluders)];
        _honest =
        [
            .. cohort.Skip(settings.Colluders).Select(name => (name, new SyntheticCohort(name.Value, settings.Patients, settings.Rate))),
        ];
        Noise = settings.Noise is null ? Blur : Math.Sqrt(honest) * Math.ScaleB((double)Grid.ShareSigma, -Grid.ScaleBits) / ClippingNorm;
        Claimed = settings.Noise is null
            ? Epsilon.Unbounded
            : PldAccountant.Bound(Grid.Event(settings.Rate).Times(settings.Steps), settings.Delta).Epsilon;
    }

    /// <summary>What a node would quantize with.</summary>
    internal NoisyGrid Grid { get; }

    /// <summary>ε that the accountant promises for all steps, against the coordinator and the sites that help it.</summary>
    internal Epsilon Claimed { get; }

    /// <summary>σ in a released coordinate, once the helpers' shares are gone; in units of a canary. Without noise, <see cref="Blur"/>.</summary>
    internal double Noise { get; }

    /// <summary>One step: fresh batches, one whole round of secure aggregation.</summary>
    /// <param name="isIn">Shape [canaries]: which of them are patients.</param>
    /// <returns>Shape [canaries]: their coordinates of the released sum, in units of a canary.</returns>
    internal double[] Release(IReadOnlyList<bool> isIn)
    {
        var dimension = Grid.Terms.Dimension;
        var inputs = _helpers.ToDictionary(name => name, _ => new int[dimension]);
        var sum = new double[dimension];
        for (var site = 0; site < _honest.Length; site++)
        {
            var (first, lanes) = (site, new int[dimension]);
            var canaries = Enumerable.Range(0, _canaries).Where(canary => canary % _honest.Length == first && isIn[canary]);
            _honest[site].Cohort.SumOfBatch(ClippingNorm, canaries, sum);
            _release(sum, Grid, lanes);
            inputs[_honest[site].Name] = lanes;
        }

        var released = LocalRound.Sum(_consortium, inputs).Span[SyntheticCohort.ModelCoordinates..];
        var seen = new double[_canaries];
        for (var i = 0; i < seen.Length; i++)
        {
            seen[i] = Math.ScaleB(released[i], -Grid.ScaleBits) / ClippingNorm;
        }

        return seen;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, cohort) in _honest)
        {
            cohort.Dispose();
        }
    }

    /// <summary>The finest grid on which also a single site's input, with ten deviations of its noise, keeps to its share of a lane.</summary>
    private static NoisyGrid GridOf(GridTerms terms)
    {
        var grid = Chosen(NoisyGrid.Choose(terms));
        while (grid.LaneBound + (NoisyGrid.RangeDeviations * grid.ShareSigma) > int.MaxValue / terms.Sites)
        {
            grid = Chosen(NoisyGrid.At(terms, grid.ScaleBits - 1));
        }

        return grid;
    }

    private static NoisyGrid Chosen(GridResult result) =>
        result switch
        {
            GridResult.Chosen chosen => chosen.Grid,
            GridResult.Rejected rejected => throw new OperatorException(
                string.Join('\n', rejected.Faults),
                "use fewer patients, canaries or sites"
            ),
            _ => throw new InvalidOperationException("A grid is chosen, or rejected with reasons."),
        };

    private static StudyTerms TermsOf(AttackSettings settings, NoisyGrid grid) =>
        new()
        {
            Study = "attack",
            PlanHash = Digest.Of("fed privacy attack"u8),
            Roster =
            [
                .. Enumerable
                    .Range(0, settings.Sites)
                    .Select(i => SiteName.Parse(string.Create(CultureInfo.InvariantCulture, $"site-{i:d3}"))),
            ],
            Suite = Suite.X25519Ed25519,
            Colluders = settings.Colluders,
            MinimumSurvivors = settings.Survivors,
            AllowPair = settings.Sites == 2,
            Format = new LaneFormat(grid.Terms.LaneBits),
            Dimension = grid.Terms.Dimension,
            InputBound = int.MaxValue / settings.Sites,
        };
}
