using System.Collections.Immutable;
using Federated.Federation.Documents;

namespace Federated.TransparencyLog.Entries.Bodies;

/// <summary>Named texts: of the root's entries, whose fields (keys, fingerprints, validity) are the consortium's to choose.</summary>
/// <param name="Texts">1 to 32; keys as <see cref="EntryCode"/> with '_' for '-', values of at most 1,000 characters.</param>
public sealed record Declaration(ImmutableSortedDictionary<string, string> Texts) : EntryBody
{
    /// <summary>Most texts.</summary>
    public const int MostTexts = 32;

    /// <summary>Longest text, in characters.</summary>
    public const int MostTextLength = 1000;

    internal override bool Fits(EntryKind kind) =>
        kind is >= EntryKind.LogGenesis and <= EntryKind.SiteLeft
        && Texts.Count is >= 1 and <= MostTexts
        && Texts.All(pair => IsKey(pair.Key) && pair.Value.Length <= MostTextLength);

    internal override CanonicalJson ToJson() => Json(Texts);

    internal static Declaration Read(EntryFields fields) => new(ReadTexts(fields));

    internal static CanonicalJson Json(ImmutableSortedDictionary<string, string> texts) =>
        texts.Aggregate(new CanonicalJson(), (json, pair) => json.Add(pair.Key, pair.Value));

    /// <summary>Every field of a section, all texts.</summary>
    internal static ImmutableSortedDictionary<string, string> ReadTexts(EntryFields fields)
    {
        var texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var key in fields.Reader.Keys.Take(MostTexts + 1).ToList())
        {
            var text = fields.Text(key);
            if (!IsKey(key) || text.Length > MostTextLength)
            {
                fields.Reader.Fault(key, $"expected a key of a-z, 0-9 and '_', and a text of at most {MostTextLength} characters.");
            }

            texts[key] = text;
        }

        if (texts.Count is 0 or > MostTexts)
        {
            fields.Reader.Fault($"expected 1 to {MostTexts} texts.");
        }

        return texts.ToImmutable();
    }

    private static bool IsKey(string key) => !key.Contains('-') && EntryCode.TryParse(key.Replace('_', '-'), out _);
}
