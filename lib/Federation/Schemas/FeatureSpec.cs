namespace Federated.Federation.Schemas;

/// <summary>One variable that the model is given, and what stands in for a missing value.</summary>
/// <param name="Variable">Name in the schema.</param>
/// <param name="Missing">
/// Value used where the variable is missing: in the canonical unit, or a code. A public constant of the study: a mean taken from patients would be a
/// release. Null: a row without this variable takes no part.
/// </param>
/// <param name="MissingIndicator">True adds an input that is 1 where the value was missing and 0 elsewhere; needs <paramref name="Missing"/>.</param>
public sealed record FeatureSpec(string Variable, double? Missing = null, bool MissingIndicator = false)
{
    /// <summary>Returns every fault of this feature on its own.</summary>
    public IEnumerable<string> Faults(CohortSchema schema)
    {
        if (schema.Find(Variable) is not { } variable)
        {
            yield return $"unknown feature '{Variable}'; {schema.Suggest(Variable)}";
            yield break;
        }

        if (Variable == schema.Outcome)
        {
            yield return $"feature '{Variable}' is the outcome of {schema.Name}; drop it from the features";
        }

        if (Missing is { } constant && !variable.Admits(constant))
        {
            var wanted = variable.Type == VariableType.Numeric ? "set it within" : "use one of the codes";
            yield return FormattableString.Invariant($"feature '{Variable}': missing is {constant}; {wanted} {variable.Domain()}");
        }

        if (MissingIndicator && Missing is null)
        {
            yield return $"feature '{Variable}' has a missing indicator but nothing to stand in for a missing value; set missing, or drop the indicator";
        }
    }
}
