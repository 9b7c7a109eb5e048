using System.Collections.Immutable;
using Federated.Federation.Documents;
using Federated.Federation.Schemas;

namespace Federated.Data;

/// <summary>Reads the <c>variables:</c> section of a mapping.</summary>
internal static class VariableMappings
{
    public static ImmutableArray<VariableMapping> Read(
        YamlSection root,
        CohortSchema schema,
        CsvFormat format,
        ImmutableArray<string> globalMissing,
        ColumnReference? patientKey
    )
    {
        if (root.Section("variables") is not { } section)
        {
            if (!root.Has("variables"))
            {
                root.Fault("variables", "missing", $"map at least the outcome, '{schema.Outcome}'");
            }

            return [];
        }

        var mapped = new Dictionary<string, VariableMapping>();
        foreach (var (key, _) in section.Keys)
        {
            if (schema.Find(key) is not { } variable)
            {
                section.Fault(key, $"unknown variable; {schema.Suggest(key)}");
            }
            else if (section.Section(key) is { } entry && Read(entry, variable, format, globalMissing) is { } mapping)
            {
                mapped.Add(key, mapping);
            }
        }

        if (!section.Has(schema.Outcome))
        {
            section.Fault(schema.Outcome, "missing: it is the outcome of the schema", "map its column");
        }

        ReportSharedColumns(section, mapped.Values, patientKey);
        if (!format.HasHeader)
        {
            ReportNames(root, section, mapped.Values, patientKey);
        }

        return [.. schema.Variables.Where(v => mapped.ContainsKey(v.Name)).Select(v => mapped[v.Name])];
    }

    private static VariableMapping? Read(YamlSection entry, CohortVariable variable, CsvFormat format, ImmutableArray<string> globalMissing)
    {
        entry.AllowOnly("column", "unit", "codes", "missing");
        if (!entry.Has("column"))
        {
            entry.Fault("column", "missing", "a number from 1, or a name from the header line");
        }

        var column = entry.Column("column");
        var unit = ReadUnit(entry, variable);
        var missing = entry.List("missing");
        var codes = ReadCodes(entry, variable, new MissingMarks([.. globalMissing, .. missing], format.DecimalSign));
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

    private static Unit? ReadUnit(YamlSection entry, CohortVariable variable)
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

        if (!entry.Has("unit") && units.Length > 1)
        {
            entry.Fault("unit", $"missing: {variable.Name} may be in {known}", "name the file's unit; it is not guessed");
        }

        if (entry.Text("unit") is not { } name)
        {
            return units[0];
        }

        if (units.FirstOrDefault(u => u.Name == name) is { } unit)
        {
            return unit;
        }

        var near = NearestName.Among(units.Select(u => u.Name), name) is { } n ? $"; did you mean '{n}'?" : "";
        entry.Fault("unit", $"unknown unit '{name}' of {variable.Name}{near}", $"known units: {known}");
        return units[0];
    }

    private static ImmutableDictionary<string, int> ReadCodes(YamlSection entry, CohortVariable variable, MissingMarks missing)
    {
        var codes = ImmutableDictionary.CreateBuilder<string, int>();
        if (entry.Section("codes") is not { } section)
        {
            return codes.ToImmutable();
        }

        if (variable.Type == VariableType.Numeric)
        {
            entry.Fault("codes", $"{variable.Name} is a number and has no codes", "drop this section");
            return codes.ToImmutable();
        }

        foreach (var (local, _) in section.Keys)
        {
            if (section.Text(local) is not { } text)
            {
                continue; // noted by Text
            }

            if (!int.TryParse(text, out var code) || !variable.Admits(code))
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

    private static void ReportSharedColumns(YamlSection section, IEnumerable<VariableMapping> mapped, ColumnReference? patientKey)
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

    private static void ReportNames(YamlSection root, YamlSection section, IEnumerable<VariableMapping> mapped, ColumnReference? patientKey)
    {
        const string Hint = "give the column's number, or set format.header: yes";
        if (patientKey is ColumnReference.ByName key)
        {
            root.Fault("patient_key", $"{key}: the file has no header line to find it in", Hint);
        }

        foreach (var mapping in mapped.Where(m => m.Column is ColumnReference.ByName))
        {
            section.Fault(mapping.Variable.Name, $"{mapping.Column}: the file has no header line to find it in", Hint);
        }
    }
}
