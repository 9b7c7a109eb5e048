using System.Collections.Immutable;
using Federated.Federation.Documents;

namespace Federated.Federation.Schemas;

/// <summary>What the columns of a cohort mean, the same at every site. A site's mapping translates its own file into this.</summary>
/// <remarks>
/// A schema never changes once published: another unit, code or range is another name (…-v2), because the input width, the scaling and with them
/// the model depend on it.
/// </remarks>
public sealed record CohortSchema
{
    /// <summary>Name with version, as written in a study and in a mapping.</summary>
    public required string Name { get; init; }

    /// <summary>All variables, in the order of a table's columns.</summary>
    public required ImmutableArray<CohortVariable> Variables { get; init; }

    /// <summary>Name of the variable that is to be predicted; never an input.</summary>
    public required string Outcome { get; init; }

    /// <summary>True if a second row for the same patient key is a mistake, as it is for a cohort at one point in time.</summary>
    public required bool OneRowPerPatient { get; init; }

    /// <summary>Every schema that this version knows.</summary>
    public static ImmutableArray<CohortSchema> BuiltIn { get; } = [HeartDiseaseV1.Schema];

    /// <summary>The 14 columns of the UCI Heart Disease data set.</summary>
    public static CohortSchema HeartDisease => HeartDiseaseV1.Schema;

    /// <summary>The built-in schema of that exact name, or null.</summary>
    public static CohortSchema? Named(string name) => BuiltIn.FirstOrDefault(s => s.Name == name);

    /// <summary>The variable of that exact name, or null.</summary>
    public CohortVariable? Find(string variable) => Variables.FirstOrDefault(v => v.Name == variable);

    /// <summary>Column of that variable, from 0, or -1.</summary>
    public int IndexOf(string variable)
    {
        for (var i = 0; i < Variables.Length; i++)
        {
            if (Variables[i].Name == variable)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>What to say after an unknown name: the nearest variable, or else the list of them.</summary>
    /// <returns>"did you mean 'chol'?" or "heart-disease-v1 has age, sex, …".</returns>
    public string Suggest(string unknown) =>
        NearestName.Among(Variables.Select(v => v.Name), unknown) is { } near
            ? $"did you mean '{near}'?"
            : $"{Name} has {string.Join(", ", Variables.Select(v => v.Name))}";
}
