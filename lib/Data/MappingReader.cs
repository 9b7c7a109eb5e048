using Federated.Federation.Documents;
using Federated.Federation.Schemas;

namespace Federated.Data;

/// <summary>Reads a hospital's mapping file (YAML) and reports every fault in it at once.</summary>
/// <remarks>An unknown key is a fault: a misspelt <c>missing:</c> that was skipped would turn "not measured" into a measurement of 0.</remarks>
public static class MappingReader
{
    /// <param name="yaml">The file's text. Read to its end; stays open.</param>
    /// <param name="name">Name of the file, for messages.</param>
    public static MappingResult Read(TextReader yaml, string name)
    {
        var faults = new FaultList(name);
        var mapping = YamlSection.OfDocument(yaml, faults) is { } root ? Read(root, name) : null;
        return faults.Count == 0 && mapping is not null ? new MappingResult.Read(mapping) : new MappingResult.Rejected(faults.ToFaults());
    }

    private static Mapping? Read(YamlSection root, string name)
    {
        root.AllowOnly("schema", "file", "synthetic", "format", "missing", "patient_key", "variables");
        var schema = ReadSchema(root);
        var file = root.RequiredText("file", "name the data file that this mapping describes");
        var synthetic = root.YesOrNo("synthetic") ?? false;
        var format = ReadFormat(root);
        var missing = root.List("missing");
        var key = root.Column("patient_key");
        if (schema is null)
        {
            return null; // without a schema nothing more can be said about the variables
        }

        var variables = VariableMappings.Read(root, schema, format, missing, key);
        return file is null
            ? null
            : new Mapping
            {
                Source = name,
                Schema = schema,
                File = file,
                Synthetic = synthetic,
                Format = format,
                Missing = missing,
                PatientKey = key,
                Variables = variables,
            };
    }

    private static CohortSchema? ReadSchema(YamlSection root)
    {
        var known = CohortSchema.BuiltIn.Select(s => s.Name).ToArray();
        if (root.RequiredText("schema", $"known schemas: {string.Join(", ", known)}") is not { } name)
        {
            return null;
        }

        if (CohortSchema.Named(name) is { } schema)
        {
            return schema;
        }

        var near = NearestName.Among(known, name) is { } n ? $"; did you mean '{n}'?" : "";
        root.Fault("schema", $"unknown schema '{name}'{near}", $"known schemas: {string.Join(", ", known)}");
        return null;
    }

    private static CsvFormat ReadFormat(YamlSection root)
    {
        if (root.Section("format") is not { } format)
        {
            if (!root.Has("format"))
            {
                root.Fault("format", "missing", "say at least format: { header: yes } or { header: no }");
            }

            return new CsvFormat(true, ',', '.');
        }

        format.AllowOnly("header", "delimiter", "decimal", "encoding");
        if (!format.Has("header"))
        {
            format.Fault(
                "header",
                "missing",
                "yes if the first line names the columns, else no: a wrong guess would lose a patient or invent one"
            );
        }

        if (format.Text("encoding") is { } encoding && !encoding.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            format.Fault("encoding", $"'{encoding}' is not supported; only utf-8 is", "convert the file, for example with iconv -t utf-8");
        }

        var delimiter = OneOf(format, "delimiter", (",", ','), (";", ';'), ("tab", '\t'), ("\t", '\t'), ("|", '|'));
        var decimalSign = OneOf(format, "decimal", (".", '.'), (",", ','));
        return new CsvFormat(format.YesOrNo("header") ?? true, delimiter, decimalSign);
    }

    /// <summary>The character that a key's text stands for; the first where the key is absent or, which is noted, has another text.</summary>
    private static char OneOf(YamlSection format, string key, params (string Text, char Meaning)[] choices)
    {
        if (format.Text(key) is not { } text)
        {
            return choices[0].Meaning;
        }

        foreach (var (choice, meaning) in choices)
        {
            if (choice == text)
            {
                return meaning;
            }
        }

        var known = choices.Where(c => c.Text != "\t").Select(c => $"\"{c.Text}\"");
        format.Fault(key, $"'{text}' is not one of {string.Join(", ", known)}");
        return choices[0].Meaning;
    }
}
