namespace Federated.Privacy.Ledger;

/// <summary>The most that patients may lose: ε at δ. The cap of a data set, or what a plan promises for its study.</summary>
public sealed record Budget
{
    /// <param name="epsilon">Finite.</param>
    /// <param name="delta">Any.</param>
    /// <exception cref="ArgumentException">An ε without bound, which limits nothing.</exception>
    public Budget(Epsilon epsilon, Delta delta)
    {
        if (!epsilon.IsBounded)
        {
            throw new ArgumentException("A budget without a bound limits nothing; use a finite epsilon.", nameof(epsilon));
        }

        _ = delta.Value; // throws on a default value
        (Epsilon, Delta) = (epsilon, delta);
    }

    /// <summary>Most ε.</summary>
    public Epsilon Epsilon { get; }

    /// <summary>At this δ.</summary>
    public Delta Delta { get; }

    /// <summary>Reads two numbers; null, with the fault, if they are no budget.</summary>
    public static Budget? From(double epsilon, double delta, out string? fault)
    {
        fault =
            Epsilon.Fault(epsilon)
            ?? (double.IsFinite(epsilon) ? Delta.Fault(delta) : "Epsilon is infinite, which limits nothing; use a finite number.");
        return fault is null ? new Budget(new Epsilon(epsilon), new Delta(delta)) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"epsilon {Epsilon} at delta {Delta}";
}
