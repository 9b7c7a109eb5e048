using System.Numerics;

namespace Federated.Privacy.Quantization;

/// <summary>A site's sum on the grid, before noise.</summary>
public static class SiteInput
{
    private const int NormBlock = 8192;

    /// <summary>Rounds a site's sum to the grid: s·x, half to even. The scale is a power of two, so that only the rounding is inexact.</summary>
    /// <param name="sum">Shape [d], summed in double precision or exactly; float32 sums break the sensitivity.</param>
    /// <param name="grid">Scale and clamp.</param>
    /// <param name="lanes">Receives shape [d], in grid steps.</param>
    /// <returns>False, with all lanes zero, if a coordinate is no finite number.</returns>
    /// <exception cref="ArgumentException">The shapes differ from each other or from the grid's.</exception>
    public static bool Quantize(ReadOnlySpan<double> sum, NoisyGrid grid, Span<long> lanes)
    {
        ArgumentNullException.ThrowIfNull(grid);
        if (sum.Length != grid.Terms.Dimension || lanes.Length != sum.Length)
        {
            throw new ArgumentException(
                $"{sum.Length} values and {lanes.Length} lanes do not fit a grid of {grid.Terms.Dimension} coordinates.",
                nameof(lanes)
            );
        }

        var bound = grid.Terms.SiteBound;
        var norm = Norm(sum);
        var shrink = norm > bound ? bound / norm : 1; // projections onto convex sets move no two points apart
        for (var i = 0; i < sum.Length; i++)
        {
            if (!double.IsFinite(sum[i]))
            {
                lanes.Clear();
                return false;
            }

            var inside = Math.Clamp(sum[i] * shrink, -bound, bound);
            lanes[i] = (long)Math.Round(Math.ScaleB(inside, grid.ScaleBits), MidpointRounding.ToEven);
        }

        return true;
    }

    /// <summary>Why lanes must not be sent, or null: a coordinate beyond ⌈s·a⌉, or a norm beyond s·a + √d/2. In exact integers.</summary>
    public static string? Fault(ReadOnlySpan<long> lanes, NoisyGrid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        if (lanes.Length != grid.Terms.Dimension)
        {
            return $"The vector has {lanes.Length} coordinates, not {grid.Terms.Dimension}.";
        }

        var most = (long)BigInteger.Min(grid.LaneBound, long.MaxValue);
        for (var i = 0; i < lanes.Length; i++)
        {
            if (lanes[i] > most || lanes[i] < -most)
            {
                return $"Coordinate {i} is {lanes[i]} grid steps, beyond the bound {grid.LaneBound}; nothing was sent.";
            }
        }

        // ‖X‖ ≤ ⌈s·a⌉ + ½√d, compared as (2‖X‖ − √d)² ≤ (2⌈s·a⌉)² would need a root: 2‖X‖ ≤ 2⌈s·a⌉ + ⌈√d⌉ bounds the same within one step.
        var square = NormSquared(lanes);
        var mostTwice = (2 * grid.LaneBound) + ExactNumbers.CeilingRoot(grid.Terms.Dimension);
        return 4 * square <= mostTwice * mostTwice
            ? null
            : $"The vector's norm is above {mostTwice / 2} grid steps, the bound of a site's sum; nothing was sent.";
    }

    /// <summary>Σ x², exactly.</summary>
    public static BigInteger NormSquared(ReadOnlySpan<long> vector)
    {
        var (total, part) = (BigInteger.Zero, UInt128.Zero);
        for (var i = 0; i < vector.Length; i++)
        {
            var magnitude = (UInt128)Int128.Abs(vector[i]);
            var square = magnitude * magnitude; // below 2^126
            if (part > UInt128.MaxValue - square)
            {
                (total, part) = (total + (BigInteger)part, UInt128.Zero);
            }

            part += square;
        }

        return total + (BigInteger)part;
    }

    /// <summary>The L2 norm, rounded up by more than its error, so that what is shrunk by it ends inside the bound.</summary>
    private static double Norm(ReadOnlySpan<double> vector)
    {
        // In blocks: rounding errors grow with the length of a sum, and 80 million terms in one would pass what clipping sets aside for them.
        var sum = 0.0;
        for (var rest = vector; !rest.IsEmpty; rest = rest[Math.Min(NormBlock, rest.Length)..])
        {
            var block = 0.0;
            foreach (var x in rest[..Math.Min(NormBlock, rest.Length)])
            {
                block += x * x;
            }

            sum += block;
        }

        return Math.Sqrt(sum) * (1 + Math.ScaleB(1, -20));
    }
}
