namespace Federated.Privacy.Quantization;

/// <summary>When a release is rounded to the grid, and so by how much rounding adds to its sensitivity.</summary>
public enum Rounding
{
    /// <summary>A site rounds the sum over its patients: one patient may move each coordinate's rounding by ½ twice, √d in all.</summary>
    OfTheSum,

    /// <summary>Each patient is rounded before the sum: √d/2.</summary>
    OfEachPatient,

    /// <summary>The query counts: its values are integers already.</summary>
    None,
}

/// <summary>What a noisy sum on the integer grid has to satisfy. Symbols are those of the secure-aggregation design, sections 1 and 3.2.</summary>
public sealed record GridTerms
{
    /// <summary>Most sites in one sum, n.</summary>
    public required int Sites { get; init; }

    /// <summary>Honest noise shares that any released sum holds, h = m − c: fewest survivors less those that may collude.</summary>
    public required int HonestShares { get; init; }

    /// <summary>Coordinates d.</summary>
    public required int Dimension { get; init; }

    /// <summary>L2 norm C of one patient's contribution, in the release's own units.</summary>
    public required double ClippingNorm { get; init; }

    /// <summary>Clamp a of each coordinate of a site's sum, in the release's own units; also the radius of its L2 ball.</summary>
    public required double SiteBound { get; init; }

    /// <summary>Noise z on the sum of the honest shares, relative to the sensitivity.</summary>
    public required NoiseMultiplier Noise { get; init; }

    /// <summary>Noise that each site's own share carries at least, should all others collude; 0 for none.</summary>
    public double FloorNoise { get; init; }

    /// <summary>Bits of a lane, b: 32 or 64.</summary>
    public int LaneBits { get; init; } = 32;

    /// <summary>When rounding happens.</summary>
    public Rounding Rounding { get; init; }

    /// <summary>Which data sets are neighbours: replace-one doubles the real part of the sensitivity.</summary>
    public NeighbouringRelation Relation { get; init; }

    /// <summary>Every fault of the terms themselves, whatever the scale.</summary>
    public IEnumerable<string> Faults()
    {
        if (Sites is < 1 or > 1_000_000)
        {
            yield return $"A sum of {Sites} sites is none; use 1 to 1 000 000.";
        }

        if (HonestShares < 1 || HonestShares > Sites)
        {
            yield return $"{HonestShares} honest noise shares among {Sites} sites cannot be counted on; use 1 to {Sites} (survivors less colluders).";
        }

        if (Dimension < 1)
        {
            yield return $"A vector of {Dimension} coordinates is none; use at least 1.";
        }

        if (!(ClippingNorm > 0 && double.IsFinite(ClippingNorm)))
        {
            yield return FormattableString.Invariant($"The clipping norm is {ClippingNorm}; set it above 0 (1.0 is a usual start).");
        }

        if (!(SiteBound >= ClippingNorm && double.IsFinite(SiteBound)))
        {
            yield return FormattableString.Invariant(
                $"The bound of a site's sum is {SiteBound}; set it to at least the clipping norm {ClippingNorm} (the batch size times it loses nothing)."
            );
        }

        if (NoiseMultiplier.Fault(Noise == default ? 0 : Noise.Value) is { } fault)
        {
            yield return fault;
        }

        if (!(FloorNoise >= 0 && FloorNoise <= NoiseMultiplier.Most))
        {
            yield return FormattableString.Invariant($"The noise floor is {FloorNoise}; use 0 for none, or up to the noise multiplier.");
        }

        if (LaneBits is not (32 or 64))
        {
            yield return $"Lanes of {LaneBits} bits are not summed; use 32 or 64.";
        }
    }
}
