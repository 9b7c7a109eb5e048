namespace Federated.TransparencyLog.Entries;

/// <summary>A reason, a stage or a mechanism as a fixed word: 1 to 40 of a-z, 0-9 and '-', beginning with a letter.</summary>
/// <remarks>Never free text: what a hospital's operator types may name a patient, and a log cannot forget.</remarks>
public readonly record struct EntryCode
{
    /// <summary>Longest code, in characters.</summary>
    public const int MostLength = 40;

    private readonly string? _value;

    private EntryCode(string value) => _value = value;

    /// <summary>The word.</summary>
    /// <exception cref="InvalidOperationException">A default value, which says nothing.</exception>
    public string Value => _value ?? throw new InvalidOperationException("A default EntryCode says nothing.");

    /// <summary>Reads a code; false if it is none.</summary>
    public static bool TryParse(string? text, out EntryCode code)
    {
        var isCode =
            text is { Length: >= 1 and <= MostLength }
            && text[0] is >= 'a' and <= 'z'
            && text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
        code = isCode ? new EntryCode(text!) : default;
        return isCode;
    }

    /// <exception cref="FormatException">Not a code.</exception>
    public static EntryCode Parse(string text) =>
        TryParse(text, out var code)
            ? code
            : throw new FormatException($"'{text}' is not a code; use 1 to {MostLength} of a-z, 0-9 and '-', beginning with a letter.");

    /// <inheritdoc/>
    public override string ToString() => _value ?? "";
}
