using Federated.Federation.Documents;

namespace Federated.Data;

/// <summary>Which field of a line holds which variable, once the file's first line has been seen.</summary>
/// <param name="Fields">Fields that every line must have.</param>
/// <param name="Variables">Field, from 0, of each variable of the mapping, in its order.</param>
/// <param name="PatientKey">Field of the patient key, from 0, or null.</param>
internal sealed record ColumnBinding(int Fields, int[] Variables, int? PatientKey)
{
    private static readonly (char Sign, string Name)[] Delimiters = [(',', "\",\""), (';', "\";\""), ('\t', "tab"), ('|', "\"|\"")];

    /// <summary>Binds to the header, or where there is none to the first row; null, with every fault noted, if a column is not there.</summary>
    public static ColumnBinding? To(CsvRecord first, Mapping mapping, FaultList faults)
    {
        var before = faults.Count;
        if (first.Fields.Length == 1 && OtherDelimiter(first.Fields[0], mapping.Format) is { } other)
        {
            faults.Add(first.Line, "", "the line has one field only", $"it looks delimited by {other}: set format.delimiter: {other}");
            return null;
        }

        if (mapping.Format.HasHeader && first.Fields.All(f => LocalNumber.TryParse(f, mapping.Format.DecimalSign, out _)))
        {
            faults.Add(
                first.Line,
                "",
                "the header line holds numbers only, so it is probably a patient",
                "if the file has no header line, set format.header: no"
            );
        }

        int[] variables = [.. mapping.Variables.Select(v => Find(first, mapping, v.Column, v.Variable.Name, faults))];
        int? key = mapping.PatientKey is { } column ? Find(first, mapping, column, "patient_key", faults) : null;
        return faults.Count == before ? new ColumnBinding(first.Fields.Length, variables, key) : null;
    }

    private static int Find(CsvRecord first, Mapping mapping, ColumnReference column, string field, FaultList faults)
    {
        switch (column)
        {
            case ColumnReference.ByNumber(var number) when number <= first.Fields.Length:
                return number - 1;
            case ColumnReference.ByNumber:
                faults.Add(
                    first.Line,
                    field,
                    $"{column} does not exist; the line has {first.Fields.Length} fields",
                    "correct the column in the mapping"
                );
                return -1;
            case ColumnReference.ByName(var header):
                return FindByName(first, mapping, header, field, faults);
            default:
                throw new ArgumentOutOfRangeException(nameof(column), column, "Unknown kind of column reference.");
        }
    }

    private static int FindByName(CsvRecord first, Mapping mapping, string header, string field, FaultList faults)
    {
        var at = Array.IndexOf(first.Fields, header);
        if (at < 0)
        {
            var near = NearestName.Among(first.Fields.Where(f => f.Length > 0), header) is { } n
                ? $"; did you mean '{Excerpt.Of(n)}'?"
                : "";
            faults.Add(first.Line, field, $"no column is named '{header}'{near}", $"correct the column in {mapping.Source}");
        }
        else if (Array.LastIndexOf(first.Fields, header) != at)
        {
            faults.Add(first.Line, field, $"more than one column is named '{header}'", "give the column's number instead");
        }

        return at;
    }

    /// <summary>The delimiter, as a mapping writes it, that this line is probably written with, or null.</summary>
    private static string? OtherDelimiter(string line, CsvFormat format) =>
        Delimiters
            .Where(d => d.Sign != format.Delimiter && line.Contains(d.Sign))
            .OrderByDescending(d => line.Count(c => c == d.Sign))
            .Select(d => d.Name)
            .FirstOrDefault();
}
