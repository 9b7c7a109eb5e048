using System.Collections.Immutable;

namespace Federated.Federation.Schemas;

/// <summary>What one model input shows.</summary>
public enum InputKind
{
    /// <summary>A number, scaled by the variable's public range to [-1, 1] and clamped.</summary>
    Scaled,

    /// <summary>A boolean: 1 for true, 0 for false.</summary>
    Flag,

    /// <summary>1 where the categorical variable has <see cref="FeatureInput.Code"/>, else 0.</summary>
    Level,

    /// <summary>1 where the variable was missing, else 0.</summary>
    MissingIndicator,
}

/// <summary>One input of the model.</summary>
/// <param name="Name"><c>age</c>, <c>sex</c>, <c>cp=2</c> or <c>chol=missing</c>; unique in its layout.</param>
/// <param name="Feature">Position of its feature in <see cref="FeatureLayout.Features"/>.</param>
/// <param name="Kind">How the input is made from the variable.</param>
/// <param name="Code">The code that a <see cref="InputKind.Level"/> indicates; 0 for other kinds.</param>
public sealed record FeatureInput(string Name, int Feature, InputKind Kind, int Code);

/// <summary>The model's inputs: names, order and width, from the schema and the study's features alone.</summary>
/// <remarks>
/// Inputs follow the features' order. A number gives one input scaled by its public range; a boolean one, 0 or 1; a categorical variable one
/// indicator per code but the first, which is the reference level; then, where asked for, the missing indicator. All inputs lie in [-1, 1], so a
/// row of width w has an L2 norm of at most √w without anything computed from patients. Holds no patient's value.
/// </remarks>
public sealed class FeatureLayout
{
    private FeatureLayout(CohortSchema schema, ImmutableArray<FeatureSpec> features)
    {
        Schema = schema;
        Features = features;
        Inputs = [.. features.SelectMany((f, i) => InputsOf(schema.Find(f.Variable)!, f, i))];
    }

    public CohortSchema Schema { get; }

    /// <summary>The study's features, in its order.</summary>
    public ImmutableArray<FeatureSpec> Features { get; }

    /// <summary>The model's inputs, in order.</summary>
    public ImmutableArray<FeatureInput> Inputs { get; }

    /// <summary>Number of inputs.</summary>
    public int Width => Inputs.Length;

    /// <summary>Returns every fault of the list, so that a researcher mends the study once; empty if <see cref="Create"/> will succeed.</summary>
    public static IEnumerable<string> Faults(CohortSchema schema, IReadOnlyList<FeatureSpec> features)
    {
        if (features.Count == 0)
        {
            yield return $"the study names no feature; {schema.Name} has {string.Join(", ", Candidates(schema))}";
        }

        var seen = new HashSet<string>();
        foreach (var feature in features)
        {
            foreach (var fault in feature.Faults(schema))
            {
                yield return fault;
            }

            if (!seen.Add(feature.Variable))
            {
                yield return $"feature '{feature.Variable}' is listed twice; keep one";
            }
        }
    }

    /// <summary>Lays out the inputs.</summary>
    /// <exception cref="ArgumentException">The list has faults; the message holds them all. Call <see cref="Faults"/> first.</exception>
    public static FeatureLayout Create(CohortSchema schema, IReadOnlyList<FeatureSpec> features)
    {
        string[] faults = [.. Faults(schema, features)];
        return faults.Length == 0
            ? new FeatureLayout(schema, [.. features])
            : throw new ArgumentException(string.Join("\n", faults), nameof(features));
    }

    private static IEnumerable<string> Candidates(CohortSchema schema) =>
        schema.Variables.Select(v => v.Name).Where(n => n != schema.Outcome);

    private static IEnumerable<FeatureInput> InputsOf(CohortVariable variable, FeatureSpec feature, int position)
    {
        IEnumerable<FeatureInput> inputs = variable.Type switch
        {
            VariableType.Numeric => [new(variable.Name, position, InputKind.Scaled, 0)],
            VariableType.Boolean => [new(variable.Name, position, InputKind.Flag, 0)],
            VariableType.Categorical => variable.Codes.Skip(1).Select(c => Level(variable, position, c.Code)),
            _ => throw new ArgumentOutOfRangeException(nameof(variable), variable.Type, "Unknown type of variable."),
        };
        return feature.MissingIndicator ? inputs.Append(new($"{variable.Name}=missing", position, InputKind.MissingIndicator, 0)) : inputs;
    }

    private static FeatureInput Level(CohortVariable variable, int position, int code) =>
        new(FormattableString.Invariant($"{variable.Name}={code}"), position, InputKind.Level, code);
}
