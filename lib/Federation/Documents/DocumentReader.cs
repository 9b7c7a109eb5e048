using System.Collections.Immutable;
using System.Globalization;

namespace Federated.Federation.Documents;

/// <summary>
/// Reads one mapping key by key and remembers every fault, so that an author mends the file once. What is read in spite of a fault is a
/// harmless default; the caller must look at <see cref="Faults"/> before using anything.
/// </summary>
public sealed class DocumentReader
{
    private readonly DocumentNode.Map _map;
    private readonly string _path;
    private readonly List<DocumentFault> _faults;
    private readonly List<string> _known = [];
    private readonly HashSet<string> _unread = []; // keys whose own fault is recorded: what follows from their default is noise

    private DocumentReader(DocumentNode.Map map, string path, List<DocumentFault> faults)
    {
        _map = map;
        _path = path;
        _faults = faults;
        foreach (var twice in map.Entries.GroupBy(entry => entry.Key).Where(group => group.Count() > 1))
        {
            _faults.Add(new DocumentFault(twice.Last().Line, Join(twice.Key), "this key stands twice; keep one."));
        }
    }

    /// <summary>Everything wrong so far, in this mapping and those read from it.</summary>
    public IReadOnlyList<DocumentFault> Faults => _faults;

    /// <summary>Starts at the root. A root that is no mapping is itself the fault.</summary>
    public static DocumentReader Root(DocumentNode node)
    {
        var faults = new List<DocumentFault>();
        if (node is DocumentNode.Map map)
        {
            return new DocumentReader(map, "", faults);
        }

        faults.Add(new DocumentFault(node.Line, "document", "expected keys and values."));
        return new DocumentReader(new DocumentNode.Map(node.Line, []), "", faults);
    }

    /// <summary>Records a fault at a key of this mapping, unless its value could not even be read.</summary>
    public void Fault(string key, string message)
    {
        if (!_unread.Contains(key))
        {
            _faults.Add(new DocumentFault(Find(key)?.Line ?? _map.Line, Join(key), message));
        }
    }

    /// <summary>True if the key is there and not empty.</summary>
    public bool Has(string key)
    {
        Know(key);
        return Find(key) is { Value: not DocumentNode.Scalar { IsNull: true } };
    }

    /// <summary>A text; required unless <paramref name="orElse"/> is given.</summary>
    public string Text(string key, string? orElse = null) => Scalar(key, orElse, text => text, "a text") ?? "";

    /// <summary>One of a few words.</summary>
    public string Choice(string key, IReadOnlyCollection<string> choices, string? orElse = null)
    {
        var word = Text(key, orElse);
        if (word.Length > 0 && !choices.Contains(word))
        {
            Fault(key, $"'{word}' is not one of {string.Join(", ", choices)}; {NearestName.Hint(word, choices)}");
        }

        return word;
    }

    /// <summary>A whole number within limits.</summary>
    public int WholeNumber(string key, int least, int most, int? orElse = null)
    {
        var value = Scalar(
            key,
            orElse,
            text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? n : (int?)null,
            "a whole number"
        );
        if (value is { } given && (given < least || given > most))
        {
            Fault(key, $"{given} is outside {least} to {most}.");
        }

        return value ?? least;
    }

    /// <summary>A finite decimal number with a point.</summary>
    public double Number(string key, double? orElse = null) =>
        Scalar(
            key,
            orElse,
            text =>
                double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var x) && double.IsFinite(x)
                    ? x
                    : (double?)null,
            "a number"
        ) ?? 0;

    /// <summary>true or false.</summary>
    public bool Flag(string key, bool? orElse = null) =>
        Scalar(
            key,
            orElse,
            text =>
                text switch
                {
                    "true" => true,
                    "false" => false,
                    _ => (bool?)null,
                },
            "true or false"
        ) ?? false;

    /// <summary>A mapping under a key; an empty one, with a fault, where it is missing.</summary>
    public DocumentReader Section(string key)
    {
        Know(key);
        switch (Find(key))
        {
            case { Value: DocumentNode.Map map }:
                return new DocumentReader(map, Join(key), _faults);
            case { } entry:
                _faults.Add(new DocumentFault(entry.Line, Join(key), "expected keys and values below this key."));
                break;
            case null:
                _faults.Add(new DocumentFault(_map.Line, Join(key), "this section is missing."));
                break;
        }

        return new DocumentReader(new DocumentNode.Map(_map.Line, []), Join(key), []);
    }

    /// <summary>The mappings of a list.</summary>
    public ImmutableArray<DocumentReader> Sections(string key)
    {
        var readers = ImmutableArray.CreateBuilder<DocumentReader>();
        foreach (var (item, path) in Items(key))
        {
            if (item is DocumentNode.Map map)
            {
                readers.Add(new DocumentReader(map, path, _faults));
            }
            else
            {
                _faults.Add(new DocumentFault(item.Line, path, "expected keys and values."));
            }
        }

        return readers.ToImmutable();
    }

    /// <summary>The whole numbers of a list.</summary>
    public ImmutableArray<int> WholeNumbers(string key, int least, int most)
    {
        var numbers = ImmutableArray.CreateBuilder<int>();
        foreach (var (item, path) in Items(key))
        {
            if (
                item is DocumentNode.Scalar s
                && int.TryParse(s.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n)
                && n >= least
                && n <= most
            )
            {
                numbers.Add(n);
            }
            else
            {
                _faults.Add(new DocumentFault(item.Line, path, $"expected a whole number from {least} to {most}."));
            }
        }

        return numbers.ToImmutable();
    }

    /// <summary>Reports every key that nobody asked for. Call once, when all known keys have been read.</summary>
    public void RefuseUnknownKeys()
    {
        foreach (var entry in _map.Entries.Where(entry => !_known.Contains(entry.Key)))
        {
            _faults.Add(new DocumentFault(entry.Line, Join(entry.Key), $"unknown key; {NearestName.Hint(entry.Key, _known)}"));
        }
    }

    private IEnumerable<(DocumentNode Item, string Path)> Items(string key)
    {
        Know(key);
        switch (Find(key))
        {
            case { Value: DocumentNode.List list }:
                return list.Items.Select((item, i) => (item, $"{Join(key)}[{i + 1}]"));
            case { } entry:
                _faults.Add(new DocumentFault(entry.Line, Join(key), "expected a list."));
                return [];
            case null:
                _faults.Add(new DocumentFault(_map.Line, Join(key), "this list is missing."));
                return [];
        }
    }

    private T? Scalar<T>(string key, T? orElse, Func<string, T?> parse, string expected)
    {
        Know(key);
        switch (Find(key))
        {
            case { Value: DocumentNode.Scalar { IsNull: false } scalar } entry:
                if (parse(scalar.Text) is { } value)
                {
                    return value;
                }

                Unread(key, entry.Line, $"'{Shorten(scalar.Text)}' is not {expected}.");
                return orElse;
            case { Value: not DocumentNode.Scalar } entry:
                Unread(key, entry.Line, $"expected {expected}.");
                return orElse;
            default:
                if (orElse is null)
                {
                    Unread(key, _map.Line, $"this key is missing; it wants {expected}.");
                }

                return orElse;
        }
    }

    private void Unread(string key, int line, string message)
    {
        _faults.Add(new DocumentFault(line, Join(key), message));
        _unread.Add(key);
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private void Know(string key)
    {
        if (!_known.Contains(key))
        {
            _known.Add(key);
        }
    }

    private DocumentNode.Entry? Find(string key) => _map.Entries.FirstOrDefault(entry => entry.Key == key);

    private string Join(string key) => _path.Length == 0 ? key : $"{_path}.{key}";
}
