using System.Globalization;

namespace Federated.Federation.Documents;

/// <summary>
/// Reads one mapping key by key and remembers every fault, so that an author mends the file once. What is read in spite of a fault is a
/// harmless default; the caller must look at <see cref="Faults"/> before using anything.
/// </summary>
public sealed partial class DocumentReader
{
    private readonly DocumentNode.Map _map;
    private readonly string _path;
    private readonly List<DocumentFault> _faults; // shared with the readers of all sections
    private readonly List<string> _known = [];
    private readonly HashSet<string> _unread = []; // keys whose own fault is recorded: what follows from their default is noise
    private readonly Dictionary<string, DocumentFault> _missing = []; // faults of keys that are not there

    private readonly bool _isNothing; // not even a mapping: that fault says it all, and no key of it is missing

    private DocumentReader(DocumentNode.Map map, string path, List<DocumentFault> faults, bool isNothing = false)
    {
        _isNothing = isNothing;
        _map = map;
        _path = path;
        _faults = faults;
        foreach (var twice in map.Entries.GroupBy(entry => entry.Key).Where(group => group.Count() > 1))
        {
            _faults.Add(new DocumentFault(twice.Last().Line, Join(twice.Key), "this key stands twice; keep one."));
        }
    }

    /// <summary>Everything wrong so far, in this mapping and those read from it, in the order of the document.</summary>
    public IReadOnlyList<DocumentFault> Faults => [.. _faults.OrderBy(fault => fault.Line)];

    /// <summary>How many faults there are so far, in the whole document.</summary>
    public int FaultCount => _faults.Count;

    /// <summary>The keys that are there, in the order of the source.</summary>
    public IEnumerable<string> Keys => _map.Entries.Select(entry => entry.Key).Distinct();

    /// <summary>Starts at the root. A root that is no mapping is itself the fault.</summary>
    public static DocumentReader Root(DocumentNode node)
    {
        var faults = new List<DocumentFault>();
        if (node is DocumentNode.Map map)
        {
            return new DocumentReader(map, "", faults);
        }

        faults.Add(new DocumentFault(node.Line, "document", "expected keys and values."));
        return new DocumentReader(new DocumentNode.Map(node.Line, []), "", faults, isNothing: true);
    }

    /// <summary>Records a fault at a key of this mapping, unless its value could not even be read.</summary>
    public void Fault(string key, string message, string? hint = null)
    {
        if (!_unread.Contains(key))
        {
            _faults.Add(new DocumentFault(Find(key)?.Line ?? _map.Line, Join(key), message, hint));
        }
    }

    /// <summary>True if a fault of this key itself was recorded.</summary>
    public bool HasFault(string key) => _faults.Any(fault => fault.Path == Join(key));

    /// <summary>Records a fault of this mapping as a whole.</summary>
    public void Fault(string message) => _faults.Add(new DocumentFault(_map.Line, _path, message));

    /// <summary>True if the key is there, with a value or without.</summary>
    public bool Has(string key)
    {
        Know(key);
        return Find(key) is not null;
    }

    /// <summary>True if the key's value stands in quotes: a text, whatever it looks like.</summary>
    public bool IsQuoted(string key) => Find(key) is { Value: DocumentNode.Scalar { IsQuoted: true } };

    /// <summary>A text; required unless <paramref name="orElse"/> is given.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="orElse">What stands in where the key is not there.</param>
    /// <param name="expected">What to say that the key wants, where it or its value is missing.</param>
    public string Text(string key, string? orElse = null, string expected = "a text") => Scalar(key, orElse, text => text, expected) ?? "";

    /// <summary>One of a few words.</summary>
    public string Choice(string key, IReadOnlyCollection<string> choices, string? orElse = null)
    {
        var word = Text(key, orElse);
        if (word.Length > 0 && !choices.Contains(word))
        {
            Fault(key, $"'{Shorten(word)}' is not one of {string.Join(", ", choices)}; {NearestName.Hint(word, choices)}");
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

    /// <summary>Reports every key that nobody asked for. Call once, when all known keys have been read.</summary>
    /// <remarks>
    /// A misspelt key is one fault, not two: a key that is missing because it stands there under a name close to its own is not reported as missing.
    /// </remarks>
    public void RefuseUnknownKeys()
    {
        List<string> absent = [.. _known.Where(key => Find(key) is null)];
        foreach (var entry in _map.Entries.Where(entry => !_known.Contains(entry.Key)))
        {
            var near = NearestName.Among(absent, entry.Key) ?? NearestName.Among(_known, entry.Key);
            if (near is not null && _missing.Remove(near, out var noise))
            {
                _faults.Remove(noise);
            }

            var hint = near is null ? $"known here: {string.Join(", ", _known)}." : $"did you mean '{near}'?";
            _faults.Add(new DocumentFault(entry.Line, Join(Shorten(entry.Key)), $"unknown key; {hint}"));
        }
    }

    private T? Scalar<T>(string key, T? orElse, Func<string, T?> parse, string expected)
    {
        Know(key);
        switch (Find(key))
        {
            case { Value: DocumentNode.Scalar { IsNull: true } } entry:
                Unread(key, entry.Line, $"its value is missing; it wants {expected}.");
                return orElse;
            case { Value: DocumentNode.Scalar scalar } entry:
                if (parse(scalar.Text) is { } value)
                {
                    return value;
                }

                Unread(key, entry.Line, $"'{Shorten(scalar.Text)}' is not {expected}.");
                return orElse;
            case { } entry:
                Unread(key, entry.Line, $"expected {expected}.");
                return orElse;
            case null:
                if (orElse is null)
                {
                    Missing(key, $"this key is missing; it wants {expected}.");
                }

                return orElse;
        }
    }

    private void Missing(string key, string message)
    {
        _unread.Add(key);
        if (!_isNothing)
        {
            _missing[key] = new DocumentFault(_map.Line, Join(key), message);
            _faults.Add(_missing[key]);
        }
    }

    private void Unread(string key, int line, string message, string? hint = null)
    {
        _faults.Add(new DocumentFault(line, Join(key), message, hint));
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
