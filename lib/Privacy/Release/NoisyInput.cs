using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Federated.Privacy.Quantization;

namespace Federated.Privacy.Release;

/// <summary>
/// What a site contributes to one noisy sum: a sum of clipped contributions, quantized, then noise on it, in this order. A node's release gate and
/// <c>fed privacy attack</c> both call this, so that what is attacked is what is released.
/// </summary>
/// <remarks>
/// Secure-aggregation design, section 3.2, steps 2 to 5. Between quantizing and noise lies the charge to the ledger: an input that cannot be sent costs nothing,
/// and one that was charged leaves with its noise or not at all. Holds an exact sum over patients: prints nothing of itself, and is wiped. Not thread-safe.
/// </remarks>
public sealed class NoisyInput : IDisposable
{
    private readonly NoisyGrid _grid;
    private readonly long[] _lanes; // before noise, in grid steps, shape [d]; zero once it was released
    private bool _isOver;

    private NoisyInput(NoisyGrid grid)
    {
        _grid = grid;
        _lanes = GC.AllocateArray<long>(grid.Terms.Dimension, pinned: true); // unpinned, the GC may leave copies behind
    }

    /// <summary>Numbers d.</summary>
    public int Dimension => _grid.Terms.Dimension;

    /// <summary>Projects a site's sum onto the grid's bounds and rounds it to the grid.</summary>
    /// <param name="clippedSum">Shape [d]: Σ of the batch's contributions, each clipped to C, in double precision.</param>
    /// <param name="grid">The release's grid, of 32-bit lanes.</param>
    /// <param name="fault">Why there is no input: a number that is none, or lanes beyond the bounds, compared in exact integers.</param>
    /// <returns>The input without noise yet; null with a fault.</returns>
    /// <exception cref="ArgumentException">The sum's shape is not the grid's, or its lanes are wider than the mask's.</exception>
    public static NoisyInput? Quantize(ReadOnlySpan<double> clippedSum, NoisyGrid grid, out string? fault)
    {
        ArgumentNullException.ThrowIfNull(grid);
        if (grid.Terms.LaneBits != 32)
        {
            throw new ArgumentException(
                $"Lanes of {grid.Terms.LaneBits} bits are not masked; choose a grid of 32-bit lanes.",
                nameof(grid)
            );
        }

        var input = new NoisyInput(grid);
        fault = SiteInput.Quantize(clippedSum, grid, input._lanes)
            ? SiteInput.Fault(input._lanes, grid)
            : "A coordinate of the sum is no finite number; nothing was sent.";
        if (fault is null)
        {
            return input;
        }

        input.Dispose();
        return null;
    }

    /// <summary>Adds the site's noise and hands out what may be masked. Once: the same sum with two draws of noise is two releases.</summary>
    /// <param name="noise">Drawn for this grid; spent.</param>
    /// <param name="lanes">
    /// Receives shape [d], each the low 32 bits of sum and noise in two's complement: sums are taken modulo 2³², so that one site's wrap leaves the sum as it is.
    /// </param>
    /// <exception cref="ArgumentException">The noise is of another grid, or the shapes differ.</exception>
    /// <exception cref="InvalidOperationException">This was released or disposed before, or the noise was spent.</exception>
    public void Release(SiteNoise noise, Span<int> lanes)
    {
        ArgumentNullException.ThrowIfNull(noise);
        if (noise.Grid != _grid)
        {
            throw new ArgumentException("The noise was drawn for another grid.", nameof(noise));
        }

        if (lanes.Length != _lanes.Length)
        {
            throw new ArgumentException($"{lanes.Length} lanes do not fit an input of {_lanes.Length}.", nameof(lanes));
        }

        if (_isOver)
        {
            throw new InvalidOperationException("This input was released; quantize the sum of a fresh batch for every attempt.");
        }

        noise.SpendOn(_lanes);
        for (var i = 0; i < lanes.Length; i++)
        {
            lanes[i] = unchecked((int)_lanes[i]);
        }

        Dispose();
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(NoisyInput);

    /// <summary>Wipes the sum.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_lanes.AsSpan()));
        _isOver = true;
    }
}
