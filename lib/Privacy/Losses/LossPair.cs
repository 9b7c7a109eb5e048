namespace Federated.Privacy.Losses;

/// <summary>
/// A pair of output distributions (P, Q) on the line that dominates one release: P with the patient, Q without. P/Q never falls from left to right.
/// </summary>
internal abstract class LossPair
{
    /// <summary>True if (Q, P) is the same pair seen from the other side: then one direction is enough.</summary>
    internal abstract bool IsSymmetric { get; }

    /// <summary>True if the loss takes single values only, so that δ(ε) has corners.</summary>
    internal virtual bool IsDiscrete => false;

    /// <summary>A lattice that dominates this pair.</summary>
    /// <param name="interval">Distance of two losses.</param>
    /// <param name="tail">Mass that may be cut from either end and counted as failure.</param>
    internal abstract LossLattice OnLattice(double interval, double tail);

    /// <summary>Least and most loss that <see cref="OnLattice"/> keeps.</summary>
    internal abstract (double Least, double Most) Range(double tail);
}
