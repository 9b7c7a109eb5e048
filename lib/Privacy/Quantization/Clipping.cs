namespace Federated.Privacy.Quantization;

/// <summary>By how much one patient's contribution is scaled so that its L2 norm is at most C.</summary>
public static class Clipping
{
    /// <summary>Contributions are clipped to C·(1 − 2⁻²⁰): the rest pays for rounding in norms, products and sums in double precision.</summary>
    public static readonly double Slack = Math.ScaleB(1, -20);

    /// <summary>min(1, C·(1 − 2⁻²⁰)/norm); 0 for a norm that is no finite number: that patient contributes nothing.</summary>
    /// <param name="norm">L2 norm of all that the patient contributes, in double precision.</param>
    /// <param name="clippingNorm">C, above 0 and finite.</param>
    public static double Factor(double norm, double clippingNorm)
    {
        if (!(clippingNorm > 0 && double.IsFinite(clippingNorm)))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The clipping norm is {clippingNorm}; set it above 0."),
                nameof(clippingNorm)
            );
        }

        return double.IsFinite(norm) ? Math.Min(1, clippingNorm * (1 - Slack) / norm) : 0;
    }
}
