using System.Globalization;
using Federated.Federation.Schemas;

namespace Federated.Data.Synthetic;

/// <summary>Writes a synthetic hospital's two files. Lines end in LF on every platform.</summary>
internal static class DialectWriter
{
    private static readonly CohortSchema Schema = CohortSchema.HeartDisease;

    /// <summary>The data file.</summary>
    public static void WriteRows(TextWriter csv, LocalDialect dialect, IEnumerable<SyntheticPatient> patients)
    {
        if (dialect.HasHeader)
        {
            var headers = dialect.Columns.Select(c => c.Header);
            WriteLine(
                csv,
                string.Join(
                    dialect.Delimiter,
                    (dialect.PatientKey is { } key ? headers.Prepend(key) : headers).Select(h => Quote(h, dialect))
                )
            );
        }

        var number = 0;
        foreach (var patient in patients)
        {
            number++;
            var fields = Schema.Variables.Select(v => dialect.Write(v, patient));
            var keyed = dialect.PatientKey is null ? fields : fields.Prepend(string.Create(CultureInfo.InvariantCulture, $"P{number:D6}"));
            WriteLine(csv, string.Join(dialect.Delimiter, keyed));
        }
    }

    /// <summary>The mapping that reads it.</summary>
    public static void WriteMapping(TextWriter yaml, LocalDialect dialect, string csvFile, HospitalProfile profile)
    {
        WriteLine(yaml, "# SYNTHETIC: generated, no real patient.");
        WriteLine(yaml, $"schema: {Schema.Name}");
        WriteLine(yaml, $"file: {csvFile}");
        WriteLine(yaml, "synthetic: true");
        WriteLine(yaml, "format:");
        WriteLine(yaml, $"  header: {(dialect.HasHeader ? "yes" : "no")}");
        WriteLine(yaml, $"  delimiter: \"{dialect.Delimiter}\"");
        WriteLine(yaml, $"  decimal: \"{dialect.DecimalSign}\"");
        WriteLine(yaml, "  encoding: utf-8");
        if (dialect.MissingMark.Length > 0)
        {
            WriteLine(yaml, $"missing: [\"{dialect.MissingMark}\"]");
        }

        if (dialect.PatientKey is { } key)
        {
            WriteLine(yaml, $"patient_key: \"{key}\"");
        }

        WriteLine(yaml, "variables:");
        foreach (var variable in Schema.Variables)
        {
            WriteVariable(yaml, dialect, variable, profile.HiddenZeros.ContainsKey(variable.Name));
        }
    }

    private static void WriteVariable(TextWriter yaml, LocalDialect dialect, CohortVariable variable, bool hasHiddenZeros)
    {
        var column = dialect[variable];
        var reference = dialect.HasHeader
            ? $"\"{column.Header}\""
            : (Schema.IndexOf(variable.Name) + 1).ToString(CultureInfo.InvariantCulture);
        WriteLine(yaml, $"  {variable.Name}:");
        WriteLine(yaml, $"    column: {reference}");
        if ((column.Unit ?? variable.CanonicalUnit) is { } unit)
        {
            WriteLine(yaml, $"    unit: {unit}");
        }

        if (!column.Codes.IsDefaultOrEmpty)
        {
            var codes = column.Codes.Select(c => string.Create(CultureInfo.InvariantCulture, $"\"{c.Local}\": {c.Code}"));
            WriteLine(yaml, $"    codes: {{ {string.Join(", ", codes)} }}");
        }

        if (hasHiddenZeros)
        {
            WriteLine(yaml, "    missing: [0] # not measured");
        }
    }

    private static string Quote(string header, LocalDialect dialect) => header.Contains(dialect.Delimiter) ? $"\"{header}\"" : header;

    private static void WriteLine(TextWriter writer, string line) => writer.Write(line + "\n");
}
