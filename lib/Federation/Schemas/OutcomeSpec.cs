namespace Federated.Federation.Schemas;

/// <summary>Which patients count as positive.</summary>
/// <param name="Variable">Variable of the schema that holds the outcome.</param>
/// <param name="PositiveAbove">A value above this is positive, any other recorded value negative; finite.</param>
public sealed record OutcomeSpec(string Variable, double PositiveAbove)
{
    /// <summary>The schema's own outcome, positive above 0: for heart disease, more than 50 % narrowing of a major vessel.</summary>
    public static OutcomeSpec For(CohortSchema schema) => new(schema.Outcome, 0);

    /// <summary>True if positive.</summary>
    /// <exception cref="ArgumentException"><paramref name="value"/> is NaN: a missing outcome is neither positive nor negative.</exception>
    public bool IsPositive(double value) =>
        double.IsNaN(value)
            ? throw new ArgumentException("A missing outcome has no label; exclude the row first.", nameof(value))
            : value > PositiveAbove;

    /// <summary>Returns every fault, so that a researcher mends the study once.</summary>
    public IEnumerable<string> Faults(CohortSchema schema, IReadOnlyList<FeatureSpec> features)
    {
        if (schema.Find(Variable) is null)
        {
            yield return $"unknown outcome '{Variable}'; {schema.Suggest(Variable)}";
        }

        if (features.Any(f => f.Variable == Variable))
        {
            yield return $"'{Variable}' is the outcome and also a feature; a model given the answer learns nothing else, so drop the feature";
        }

        if (!double.IsFinite(PositiveAbove))
        {
            yield return FormattableString.Invariant(
                $"outcome '{Variable}': the limit is {PositiveAbove}; set a finite number (0 is usual)"
            );
        }
    }
}
