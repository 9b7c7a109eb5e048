using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Federated.Federation.Documents;

/// <summary>
/// RFC 8785 canonical JSON of the subset that signed documents use: objects, arrays, strings, booleans and integers up to 2^53.
/// Decimals are strings, so that no two libraries can disagree on how a float is printed.
/// </summary>
public sealed class CanonicalJson
{
    // RFC 8785 section 3.2.3 sorts by UTF-16 code units, which is what an ordinal comparison does.
    private readonly SortedDictionary<string, string> _members = new(StringComparer.Ordinal);

    /// <summary>Adds a text.</summary>
    public CanonicalJson Add(string key, string value) => Raw(key, Quote(value));

    /// <summary>Adds an integer.</summary>
    public CanonicalJson Add(string key, long value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1L << 53);
        ArgumentOutOfRangeException.ThrowIfLessThan(value, -(1L << 53));
        return Raw(key, value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Adds a boolean.</summary>
    public CanonicalJson Add(string key, bool value) => Raw(key, value ? "true" : "false");

    /// <summary>Adds a decimal, as the shortest string that reads back to the same double.</summary>
    public CanonicalJson AddDecimal(string key, double value) => Add(key, value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>Adds an object.</summary>
    public CanonicalJson Add(string key, CanonicalJson value) => Raw(key, value.ToString());

    /// <summary>Adds an array of objects.</summary>
    public CanonicalJson Add(string key, IEnumerable<CanonicalJson> items) => Raw(key, $"[{string.Join(",", items)}]");

    /// <summary>Adds an array of texts.</summary>
    public CanonicalJson Add(string key, IEnumerable<string> items) => Raw(key, $"[{string.Join(",", items.Select(Quote))}]");

    /// <summary>Adds an array of integers.</summary>
    public CanonicalJson Add(string key, IEnumerable<int> items) =>
        Raw(key, $"[{string.Join(",", items.Select(n => n.ToString(CultureInfo.InvariantCulture)))}]");

    /// <inheritdoc/>
    public override string ToString() => $"{{{string.Join(",", _members.Select(m => $"{Quote(m.Key)}:{m.Value}"))}}}";

    /// <summary>UTF-8, no byte order mark.</summary>
    public byte[] ToBytes() => new UTF8Encoding(false, true).GetBytes(ToString());

    /// <summary>Parses JSON into a document; null, with a reason, if it is none. Numbers keep their text.</summary>
    public static DocumentNode? Parse(ReadOnlyMemory<byte> utf8, out string? fault)
    {
        try
        {
            using var json = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 16 });
            fault = null;
            return NodeOf(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter for text that is no Unicode, such as \ud800 alone
        {
            fault = $"This is no JSON: {e.Message}";
            return null;
        }
    }

    private static DocumentNode NodeOf(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => new DocumentNode.Map(
                0,
                [.. element.EnumerateObject().Select(p => new DocumentNode.Entry(0, p.Name, NodeOf(p.Value)))]
            ),
            JsonValueKind.Array => new DocumentNode.List(0, [.. element.EnumerateArray().Select(NodeOf)]),
            JsonValueKind.String => new DocumentNode.Scalar(0, element.GetString()!, IsQuoted: true),
            JsonValueKind.Null => new DocumentNode.Scalar(0, "", IsNull: true),
            _ => new DocumentNode.Scalar(0, element.GetRawText()),
        };

    private CanonicalJson Raw(string key, string json)
    {
        _members.Add(key, json);
        return this;
    }

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"", text.Length + 2);
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\b' => quoted.Append("\\b"),
                '\f' => quoted.Append("\\f"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < ' ' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }
}
