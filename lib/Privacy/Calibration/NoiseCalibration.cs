using Federated.Privacy.Accountants;
using Federated.Privacy.Events;

namespace Federated.Privacy.Calibration;

/// <summary>A guarantee to be met.</summary>
/// <param name="Epsilon">Above 0 and bounded.</param>
/// <param name="Delta">Probability of failure.</param>
/// <param name="Relation">Which data sets are neighbours.</param>
public sealed record PrivacyTarget(Epsilon Epsilon, Delta Delta, NeighbouringRelation Relation = NeighbouringRelation.AddOrRemoveOne)
{
    /// <summary>Why nothing can be calibrated to this, or null.</summary>
    public string? Fault =>
        Epsilon.Value > 0 && Epsilon.IsBounded
            ? null
            : $"Epsilon is {Epsilon}; calibrate to a value above 0 and below infinity (1 to 8 is usual).";
}

/// <summary>Finds how much noise, or how many steps, a guarantee takes. Pure; thread-safe.</summary>
/// <remarks>Results are on the safe side of what <see cref="PldAccountant"/> says, and within <see cref="Tolerance"/> of its limit.</remarks>
public static class NoiseCalibration
{
    /// <summary>Relative width of the range in which a search stops.</summary>
    public const double Tolerance = 2e-4;

    /// <summary>The smallest noise multiplier with which a study meets a target.</summary>
    /// <param name="study">
    /// All releases, the fixed ones too, given the noise multiplier that is looked for. Its cost must fall as that rises.
    /// </param>
    /// <param name="target">What to meet.</param>
    public static CalibrationResult<NoiseMultiplier> SmallestNoise(Func<NoiseMultiplier, PrivacyEvent> study, PrivacyTarget target)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(target);
        var (least, most) = (Math.Log(NoiseMultiplier.Least), Math.Log(NoiseMultiplier.Most));
        if (target.Fault is { } fault)
        {
            return new CalibrationResult<NoiseMultiplier>.Impossible(fault);
        }

        if (PldAccountant.Fault(study(new NoiseMultiplier(1)), target.Relation) is { } uncountable)
        {
            return new CalibrationResult<NoiseMultiplier>.Impossible(uncountable);
        }

        var search = new MonotoneSearch(x => Excess(study(NoiseAt(x)), target));
        var (tooLittle, enough) = search.Bracket(0, 1, least, most);
        if (enough is null)
        {
            var limit = PldAccountant.Bound(study(new NoiseMultiplier(NoiseMultiplier.Most)), target.Delta, target.Relation).Epsilon;
            return new CalibrationResult<NoiseMultiplier>.Impossible(
                $"However large the noise, epsilon stays at {limit}, above {target.Epsilon}: the other releases alone take it. Allow more, or release less."
            );
        }

        var found = tooLittle is null ? enough.Value : search.Narrow(tooLittle.Value, enough.Value, Tolerance);
        var noise = NoiseAt(found);
        return new CalibrationResult<NoiseMultiplier>.Found(noise, PldAccountant.Bound(study(noise), target.Delta, target.Relation));
    }

    /// <summary>The most steps within a target, exact below 10 000 and to the tolerance above.</summary>
    /// <param name="study">All releases, the fixed ones too, given the number of steps that is looked for, at least 1.</param>
    /// <param name="target">What to meet.</param>
    public static CalibrationResult<long> MostSteps(Func<long, PrivacyEvent> study, PrivacyTarget target)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(target);
        if ((target.Fault ?? PldAccountant.Fault(study(1), target.Relation)) is { } fault)
        {
            return new CalibrationResult<long>.Impossible(fault);
        }

        // Fewer steps cost less: the search runs over −ln(steps), so that its function falls.
        var search = new MonotoneSearch(x => Excess(study(StepsAt(x)), target));
        var (tooMany, enough) = search.Bracket(-Math.Log(64), 1, -Math.Log(CountedEvent.MostTimes), 0);
        if (enough is null)
        {
            var one = PldAccountant.Bound(study(1), target.Delta, target.Relation).Epsilon;
            return new CalibrationResult<long>.Impossible(
                $"One step alone reaches epsilon {one}, above {target.Epsilon}. Raise the noise multiplier or lower the sampling rate."
            );
        }

        var steps = StepsAt(enough.Value);
        if (tooMany is not null)
        {
            steps = StepsAt(search.Narrow(tooMany.Value, enough.Value, Tolerance));
            for (var most = StepsAt(tooMany.Value); steps + 1 < most && steps < 10_000 && Excess(study(steps + 1), target) <= 0; )
            {
                steps++;
            }
        }

        return new CalibrationResult<long>.Found(steps, PldAccountant.Bound(study(steps), target.Delta, target.Relation));
    }

    private static NoiseMultiplier NoiseAt(double x) => new(Math.Clamp(Math.Exp(x), NoiseMultiplier.Least, NoiseMultiplier.Most));

    private static long StepsAt(double x) => Math.Clamp((long)Math.Floor(Math.Exp(-x) * (1 + 1e-12)), 1, CountedEvent.MostTimes);

    /// <summary>ln of ε over the target: above 0 where the target is missed.</summary>
    private static double Excess(PrivacyEvent study, PrivacyTarget target)
    {
        var epsilon = PldAccountant.Bound(study, target.Delta, target.Relation).Epsilon.Value;
        return epsilon > 0 ? Math.Log(epsilon / target.Epsilon.Value) : -100;
    }
}

/// <summary>What was found, with its bound; or why there is none.</summary>
public abstract record CalibrationResult<T>
{
    private CalibrationResult() { }

    /// <summary>The value, and the bound that it meets the target with.</summary>
    public sealed record Found(T Value, PldBound Bound) : CalibrationResult<T>;

    /// <summary>What stands in the way, and what to do.</summary>
    public sealed record Impossible(string Reason) : CalibrationResult<T>;
}
