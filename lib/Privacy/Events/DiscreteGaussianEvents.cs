namespace Federated.Privacy.Events;

/// <summary>
/// Discrete Gaussian noise of one party on an integer vector: mass of x proportional to exp(−x²/(2σ²)) in each coordinate
/// (Canonne, Kamath, Steinke 2020, arXiv:2004.00010).
/// </summary>
public sealed record DiscreteGaussianEvent : PrivacyEvent
{
    /// <param name="sigmaSquared">The parameter σ² in squared grid units (not quite the variance), 1/4 to 2⁶⁰.</param>
    /// <param name="sensitivity">L2 sensitivity in grid units, above 0.</param>
    /// <param name="dimension">Coordinates, at least 1.</param>
    /// <param name="samplingRate">Poisson sampling of the patients.</param>
    /// <exception cref="ArgumentException">Outside these ranges.</exception>
    public DiscreteGaussianEvent(double sigmaSquared, double sensitivity, int dimension, SamplingRate samplingRate)
    {
        Require.InRange(sigmaSquared, 0.25, Math.ScaleB(1, 60), "Sigma squared of discrete Gaussian noise");
        Require.InRange(sensitivity, 1e-9, Math.ScaleB(1, 60), "The L2 sensitivity on the grid");
        Require.InRange(dimension, 1, int.MaxValue, "The number of coordinates");
        (SigmaSquared, Sensitivity, Dimension, SamplingRate) = (sigmaSquared, sensitivity, dimension, samplingRate);
        _ = NoiseMultiplier;
    }

    /// <summary>σ², in squared grid units.</summary>
    public double SigmaSquared { get; }

    /// <summary>L2 sensitivity in grid units.</summary>
    public double Sensitivity { get; }

    /// <summary>Coordinates.</summary>
    public int Dimension { get; }

    /// <summary>Poisson sampling of the patients.</summary>
    public SamplingRate SamplingRate { get; }

    /// <summary>σ divided by the sensitivity.</summary>
    public NoiseMultiplier NoiseMultiplier => new(Math.Sqrt(SigmaSquared) / Sensitivity);
}

/// <summary>
/// The sum of discrete Gaussian noise of several parties, as secure aggregation makes it. It is not discrete Gaussian itself: τ bounds by how much
/// (Kairouz, Liu, Steinke 2021, arXiv:2102.06387, Theorem 1).
/// </summary>
public sealed record SumOfDiscreteGaussiansEvent : PrivacyEvent
{
    /// <param name="shares">Honest parties whose noise is in the sum, at least 1: not those that may collude.</param>
    /// <param name="sigmaSquared">Each party's parameter σ² in squared grid units, 1/4 to 2⁶⁰.</param>
    /// <param name="sensitivity">L2 sensitivity in grid units, above 0.</param>
    /// <param name="dimension">Coordinates, at least 1.</param>
    /// <param name="samplingRate">Poisson sampling of the patients.</param>
    /// <exception cref="ArgumentException">Outside these ranges.</exception>
    public SumOfDiscreteGaussiansEvent(int shares, double sigmaSquared, double sensitivity, int dimension, SamplingRate samplingRate)
    {
        Require.InRange(shares, 1, 1_000_000, "The number of honest noise shares");
        Require.InRange(sigmaSquared, 0.25, Math.ScaleB(1, 60), "Sigma squared of a share");
        Require.InRange(sensitivity, 1e-9, Math.ScaleB(1, 60), "The L2 sensitivity on the grid");
        Require.InRange(dimension, 1, int.MaxValue, "The number of coordinates");
        (Shares, SigmaSquared, Sensitivity, Dimension, SamplingRate) = (shares, sigmaSquared, sensitivity, dimension, samplingRate);
        _ = NoiseMultiplier;
    }

    /// <summary>Honest parties whose noise is in the sum.</summary>
    public int Shares { get; }

    /// <summary>σ² of each share, in squared grid units.</summary>
    public double SigmaSquared { get; }

    /// <summary>L2 sensitivity in grid units.</summary>
    public double Sensitivity { get; }

    /// <summary>Coordinates.</summary>
    public int Dimension { get; }

    /// <summary>Poisson sampling of the patients.</summary>
    public SamplingRate SamplingRate { get; }

    /// <summary>√n·σ divided by the sensitivity.</summary>
    public NoiseMultiplier NoiseMultiplier => new(Math.Sqrt(Shares * SigmaSquared) / Sensitivity);

    /// <summary>L1 sensitivity of an integer vector with this L2 sensitivity: min(√d·Δ, Δ²).</summary>
    public double L1Sensitivity => Math.Min(Math.Sqrt(Dimension) * Sensitivity, Sensitivity * Sensitivity);
}
