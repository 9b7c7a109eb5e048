using System.Collections.Immutable;
using Federated.Federation.Documents;

namespace Federated.TransparencyLog.Entries;

/// <summary>A section of an entry whose fields are the plan's to choose: 1 to 32 named texts.</summary>
internal static class NamedTexts
{
    /// <summary>Most texts.</summary>
    public const int Most = 32;

    /// <summary>Longest text, in characters.</summary>
    public const int MostLength = 1000;

    public static bool Fits(ImmutableSortedDictionary<string, string> texts) =>
        texts.Count is >= 1 and <= Most && texts.All(pair => IsKey(pair.Key) && pair.Value.Length <= MostLength);

    public static CanonicalJson ToJson(ImmutableSortedDictionary<string, string> texts) =>
        texts.Aggregate(new CanonicalJson(), (json, pair) => json.Add(pair.Key, pair.Value));

    /// <summary>Every field of a section, all texts.</summary>
    public static ImmutableSortedDictionary<string, string> Read(EntryFields fields)
    {
        var texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var key in fields.Reader.Keys.Take(Most + 1).ToList())
        {
            var text = fields.Text(key);
            if (!IsKey(key) || text.Length > MostLength)
            {
                fields.Reader.Fault(key, $"expected a key of a-z, 0-9 and '_', and a text of at most {MostLength} characters.");
            }

            texts[key] = text;
        }

        if (texts.Count is 0 or > Most)
        {
            fields.Reader.Fault($"expected 1 to {Most} texts.");
        }

        return texts.ToImmutable();
    }

    private static bool IsKey(string key) => !key.Contains('-') && EntryCode.TryParse(key.Replace('_', '-'), out _);
}
