using System.Numerics;

namespace Federated.Privacy.Numerics;

/// <summary>Products of powers of Fourier transforms of probability vectors, frequency by frequency.</summary>
internal static class Spectrum
{
    /// <summary>|z|² below which a factor counts as zero: the error, 1e-60 per frequency, is beyond every digit that is kept.</summary>
    private const double Vanishing = 1e-120;

    /// <summary>Multiplies the product by factor^<paramref name="count"/>, in place, by repeated squaring.</summary>
    /// <remarks>
    /// Each complex multiplication errs by at most √5·u (Brent, Percival, Zimmermann 2007), and the errors of a power add up to at most
    /// <paramref name="count"/>·√5·u. No factor is larger than 1.
    /// </remarks>
    internal static void MultiplyByPower(
        Span<double> productRe,
        Span<double> productIm,
        ReadOnlySpan<double> factorRe,
        ReadOnlySpan<double> factorIm,
        long count
    )
    {
        var i = 0;
        for (; i <= productRe.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var (re, im) = (new Vector<double>(productRe[i..]), new Vector<double>(productIm[i..]));
            var (baseRe, baseIm) = (new Vector<double>(factorRe[i..]), new Vector<double>(factorIm[i..]));
            for (var left = count; ; )
            {
                if ((left & 1) == 1)
                {
                    (re, im) = ((re * baseRe) - (im * baseIm), (re * baseIm) + (im * baseRe));
                }

                left >>= 1;
                if (left == 0)
                {
                    break;
                }

                (baseRe, baseIm) = ((baseRe * baseRe) - (baseIm * baseIm), 2 * (baseRe * baseIm));
                if (Vector.LessThanAll((baseRe * baseRe) + (baseIm * baseIm), new Vector<double>(Vanishing)))
                {
                    (re, im) = (Vector<double>.Zero, Vector<double>.Zero);
                    break;
                }
            }

            re.CopyTo(productRe[i..]);
            im.CopyTo(productIm[i..]);
        }

        for (; i < productRe.Length; i++)
        {
            var power = Power(new Complex(factorRe[i], factorIm[i]), count);
            var product = new Complex(productRe[i], productIm[i]) * power;
            (productRe[i], productIm[i]) = (product.Real, product.Imaginary);
        }
    }

    private static Complex Power(Complex factor, long count)
    {
        var power = Complex.One;
        for (var left = count; left > 0; left >>= 1)
        {
            power = (left & 1) == 1 ? power * factor : power;
            factor *= factor;
        }

        return power;
    }
}
