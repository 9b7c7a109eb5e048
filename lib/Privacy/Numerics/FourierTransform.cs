using System.Numerics;

namespace Federated.Privacy.Numerics;

/// <summary>
/// The discrete Fourier transform of one power-of-two length. Written here rather than taken from a library because a privacy bound needs an error
/// bound: this one is radix-2 Cooley–Tukey with twiddle factors correct to the last place, and Higham's theorem holds for exactly that.
/// </summary>
/// <remarks>
/// <see cref="Forward"/> leaves frequencies in bit-reversed order and <see cref="Inverse"/> expects them so: what happens in between works on each
/// frequency alone. Thread-safe once made.
/// </remarks>
internal sealed class FourierTransform
{
    private readonly double[] _cos; // of stage with half-length m at [m, 2m): cos(πk/m)
    private readonly double[] _sin; // −sin(πk/m)

    /// <param name="length">A power of two, at least 2.</param>
    internal FourierTransform(int length)
    {
        if (length < 2 || !BitOperations.IsPow2(length))
        {
            throw new ArgumentException($"A transform of length {length} is none of a power of two.", nameof(length));
        }

        Length = length;
        (_cos, _sin) = (new double[length], new double[length]);
        var half = length / 2;
        for (var k = 0; k < half; k++)
        {
            var (sin, cos) = Math.SinCos(Math.PI * k / half);
            (_cos[half + k], _sin[half + k]) = (cos, -sin);
        }

        for (var m = half / 2; m >= 1; m /= 2)
        {
            for (var k = 0; k < m; k++)
            {
                (_cos[m + k], _sin[m + k]) = (_cos[(2 * m) + (2 * k)], _sin[(2 * m) + (2 * k)]);
            }
        }
    }

    /// <summary>Points.</summary>
    internal int Length { get; }

    /// <summary>
    /// Bound of ‖computed − exact‖₂ / ‖exact‖₂ of either direction: log₂N·η/(1 − log₂N·η), η = μ + γ₄(√2 + μ), with twiddles wrong by at most μ = 2u
    /// (Higham 2002, Theorem 24.2), here rounded up.
    /// </summary>
    internal double RelativeError => BitOperations.Log2((uint)Length) * 1e-15;

    /// <summary>In place; decimation in frequency.</summary>
    internal void Forward(Span<double> re, Span<double> im)
    {
        for (var m = Length / 2; m >= 1; m /= 2)
        {
            for (var start = 0; start < Length; start += 2 * m)
            {
                Spread(re.Slice(start, m), im.Slice(start, m), re.Slice(start + m, m), im.Slice(start + m, m), m);
            }
        }
    }

    /// <summary>In place, divided by the length; decimation in time.</summary>
    internal void Inverse(Span<double> re, Span<double> im)
    {
        for (var m = 1; m < Length; m *= 2)
        {
            for (var start = 0; start < Length; start += 2 * m)
            {
                Gather(re.Slice(start, m), im.Slice(start, m), re.Slice(start + m, m), im.Slice(start + m, m), m);
            }
        }

        var scale = 1.0 / Length; // a power of two: exact
        for (var i = 0; i < Length; i++)
        {
            re[i] *= scale;
            im[i] *= scale;
        }
    }

    /// <summary>(a, b) becomes (a + b, (a − b)·w).</summary>
    private void Spread(Span<double> aRe, Span<double> aIm, Span<double> bRe, Span<double> bIm, int m)
    {
        var cos = _cos.AsSpan(m, m);
        var sin = _sin.AsSpan(m, m);
        var i = 0;
        for (; i <= m - Vector<double>.Count; i += Vector<double>.Count)
        {
            var (xr, xi) = (new Vector<double>(aRe[i..]), new Vector<double>(aIm[i..]));
            var (yr, yi) = (new Vector<double>(bRe[i..]), new Vector<double>(bIm[i..]));
            var (c, s) = (new Vector<double>(cos[i..]), new Vector<double>(sin[i..]));
            var (dr, di) = (xr - yr, xi - yi);
            (xr + yr).CopyTo(aRe[i..]);
            (xi + yi).CopyTo(aIm[i..]);
            ((dr * c) - (di * s)).CopyTo(bRe[i..]);
            ((dr * s) + (di * c)).CopyTo(bIm[i..]);
        }

        for (; i < m; i++)
        {
            var (dr, di) = (aRe[i] - bRe[i], aIm[i] - bIm[i]);
            (aRe[i], aIm[i]) = (aRe[i] + bRe[i], aIm[i] + bIm[i]);
            (bRe[i], bIm[i]) = ((dr * cos[i]) - (di * sin[i]), (dr * sin[i]) + (di * cos[i]));
        }
    }

    /// <summary>(a, b) becomes (a + b·w̄, a − b·w̄).</summary>
    private void Gather(Span<double> aRe, Span<double> aIm, Span<double> bRe, Span<double> bIm, int m)
    {
        var cos = _cos.AsSpan(m, m);
        var sin = _sin.AsSpan(m, m);
        var i = 0;
        for (; i <= m - Vector<double>.Count; i += Vector<double>.Count)
        {
            var (xr, xi) = (new Vector<double>(aRe[i..]), new Vector<double>(aIm[i..]));
            var (yr, yi) = (new Vector<double>(bRe[i..]), new Vector<double>(bIm[i..]));
            var (c, s) = (new Vector<double>(cos[i..]), new Vector<double>(sin[i..]));
            var (tr, ti) = ((yr * c) + (yi * s), (yi * c) - (yr * s));
            (xr + tr).CopyTo(aRe[i..]);
            (xi + ti).CopyTo(aIm[i..]);
            (xr - tr).CopyTo(bRe[i..]);
            (xi - ti).CopyTo(bIm[i..]);
        }

        for (; i < m; i++)
        {
            var (tr, ti) = ((bRe[i] * cos[i]) + (bIm[i] * sin[i]), (bIm[i] * cos[i]) - (bRe[i] * sin[i]));
            (bRe[i], bIm[i]) = (aRe[i] - tr, aIm[i] - ti);
            (aRe[i], aIm[i]) = (aRe[i] + tr, aIm[i] + ti);
        }
    }
}
