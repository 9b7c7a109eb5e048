using Federated.Privacy.Quantization;

namespace Federated.Learning.Privatization;

/// <summary>Clips a whole site's update: for plans whose unit of privacy is the site.</summary>
public static class UpdateClipping
{
    /// <summary>Scales an update, in place, to an L2 norm of at most C, however it came about.</summary>
    /// <param name="update">Shape [d]. All zero afterwards if it held a number that is not finite: such a site contributes nothing.</param>
    /// <param name="norm">Clipping norm C, above 0 and finite.</param>
    /// <returns>False if the update was not finite.</returns>
    /// <remarks>
    /// What <see cref="Clipping.Factor"/> sets aside pays for rounding: the computed norm is off by at most d·2⁻⁵² of itself, for d up to 80 million far below 2⁻²⁰.
    /// Numbers whose squares overflow count as not finite; what underflows is too small to be seen.
    /// </remarks>
    /// <exception cref="ArgumentException">C is not above 0.</exception>
    public static bool Clip(Span<double> update, double norm)
    {
        var square = 0.0;
        foreach (var x in update)
        {
            square += x * x;
        }

        var factor = Clipping.Factor(Math.Sqrt(square), norm);
        if (!double.IsFinite(square))
        {
            update.Clear();
            return false;
        }

        foreach (ref var x in update)
        {
            x *= factor;
        }

        return true;
    }
}
