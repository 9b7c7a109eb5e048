using System.Collections.Immutable;
using System.Globalization;

namespace Federated.Federation.Documents;

/// <content>Sections and lists.</content>
public sealed partial class DocumentReader
{
    /// <summary>True if keys and values stand below this key.</summary>
    public bool IsSection(string key)
    {
        Know(key);
        return Find(key) is { Value: DocumentNode.Map };
    }

    /// <summary>A mapping under a key; an empty one, with a fault, where it is missing.</summary>
    /// <param name="key">Its key. Ask for a section once: each reader of it reports its faults.</param>
    /// <param name="isOptional">True if the section may be left out: then it is empty without a fault.</param>
    public DocumentReader Section(string key, bool isOptional = false)
    {
        Know(key);
        switch (Find(key))
        {
            case { Value: DocumentNode.Map map }:
                return new DocumentReader(map, Join(key), _faults);
            case { } entry:
                Unread(key, entry.Line, "expected keys and values below this key.");
                break;
            case null when isOptional:
                return new DocumentReader(new DocumentNode.Map(_map.Line, []), Join(key), _faults);
            case null:
                Missing(key, "this section is missing.");
                break;
        }

        return new DocumentReader(new DocumentNode.Map(_map.Line, []), Join(key), []);
    }

    /// <summary>The mappings of a list.</summary>
    /// <param name="key">Key of the list.</param>
    /// <param name="lone">Key that an item means which is a lone text; null where every item must be a mapping.</param>
    public ImmutableArray<DocumentReader> Sections(string key, string? lone = null)
    {
        var readers = ImmutableArray.CreateBuilder<DocumentReader>();
        foreach (var (item, path) in Items(key))
        {
            if (item is DocumentNode.Map map)
            {
                readers.Add(new DocumentReader(map, path, _faults));
            }
            else if (item is DocumentNode.Scalar && lone is not null)
            {
                var entry = new DocumentNode.Entry(item.Line, lone, item);
                readers.Add(new DocumentReader(new DocumentNode.Map(item.Line, [entry]), path, _faults));
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

    /// <summary>The texts of a list that may be left out.</summary>
    public ImmutableArray<string> Texts(string key)
    {
        if (!Has(key))
        {
            return [];
        }

        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var (item, path) in Items(key))
        {
            if (item is DocumentNode.Scalar scalar)
            {
                texts.Add(scalar.Text);
            }
            else
            {
                _faults.Add(new DocumentFault(item.Line, path, "expected a text."));
            }
        }

        return texts.ToImmutable();
    }

    /// <summary>The words of a list, each of which is one of a few.</summary>
    public ImmutableArray<string> Choices(string key, IReadOnlyCollection<string> choices)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        foreach (var (item, path) in Items(key))
        {
            if (item is DocumentNode.Scalar { Text: var word } && choices.Contains(word))
            {
                words.Add(word);
            }
            else
            {
                var message = item is DocumentNode.Scalar { Text: var other }
                    ? $"'{Shorten(other)}' is not one of {string.Join(", ", choices)}; {NearestName.Hint(other, choices)}"
                    : "expected a word.";
                _faults.Add(new DocumentFault(item.Line, path, message));
            }
        }

        return words.ToImmutable();
    }

    private IEnumerable<(DocumentNode Item, string Path)> Items(string key)
    {
        Know(key);
        switch (Find(key))
        {
            case { Value: DocumentNode.List list }:
                return list.Items.Select((item, i) => (item, $"{Join(key)}[{i + 1}]"));
            case { Value: DocumentNode.Scalar { IsNull: false } scalar } entry: // usually a list without its brackets
                Unread(key, entry.Line, "expected a list.", $"write {key}: [{Shorten(scalar.Text)}]");
                return [];
            case { } entry:
                Unread(key, entry.Line, "expected a list.");
                return [];
            case null:
                Missing(key, "this list is missing.");
                return [];
        }
    }
}
