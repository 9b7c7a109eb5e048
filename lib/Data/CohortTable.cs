using Federated.Federation.Schemas;

namespace Federated.Data;

/// <summary>A site's patients in the schema's terms: one column per variable, canonical units and codes, NaN where missing.</summary>
/// <remarks>Real patients: never serialized, never logged; prints its shape only. Immutable, so it may be read from several threads.</remarks>
public sealed class CohortTable
{
    private readonly double[][] _columns;
    private readonly int[] _lines;
    private readonly PatientDigest[] _patients;
    private readonly PatientDigest[] _looks;
    private readonly Dictionary<(int Column, int Row), double> _codesForMissing;

    /// <param name="mapping">What it was read through.</param>
    /// <param name="source">Name of the data file.</param>
    /// <param name="columns">One per variable of the schema, in its order, each with one value per row. Owned by the table from here on.</param>
    /// <param name="lines">Line in the source of each row, from 1.</param>
    /// <param name="patients">Whose row it is.</param>
    /// <param name="looks">What each row's key looks like; empty where the file has no keys.</param>
    /// <param name="codesForMissing">The number recorded, in the canonical unit, where the mapping declares that number to mean missing.</param>
    internal CohortTable(
        Mapping mapping,
        string source,
        double[][] columns,
        int[] lines,
        PatientDigest[] patients,
        PatientDigest[] looks,
        Dictionary<(int Column, int Row), double> codesForMissing
    )
    {
        (Mapping, Source) = (mapping, source);
        (_columns, _lines, _patients, _looks, _codesForMissing) = (columns, lines, patients, looks, codesForMissing);
    }

    /// <summary>The mapping it was read through.</summary>
    public Mapping Mapping { get; }

    public CohortSchema Schema => Mapping.Schema;

    /// <summary>Name of the data file.</summary>
    public string Source { get; }

    /// <summary>Number of rows, at least 1.</summary>
    public int Rows => _lines.Length;

    /// <summary>Line in the source of each row, from 1.</summary>
    public ReadOnlySpan<int> Lines => _lines;

    /// <summary>Whose row each is. Rows of equal digest are one patient.</summary>
    public ReadOnlySpan<PatientDigest> Patients => _patients;

    /// <summary>What each row's key looks like (<see cref="PatientLook"/>); empty where the file has no keys.</summary>
    internal ReadOnlySpan<PatientDigest> Looks => _looks;

    /// <summary>Values of one variable, one per row: canonical unit or code, NaN where missing.</summary>
    /// <exception cref="ArgumentException">The schema has no such variable.</exception>
    public ReadOnlySpan<double> Column(string variable) => _columns[IndexOf(variable)];

    /// <summary>The same, to be kept by a reader in this library; not to be written to.</summary>
    internal double[] ColumnOf(string variable) => _columns[IndexOf(variable)];

    /// <summary>Number of rows in which the variable is missing.</summary>
    /// <exception cref="ArgumentException">The schema has no such variable.</exception>
    public int MissingCount(string variable)
    {
        var missing = 0;
        foreach (var value in Column(variable))
        {
            missing += double.IsNaN(value) ? 1 : 0;
        }

        return missing;
    }

    /// <summary>
    /// The number that the file holds, in the canonical unit, where the mapping declares it to mean missing (cholesterol 0); NaN where the value is
    /// present, or missing by an empty field or a mark such as "?".
    /// </summary>
    /// <remarks>For repeating published work that took such codes for measurements; nothing else should read it.</remarks>
    /// <exception cref="ArgumentException">The schema has no such variable.</exception>
    public double CodeForMissing(string variable, int row) => _codesForMissing.GetValueOrDefault((IndexOf(variable), row), double.NaN);

    public override string ToString() => FormattableString.Invariant($"{Source}: {Rows} rows of {Schema.Name}");

    private int IndexOf(string variable) =>
        Schema.IndexOf(variable) is var i and >= 0
            ? i
            : throw new ArgumentException($"{Schema.Name} has no variable '{variable}'.", nameof(variable));
}

/// <summary>What came of reading a hospital's file.</summary>
public abstract record CohortResult
{
    private CohortResult() { }

    /// <summary>Every row was understood.</summary>
    public sealed record Read(CohortTable Table, IReadOnlyList<DataWarning> Warnings) : CohortResult;

    /// <summary>Nothing was used: one bad row is enough, because a row silently left out is a patient silently left out.</summary>
    public sealed record Rejected(DataFaults Faults) : CohortResult;
}
