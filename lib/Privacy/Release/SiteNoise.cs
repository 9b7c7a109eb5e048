using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Federated.Federation;
using Federated.Privacy.Quantization;
using Federated.Privacy.Sampling;

namespace Federated.Privacy.Release;

/// <summary>
/// One site's noise for one release. Drawn whole before the data is touched, because the time of a draw depends on it; added once, since two releases with the
/// same noise differ by what it was to hide; wiped as it is added. Prints nothing of itself. Not thread-safe.
/// </summary>
public sealed class SiteNoise : IDisposable
{
    private readonly long[] _noise; // in grid steps, shape [d]; zero once it was added
    private bool _isSpent;

    private SiteNoise(NoisyGrid grid)
    {
        Grid = grid;
        _noise = GC.AllocateArray<long>(grid.Terms.Dimension, pinned: true); // unpinned, the GC may leave copies behind
    }

    /// <summary>The grid whose share of noise this is.</summary>
    internal NoisyGrid Grid { get; }

    /// <summary>Draws exact discrete Gaussian noise of the grid's σ for every coordinate.</summary>
    /// <param name="grid">σ and the number of coordinates.</param>
    /// <param name="random">A cryptographic generator: whoever can predict it subtracts the noise.</param>
    public static SiteNoise Draw(NoisyGrid grid, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(grid);
        return Draw(grid, (int)grid.ShareSigma, random); // a chosen grid's σ is at most 2²⁴
    }

    /// <summary>Draws noise of another σ than the grid asks for: so that a test can see that an audit notices too little of it.</summary>
    internal static SiteNoise Draw(NoisyGrid grid, int sigma, RandomSource random)
    {
        var noise = new SiteNoise(grid);
        using var sampler = new DiscreteGaussianSampler(sigma, random);
        sampler.Fill(noise._noise);
        return noise;
    }

    /// <summary>Adds the noise to lanes, in place, and wipes it.</summary>
    /// <exception cref="InvalidOperationException">It was added before, or disposed: what is left is zeros, and hides nothing.</exception>
    internal void SpendOn(Span<long> lanes)
    {
        if (_isSpent)
        {
            throw new InvalidOperationException("This noise was spent; draw fresh noise for every release and every attempt.");
        }

        for (var i = 0; i < lanes.Length; i++)
        {
            lanes[i] += _noise[i];
        }

        Dispose();
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(SiteNoise);

    /// <summary>Wipes the noise.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_noise.AsSpan()));
        _isSpent = true;
    }
}
