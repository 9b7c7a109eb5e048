using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Federated.TransparencyLog.Notes;

/// <summary>Whose key it is, as signature lines say it: at least one character, no blanks of any kind, no plus, no control characters.</summary>
/// <remarks>C2SP signed-note, "Format". Names are compared byte by byte. At most 255 bytes of UTF-8 here, which C2SP leaves open.</remarks>
public readonly record struct KeyName
{
    /// <summary>Longest name, in bytes of UTF-8.</summary>
    public const int MostBytes = 255;

    private readonly string? _value;

    private KeyName(string value) => _value = value;

    /// <summary>The name.</summary>
    /// <exception cref="InvalidOperationException">A default value, which names nobody.</exception>
    public string Value => _value ?? throw new InvalidOperationException("A default KeyName names nobody.");

    /// <summary>Reads a name; false if it is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out KeyName name)
    {
        var isName =
            !string.IsNullOrEmpty(text)
            && text.Length <= MostBytes
            && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '+')
            && StrictUtf8.TryCount(text, out var bytes)
            && bytes <= MostBytes;
        name = isName ? new KeyName(text!) : default;
        return isName;
    }

    /// <exception cref="FormatException">Not a name.</exception>
    public static KeyName Parse(string text) =>
        TryParse(text, out var name)
            ? name
            : throw new FormatException($"'{text}' is not a key's name; use 1 to {MostBytes} bytes without blanks and without '+'.");

    internal byte[] ToBytes() => Encoding.UTF8.GetBytes(Value);

    /// <inheritdoc/>
    public override string ToString() => _value ?? "";
}
