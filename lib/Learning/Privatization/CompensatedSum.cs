using System.Numerics;
using System.Runtime.InteropServices;

namespace Federated.Learning.Privatization;

/// <summary>Adds vectors and keeps what each addition rounds away, so that the total is off by no more than if it were rounded about twice.</summary>
/// <remarks>Neumaier's variant of Kahan summation by Knuth's branch-free TwoSum (The Art of Computer Programming, volume 2, section 4.2.2, theorem B).</remarks>
/// <param name="length">Of the vectors.</param>
internal sealed class CompensatedSum(int length)
{
    private readonly double[] _high = new double[length];
    private readonly double[] _low = new double[length];

    internal void Clear()
    {
        _high.AsSpan().Clear();
        _low.AsSpan().Clear();
    }

    internal void Add(ReadOnlySpan<double> vector)
    {
        var done = 0;
        var highs = MemoryMarshal.Cast<double, Vector<double>>(_high.AsSpan());
        var lows = MemoryMarshal.Cast<double, Vector<double>>(_low.AsSpan());
        var terms = MemoryMarshal.Cast<double, Vector<double>>(vector);
        for (var i = 0; i < terms.Length; i++)
        {
            var (a, b) = (highs[i], terms[i]);
            var sum = a + b;
            var part = sum - a;
            lows[i] += a - (sum - part) + (b - part);
            highs[i] = sum;
            done += Vector<double>.Count;
        }

        for (var i = done; i < vector.Length; i++)
        {
            var (a, b) = (_high[i], vector[i]);
            var sum = a + b;
            var part = sum - a;
            _low[i] += a - (sum - part) + (b - part);
            _high[i] = sum;
        }
    }

    internal void CopyTo(Span<double> total)
    {
        for (var i = 0; i < total.Length; i++)
        {
            total[i] = _high[i] + _low[i];
        }
    }
}
