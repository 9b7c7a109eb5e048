using System.Collections.Immutable;
using Federated.Federation;
using Federated.Federation.Documents;

namespace Federated.TransparencyLog.Entries;

/// <summary>Reads the fields that bodies are made of. Whatever is wrong becomes a fault of the reader, and the value a harmless default.</summary>
internal sealed class EntryFields(DocumentReader reader)
{
    /// <summary>Most names in one field: the largest roster.</summary>
    public const int MostNames = 256;

    /// <summary>Longest name of a release, in characters.</summary>
    public const int MostSoftwareLength = 100;

    public DocumentReader Reader => reader;

    public Digest Hash(string key)
    {
        if (!Digest.TryParse(Text(key), out var hash))
        {
            reader.Fault(key, "expected 64 lowercase hexadecimal digits.");
        }

        return hash;
    }

    public RoundNumber Round() => new((uint)WholeNumber("round"));

    public AttemptNumber Attempt() => new((uint)WholeNumber("attempt"));

    public EntryCode Code(string key)
    {
        if (!EntryCode.TryParse(Text(key), out var code))
        {
            reader.Fault(key, $"expected 1 to {EntryCode.MostLength} of a-z, 0-9 and '-', beginning with a letter.");
        }

        return code;
    }

    public DecimalText Number(string key)
    {
        if (!DecimalText.TryParse(Text(key), out var number))
        {
            reader.Fault(key, "expected a decimal number as text, such as \"12.5\".");
        }

        return number;
    }

    /// <summary>Names parted by blanks, in ascending order, none twice; an empty text for none.</summary>
    public ImmutableArray<SiteName> Sites(string key)
    {
        var text = Text(key);
        if (text.Length == 0)
        {
            return [];
        }

        var words = text.Split(' ');
        var names = ImmutableArray.CreateBuilder<SiteName>();
        foreach (var word in words.Take(MostNames))
        {
            if (SiteName.TryParse(word, out var name) && (names.Count == 0 || names[^1] < name))
            {
                names.Add(name);
            }
        }

        if (names.Count != words.Length)
        {
            reader.Fault(key, $"expected at most {MostNames} names of sites in ascending order, parted by one blank.");
        }

        return names.ToImmutable();
    }

    /// <summary>The release of a program.</summary>
    public string Software()
    {
        var text = Text("software");
        if (!IsSoftware(text))
        {
            reader.Fault("software", $"expected 1 to {MostSoftwareLength} characters without control characters.");
        }

        return text;
    }

    /// <summary>A whole file that is text.</summary>
    public string Document(string key, int mostBytes)
    {
        var text = Text(key);
        if (!IsText(text, mostBytes))
        {
            reader.Fault(key, $"expected the text of a file of 1 to {mostBytes} bytes.");
        }

        return text;
    }

    public string Text(string key)
    {
        var text = reader.Text(key);
        if (reader.Has(key) && !reader.IsQuoted(key))
        {
            reader.Fault(key, "expected a text.");
        }

        return text;
    }

    public int WholeNumber(string key, int least = 1)
    {
        var number = reader.WholeNumber(key, least, int.MaxValue);
        if (reader.IsQuoted(key))
        {
            reader.Fault(key, "expected a number, not a text.");
        }

        return number;
    }

    public static bool IsSoftware(string text) =>
        text.Length <= MostSoftwareLength && !text.Any(char.IsControl) && IsText(text, SealedEntry.MostBytes);

    public static bool IsText(string text, int mostBytes) =>
        text.Length > 0 && StrictUtf8.TryCount(text, out var bytes) && bytes <= mostBytes;

    /// <summary>As <see cref="Sites"/> reads them.</summary>
    public static string Of(ImmutableArray<SiteName> sites) => string.Join(' ', sites.Select(site => site.Value));
}
