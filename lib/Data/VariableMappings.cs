using System.Collections.Immutable;
using System.Globalization;
using Federated.Federation.Documents;
using Federated.Federation.Schemas;

namespace Federated.Data;

/// <summary>Reads the <c>variables:</c> section of a mapping.</summary>
/// <param name="schema">What variables there are.</param>
/// <param name="format">How the file is written.</param>
/// <param name="globalMissing">Marks that mean "missing" in every column.</param>
/// <param name="patientKey">Column of the patient key, which no variable may use.</param>
internal sealed class VariableMappings(
    CohortSchema schema,
    CsvFormat format,
    ImmutableArray<string> globalMissing,
    ColumnReference? patientKey
)
{
    public const string NoHeader = "the file has no header line to find it in";

    public const string NoHeaderHint = "give the column's number, or set format.header: yes";

    /// <param name="section">The section.</param>
    /// <param name="needsOutcome">True if a mapping without the outcome's column is a fault.</param>
    public ImmutableArray<VariableMapping> Read(DocumentReader section, bool needsOutcome)
    {
        var mapped = new Dictionary<string, VariableMapping>();
        foreach (var key in section.Keys)
        {
            if (schema.Find(key) is not { } variable)
            {
                section.Fault(key, $"unknown variable; {schema.Suggest(key)}");
            }
            else if (Read(section.Section(key), variable) is { } mapping)
            {
                mapped.Add(key, mapping);
            }
        }

        if (needsOutcome && !section.Has(schema.Outcome))
        {
            section.Fault(schema.Outcome, "missing: it is the outcome of the schema", "map its column");
        }

        ReportSharedColumns(section, mapped.Values);
        foreach (var mapping in mapped.Values.Where(m => !format.HasHeader && m.Column is ColumnReference.ByName))
        {
            section.Fault(mapping.Variable.Name, $"{mapping.Column}: {NoHeader}", NoHeaderHint);
        }

        return [.. schema.Variables.Where(v => mapped.ContainsKey(v.Name)).Select(v => mapped[v.Name])];
    }

    private VariableMapping? Read(DocumentReader entry, CohortVariable variable)
    {
        var column = MappingReader.Column(entry, "column");
        var unit = ReadUnit(entry, variable);
        var missing = entry.Texts("missing");
        var codes = ReadCodes(entry, variable, new MissingMarks([.. globalMissing, .. missing], format.DecimalSign));
        entry.RefuseUnknownKeys();
        return column is null
            ? null
            : new VariableMapping
            {
                Variable = variable,
                Column = column,
                Unit = unit,
                Codes = codes,
                Missing = missing,
            };
    }

    private static Unit? ReadUnit(DocumentReader entry, CohortVariable variable)
    {
        var units = variable.Units;
        var known = string.Join(", ", units.Select(u => u.Name));
        if (units.IsEmpty)
        {
            if (entry.Has("unit"))
            {
                entry.Fault("unit", $"{variable.Name} has codes, not a unit", "drop this line");
            }

            return null;
        }

        // Where there is only one, it need not be said.
        var name = entry.Text("unit", units.Length == 1 ? units[0].Name : null, $"one of {known}: the file's unit is not guessed");
        if (units.FirstOrDefault(u => u.Name == name) is { } unit)
        {
            return unit;
        }

        var near = NearestName.Among(units.Select(u => u.Name), name) is { } n ? $"; did you mean '{n}'?" : "";
        entry.Fault("unit", $"unknown unit '{name}' of {variable.Name}{near}", $"known units: {known}");
        return units[0];
    }

    private static ImmutableDictionary<string, int> ReadCodes(DocumentReader entry, CohortVariable variable, MissingMarks missing)
    {
        var codes = ImmutableDictionary.CreateBuilder<string, int>();
        if (!entry.Has("codes"))
        {
            return codes.ToImmutable();
        }

        var section = entry.Section("codes");
        if (variable.Type == VariableType.Numeric)
        {
            entry.Fault("codes", $"{variable.Name} is a number and has no codes", "drop this section");
            return codes.ToImmutable();
        }

        foreach (var local in section.Keys)
        {
            var text = section.Text(local); // a fault of its own hides those below
            if (!int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var code) || !variable.Admits(code))
            {
                section.Fault(local, $"stands for '{text}', not a code of {variable.Name} ({variable.Domain()})");
            }
            else if (missing.Include(local, out _))
            {
                section.Fault(local, "is listed as missing too", "keep one of the two");
            }
            else
            {
                codes.Add(local, code);
            }
        }

        return codes.ToImmutable();
    }

    private void ReportSharedColumns(DocumentReader section, IEnumerable<VariableMapping> mapped)
    {
        var owners = new Dictionary<ColumnReference, string>();
        if (patientKey is not null)
        {
            owners.Add(patientKey, "patient_key");
        }

        foreach (var mapping in mapped)
        {
            if (!owners.TryAdd(mapping.Column, mapping.Variable.Name))
            {
                section.Fault(
                    mapping.Variable.Name,
                    $"{mapping.Column} is already used by {owners[mapping.Column]}",
                    "give each its own column"
                );
            }
        }
    }
}
