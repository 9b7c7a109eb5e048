namespace Federated.Learning.Privatization;

/// <summary>How each patient's gradient is brought to a norm of at most C.</summary>
public enum ClippingManner
{
    /// <summary>The gradient as a whole is scaled.</summary>
    Flat,

    /// <summary>
    /// The part of each of L layers is scaled by itself to at most C/√L, so that the whole is at most C. Layers with small gradients keep more of theirs.
    /// </summary>
    PerLayer,
}

/// <summary>What bounds one patient's influence on a sum of gradients.</summary>
/// <param name="Norm">Clipping norm C: the L2 norm of all that one patient contributes is at most this. Above 0 and finite.</param>
/// <param name="Manner">Whole, or layer by layer (McMahan et al. 2018, arXiv:1710.06963, section 2, "flat" and "per-layer" clipping).</param>
public sealed record GradientClipping(double Norm, ClippingManner Manner)
{
    /// <summary>Every fault.</summary>
    public IEnumerable<string> Faults()
    {
        if (!(Norm > 0 && double.IsFinite(Norm)))
        {
            yield return FormattableString.Invariant($"The clipping norm is {Norm}; set it above 0 (1.0 is a usual start).");
        }

        if (!Enum.IsDefined(Manner))
        {
            yield return $"{Manner} is no manner of clipping; use {nameof(ClippingManner.Flat)} or {nameof(ClippingManner.PerLayer)}.";
        }
    }

    /// <summary>The norm that each separately clipped part gets.</summary>
    internal double NormOfPart(int layers) => Manner == ClippingManner.Flat ? Norm : Norm / Math.Sqrt(layers);
}
