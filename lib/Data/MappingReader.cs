using System.Globalization;
using Federated.Federation.Documents;
using Federated.Federation.Schemas;

namespace Federated.Data;

/// <summary>Reads a hospital's mapping file (YAML) and reports every fault in it at once.</summary>
/// <remarks>An unknown key is a fault: a misspelt <c>missing:</c> that was skipped would turn "not measured" into a measurement of 0.</remarks>
public static class MappingReader
{
    /// <summary>Reads the mapping of a site's cohort.</summary>
    /// <param name="yaml">The file's text. Read to its end; stays open.</param>
    /// <param name="name">Name of the file, for messages.</param>
    public static MappingResult Read(TextReader yaml, string name) => Read(yaml, name, needsOutcome: true);

    /// <summary>
    /// Reads the mapping of patients whose outcome nobody knows yet: the outcome needs no column, and where the mapping has one it is dropped.
    /// </summary>
    /// <param name="yaml">The file's text. Read to its end; stays open.</param>
    /// <param name="name">Name of the file, for messages.</param>
    public static MappingResult ReadWithoutOutcome(TextReader yaml, string name)
    {
        var result = Read(yaml, name, needsOutcome: false);
        return result is MappingResult.Read { Mapping: var whole }
            ? new MappingResult.Read(whole with { Variables = [.. whole.Variables.Where(v => v.Variable.Name != whole.Schema.Outcome)] })
            : result;
    }

    private static MappingResult Read(TextReader yaml, string name, bool needsOutcome)
    {
        if (!YamlText.TryRead(yaml, out var document, out var fault))
        {
            return Rejected(name, [fault]);
        }

        var root = DocumentReader.Root(document);
        var mapping = Read(root, name, needsOutcome);
        return root.FaultCount == 0 && mapping is not null ? new MappingResult.Read(mapping) : Rejected(name, root.Faults);
    }

    private static MappingResult.Rejected Rejected(string name, IEnumerable<DocumentFault> found)
    {
        var faults = new FaultList(name);
        foreach (var fault in found)
        {
            faults.Add(fault.Line, fault.Path, fault.Message, fault.Hint);
        }

        return new MappingResult.Rejected(faults.ToFaults());
    }

    private static Mapping? Read(DocumentReader root, string name, bool needsOutcome)
    {
        var schema = CohortSchema.Named(root.Choice("schema", [.. CohortSchema.BuiltIn.Select(s => s.Name)]));
        var file = Required(root, "file", "the name of the data file that this mapping describes");
        var synthetic = YesOrNo(root, "synthetic", orElse: false);
        var format = ReadFormat(root.Section("format"));
        var missing = root.Texts("missing");
        var key = root.Has("patient_key") ? Column(root, "patient_key") : null;
        var section = root.Section("variables");
        root.RefuseUnknownKeys();
        if (!format.HasHeader && key is ColumnReference.ByName)
        {
            root.Fault("patient_key", $"{key}: {VariableMappings.NoHeader}", VariableMappings.NoHeaderHint);
        }

        return schema is null
            ? null // without a schema nothing more can be said about the variables
            : new Mapping
            {
                Source = name,
                Schema = schema,
                File = file,
                Synthetic = synthetic,
                Format = format,
                Missing = missing,
                PatientKey = key,
                Variables = new VariableMappings(schema, format, missing, key).Read(section, needsOutcome),
            };
    }

    private static CsvFormat ReadFormat(DocumentReader format)
    {
        const string HeaderMeaning = "yes if the first line names the columns, else no: a wrong guess would lose a patient or invent one";
        var header = YesOrNo(format, "header", orElse: null, HeaderMeaning);
        var encoding = format.Text("encoding", "utf-8");
        if (!encoding.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            format.Fault("encoding", $"'{encoding}' is not supported; only utf-8 is", "convert the file, for example with iconv -t utf-8");
        }

        var delimiter = OneOf(format, "delimiter", (",", ','), (";", ';'), ("tab", '\t'), ("\t", '\t'), ("|", '|'));
        var decimalSign = OneOf(format, "decimal", (".", '.'), (",", ','));
        format.RefuseUnknownKeys();
        return new CsvFormat(header, delimiter, decimalSign);
    }

    /// <summary>The character that a key's text stands for; the first where the key is absent or, which is noted, has another text.</summary>
    private static char OneOf(DocumentReader format, string key, params (string Text, char Meaning)[] choices)
    {
        var text = format.Text(key, choices[0].Text);
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

    /// <summary>yes/no or true/false; true, and noted, where it is neither.</summary>
    private static bool YesOrNo(DocumentReader section, string key, bool? orElse, string expected = "yes or no")
    {
        switch (section.Text(key, orElse is { } usual ? (usual ? "yes" : "no") : null, expected))
        {
            case "false" or "no":
                return false;
            case "true" or "yes":
                return true;
            case var other:
                section.Fault(key, $"'{other}' is neither yes nor no");
                return true;
        }
    }

    /// <summary>A text that is not empty; empty, and noted, where it is.</summary>
    private static string Required(DocumentReader section, string key, string expected)
    {
        var text = section.Text(key, orElse: null, expected);
        if (text.Length == 0)
        {
            section.Fault(key, $"its value is empty; it wants {expected}.");
        }

        return text;
    }

    /// <summary>A column: a plain whole number is a position, anything else a header name. Null, and noted, if absent or not a text.</summary>
    internal static ColumnReference? Column(DocumentReader section, string key)
    {
        var text = Required(section, key, "a number from 1, or a name from the header line");
        if (text.Length == 0)
        {
            return null;
        }

        if (section.IsQuoted(key) || !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return new ColumnReference.ByName(text);
        }

        if (number < 1)
        {
            section.Fault(key, $"column {text} does not exist; columns count from 1");
        }

        return new ColumnReference.ByNumber(number);
    }
}
