using System.Collections.Immutable;
using System.Globalization;
using Federated.Federation.Documents;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Federated.Data;

/// <summary>One mapping node of a YAML file, read key by key; whatever is wrong goes to the fault list with its line and its path.</summary>
internal sealed class YamlSection
{
    private readonly string _path;
    private readonly YamlMappingNode _node;
    private readonly FaultList _faults;

    private YamlSection(string path, YamlMappingNode node, FaultList faults) => (_path, _node, _faults) = (path, node, faults);

    /// <summary>Line of the section's first key, from 1.</summary>
    public int Line => LineOf(_node);

    /// <summary>Keys in the order written, each with its line.</summary>
    public IEnumerable<(string Key, int Line)> Keys => _node.Children.Keys.Select(k => (TextOf(k), LineOf(k)));

    /// <summary>Reads the whole file; null, with the fault noted, if it is not one mapping.</summary>
    public static YamlSection? OfDocument(TextReader yaml, FaultList faults)
    {
        if (YamlText.Parse(yaml, faults) is not { } documents)
        {
            return null;
        }

        switch (documents)
        {
            case [{ RootNode: YamlMappingNode root }]:
                return new YamlSection("", root, faults);
            case []:
                faults.Add(0, "", "the file is empty");
                return null;
            default:
                faults.Add(1, "", "a mapping is one YAML document of 'key: value' lines");
                return null;
        }
    }

    /// <summary>A fault for each key that is not one of these.</summary>
    public void AllowOnly(params string[] keys)
    {
        foreach (var (key, line) in Keys.Where(k => !keys.Contains(k.Key)))
        {
            var near = NearestName.Among(keys, key);
            _faults.Add(
                line,
                PathOf(key),
                near is null ? "unknown key" : $"unknown key; did you mean '{near}'?",
                $"known here: {string.Join(", ", keys)}"
            );
        }
    }

    public bool Has(string key) => _node.Children.ContainsKey(key);

    /// <summary>Notes a fault of one key of this section.</summary>
    public void Fault(string key, string message, string? hint = null) =>
        _faults.Add(_node.Children.TryGetValue(key, out var value) ? LineOf(value) : Line, PathOf(key), message, hint);

    /// <summary>A scalar's text, or null: absent, or not a scalar, which is noted.</summary>
    public string? Text(string key) => Scalar(key)?.Value;

    /// <summary>A scalar's text; null, and noted, if absent.</summary>
    public string? RequiredText(string key, string hint)
    {
        if (!Has(key))
        {
            Fault(key, "missing", hint);
        }

        return Text(key);
    }

    /// <summary>yes/no or true/false; null if absent or neither, the latter noted.</summary>
    public bool? YesOrNo(string key)
    {
        switch (Text(key))
        {
            case null:
                return null;
            case "true" or "yes":
                return true;
            case "false" or "no":
                return false;
            case var other:
                Fault(key, $"'{other}' is neither yes nor no");
                return null;
        }
    }

    /// <summary>A column: a plain whole number is a position, anything else a header name. Null if absent, or not a scalar, which is noted.</summary>
    public ColumnReference? Column(string key)
    {
        if (Scalar(key) is not { Value: { } text } scalar)
        {
            return null;
        }

        if (
            scalar.Style != ScalarStyle.Plain
            || !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        )
        {
            return new ColumnReference.ByName(text);
        }

        if (number < 1)
        {
            Fault(key, $"column {text} does not exist; columns count from 1");
        }

        return new ColumnReference.ByNumber(number);
    }

    /// <summary>A list of scalars; empty if absent. A lone scalar is noted as a fault: it is usually a list without its brackets.</summary>
    public ImmutableArray<string> List(string key)
    {
        if (!_node.Children.TryGetValue(key, out var value))
        {
            return [];
        }

        if (value is YamlSequenceNode list && list.Children.All(c => c is YamlScalarNode))
        {
            return [.. list.Children.Select(TextOf)];
        }

        Fault(key, "must be a list", $"write {key}: [{(value is YamlScalarNode ? TextOf(value) : "...")}]");
        return [];
    }

    /// <summary>A section below this one; null if absent, or not a section, which is noted.</summary>
    public YamlSection? Section(string key)
    {
        if (!_node.Children.TryGetValue(key, out var value))
        {
            return null;
        }

        if (value is YamlMappingNode below)
        {
            return new YamlSection(PathOf(key), below, _faults);
        }

        Fault(key, "must hold 'key: value' lines");
        return null;
    }

    private YamlScalarNode? Scalar(string key)
    {
        if (!_node.Children.TryGetValue(key, out var value))
        {
            return null;
        }

        if (value is YamlScalarNode { Value.Length: > 0 } scalar)
        {
            return scalar;
        }

        Fault(key, value is YamlScalarNode ? "has no value" : "must be a single value");
        return null;
    }

    private string PathOf(string key) => _path.Length == 0 ? key : $"{_path}.{key}";

    private static string TextOf(YamlNode node) => (node as YamlScalarNode)?.Value ?? "";

    private static int LineOf(YamlNode node) => (int)node.Start.Line;
}
