using System.Collections.Immutable;
using System.Globalization;
using Federated.Federation.Schemas;

namespace Federated.Data.Synthetic;

/// <summary>How one variable is written by a hospital.</summary>
/// <param name="Header">Column name; not written where the dialect has no header.</param>
/// <param name="Unit">Name of the unit, or null for the canonical one.</param>
/// <param name="Decimals">Digits after the decimal sign.</param>
/// <param name="Codes">Local text of each code, or empty for the schema's own codes.</param>
internal sealed record LocalColumn(
    string Header,
    string? Unit = null,
    int Decimals = 0,
    params ImmutableArray<(string Local, int Code)> Codes
);

/// <summary>How a hospital writes its file: delimiter, decimal sign, units, headers, codes, the mark for a missing value.</summary>
internal sealed record LocalDialect
{
    private static readonly CohortSchema Schema = CohortSchema.HeartDisease;

    public required bool HasHeader { get; init; }

    public required char Delimiter { get; init; }

    public required char DecimalSign { get; init; }

    public required string MissingMark { get; init; }

    /// <summary>Header of the patient key, which is then the first column; null for a file without one.</summary>
    public string? PatientKey { get; init; }

    /// <summary>One per variable of the schema, in its order.</summary>
    public required ImmutableArray<LocalColumn> Columns { get; init; }

    public LocalColumn this[CohortVariable variable] => Columns[Schema.IndexOf(variable.Name)];

    /// <summary>The field as the file shows it.</summary>
    public string Write(CohortVariable variable, SyntheticPatient patient) =>
        patient.RecordingOf(variable.Name) switch
        {
            SyntheticPatient.Recording.Marked => MissingMark,
            SyntheticPatient.Recording.HiddenZero => "0",
            _ => Write(variable, patient[variable.Name]),
        };

    private string Write(CohortVariable variable, double value)
    {
        var column = this[variable];
        if (!column.Codes.IsDefaultOrEmpty)
        {
            return column.Codes.First(c => c.Code == value).Local;
        }

        var perUnit = column.Unit is null ? 1 : variable.Units.Single(u => u.Name == column.Unit).CanonicalPerUnit;
        var local = Math.Round((decimal)value / perUnit, column.Decimals);
        return local.ToString("F" + column.Decimals, CultureInfo.InvariantCulture).Replace('.', DecimalSign);
    }
}
