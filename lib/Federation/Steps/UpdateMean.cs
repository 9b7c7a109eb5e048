using System.Numerics;

namespace Federated.Federation.Steps;

/// <summary>The mean update of a round from its sum: <c>g = lane·2^-k / divisor</c>, for one element and for a vector of them alike.</summary>
/// <param name="unit">2^-k, the value of one grid step.</param>
/// <param name="divisor">Positive and finite.</param>
internal readonly struct UpdateMean(double unit, double divisor)
{
    internal double At(ReadOnlySpan<long> sum, int i) => sum[i] * unit / divisor;

    internal Vector<double> VectorAt(ReadOnlySpan<long> sum, int i) =>
        Vector.ConvertToDouble(new Vector<long>(sum[i..])) * unit / new Vector<double>(divisor);
}
