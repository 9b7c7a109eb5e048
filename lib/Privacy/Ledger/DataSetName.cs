using System.Diagnostics.CodeAnalysis;
using Federated.Federation;

namespace Federated.Privacy.Ledger;

/// <summary>
/// Name of a registered data set: the patients whose privacy is counted together. An identity that a person gave, neither a path nor a hash, so that
/// renaming or reordering a file buys nothing. Spelt like a site's name.
/// </summary>
public readonly record struct DataSetName
{
    private readonly string? _value;

    private DataSetName(string value) => _value = value;

    /// <summary>The name.</summary>
    public string Value => _value ?? throw new InvalidOperationException("A default DataSetName names no data set.");

    /// <summary>What is wrong with <paramref name="text"/> as a name, or null.</summary>
    public static string? Fault(string? text) =>
        SiteName.Fault(text) is null
            ? null
            : $"'{text}' is not a name of a data set; use 1 to 63 of a-z, 0-9 and '-', starting and ending with a letter or digit.";

    /// <summary>Parses a name; false if <see cref="Fault"/> has something to say.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out DataSetName name)
    {
        var valid = Fault(text) is null;
        name = valid ? new DataSetName(text!) : default;
        return valid;
    }

    /// <exception cref="FormatException">Not a name of a data set.</exception>
    public static DataSetName Parse(string text) => TryParse(text, out var name) ? name : throw new FormatException(Fault(text));

    /// <inheritdoc/>
    public override string ToString() => _value ?? "";
}
