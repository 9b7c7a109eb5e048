using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Federated.Federation;

namespace Federated.Privacy.Sampling;

/// <summary>
/// Draws integers x with probability exactly proportional to exp(−x²/(2σ²)): every decision compares integers, so that no rounding can leak what the noise hides.
/// </summary>
/// <remarks>
/// Canonne, Kamath, Steinke 2020, arXiv:2004.00010, algorithms 1 to 3, with an integer σ and a Laplace proposal of scale σ: then all numbers fit in 64 bits.
/// The time a draw takes depends on it: draw a whole vector before touching data, and never report the time of one. Memory is constant, and nothing is
/// allocated after construction. Not thread-safe.
/// </remarks>
public sealed class DiscreteGaussianSampler : IDisposable
{
    /// <summary>Largest σ: 2σ²·k stays below 2⁵⁷ and (y − σ)² below 2⁶⁰.</summary>
    public const int MostSigma = 1 << 24;

    /// <summary>Laplace draws of more than this many σ are thrown away: next to none of them would have been accepted (less than e^(−1200) of all draws).</summary>
    private const ulong MostScales = 50;

    private readonly RandomWords _words;
    private readonly ulong _sigma;

    /// <param name="sigma">σ in grid units, 1 to <see cref="MostSigma"/>.</param>
    /// <param name="source">Where randomness comes from.</param>
    /// <exception cref="ArgumentException">See <see cref="Fault"/>.</exception>
    public DiscreteGaussianSampler(int sigma, RandomSource source)
    {
        if (Fault(sigma) is { } fault)
        {
            throw new ArgumentException(fault, nameof(sigma));
        }

        _sigma = (ulong)sigma;
        _words = new RandomWords(source);
    }

    /// <summary>A sampler fed by the operating system's cryptographic generator: the one for real data.</summary>
    /// <exception cref="ArgumentException">See <see cref="Fault"/>.</exception>
    public static DiscreteGaussianSampler Secure(int sigma) => new(sigma, RandomNumberGenerator.Fill);

    /// <summary>Why σ cannot be sampled, or null.</summary>
    public static string? Fault(long sigma) =>
        sigma is >= 1 and <= MostSigma
            ? null
            : $"Noise of σ = {sigma} grid units cannot be drawn exactly; use 1 to {MostSigma} (a coarser grid has a smaller σ).";

    /// <summary>Overwrites a vector with independent draws.</summary>
    /// <param name="noise">Shape [d], in grid units.</param>
    public void Fill(Span<long> noise)
    {
        foreach (ref var coordinate in noise)
        {
            coordinate = Next();
        }
    }

    /// <summary>Adds independent draws to a vector, so that the noise alone is nowhere in memory.</summary>
    /// <param name="vector">Shape [d], in grid units.</param>
    public void AddTo(Span<long> vector)
    {
        foreach (ref var coordinate in vector)
        {
            coordinate += Next();
        }
    }

    /// <summary>Wipes the random words that are left.</summary>
    public void Dispose() => _words.Dispose();

    /// <summary>One draw (algorithm 3).</summary>
    internal long Next()
    {
        while (true)
        {
            var proposal = NextLaplace();
            var distance = (ulong)Math.Abs(proposal) - _sigma; // may wrap: its square modulo 2^64 is right either way
            if (IsExpMinus(distance * distance, 2 * _sigma * _sigma))
            {
                return proposal;
            }
        }
    }

    /// <summary>One draw of discrete Laplace noise of scale σ (algorithm 2).</summary>
    internal long NextLaplace()
    {
        while (true)
        {
            ulong offset;
            do
            {
                offset = _words.Below(_sigma);
            } while (!IsExpMinusAtMostOne(offset, _sigma));

            ulong scales = 0;
            while (scales <= MostScales && IsExpMinusOne())
            {
                scales++;
            }

            if (scales > MostScales)
            {
                continue;
            }

            var magnitude = (long)(offset + (_sigma * scales));
            var isNegative = _words.NextBit();
            if (!isNegative || magnitude != 0) // or else zero would come twice as often
            {
                return isNegative ? -magnitude : magnitude;
            }
        }
    }

    /// <summary>True with probability e^(−p/d) (algorithm 1).</summary>
    private bool IsExpMinus(ulong p, ulong d)
    {
        for (; p > d; p -= d)
        {
            if (!IsExpMinusOne())
            {
                return false;
            }
        }

        return IsExpMinusAtMostOne(p, d);
    }

    /// <summary>True with probability e^(−p/d), p ≤ d: whether the first k with a draw below d·k of at least p is odd.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsExpMinusAtMostOne(ulong p, ulong d)
    {
        var k = 1UL;
        while (_words.Below(d * k) < p)
        {
            k++;
        }

        return (k & 1) == 1;
    }

    /// <summary>The same for p = d = 1, where k = 1 always goes on, and k = 2 is a coin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsExpMinusOne()
    {
        if (_words.NextBit())
        {
            return false; // stopped at k = 2
        }

        var k = 3UL;
        while (_words.Below(k) < 1)
        {
            k++;
        }

        return (k & 1) == 1;
    }
}
