using System.Diagnostics.CodeAnalysis;

namespace Federated.Federation;

/// <summary>A site's name, as its certificate and the plan's roster say it: 1 to 63 of a-z, 0-9 and '-', starting and ending with a letter or digit.</summary>
/// <remarks>The rules of a DNS label, so that a name is a file name, a certificate subject and a log field without quoting.</remarks>
public readonly record struct SiteName : IComparable<SiteName>
{
    private readonly string? _value;

    private SiteName(string value) => _value = value;

    /// <summary>The name.</summary>
    public string Value => _value ?? throw new InvalidOperationException("A default SiteName names nobody.");

    /// <summary>What is wrong with <paramref name="text"/> as a name, or null.</summary>
    public static string? Fault(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "A site name is empty; use 1 to 63 of a-z, 0-9 and '-'.";
        }

        var wellFormed =
            text.Length <= 63 && text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-') && text[0] != '-' && text[^1] != '-';
        return wellFormed
            ? null
            : $"'{text}' is not a site name; use 1 to 63 of a-z, 0-9 and '-', starting and ending with a letter or digit.";
    }

    /// <summary>Parses a name; false if <see cref="Fault"/> has something to say.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out SiteName name)
    {
        var valid = Fault(text) is null;
        name = valid ? new SiteName(text!) : default;
        return valid;
    }

    /// <exception cref="FormatException">Not a site name.</exception>
    public static SiteName Parse(string text) => TryParse(text, out var name) ? name : throw new FormatException(Fault(text));

    /// <summary>Orders by bytes: the order of cohort indices.</summary>
    public int CompareTo(SiteName other) => string.CompareOrdinal(_value, other._value);

    /// <inheritdoc/>
    public override string ToString() => _value ?? "";

    public static bool operator <(SiteName left, SiteName right) => left.CompareTo(right) < 0;

    public static bool operator >(SiteName left, SiteName right) => left.CompareTo(right) > 0;

    public static bool operator <=(SiteName left, SiteName right) => left.CompareTo(right) <= 0;

    public static bool operator >=(SiteName left, SiteName right) => left.CompareTo(right) >= 0;
}

/// <summary>Number of a round of training, from 1. Round 0 is the initial model.</summary>
public readonly record struct RoundNumber(uint Value) : IComparable<RoundNumber>
{
    /// <summary>The round after this one.</summary>
    public RoundNumber Next => new(checked(Value + 1));

    /// <inheritdoc/>
    public int CompareTo(RoundNumber other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static bool operator <(RoundNumber left, RoundNumber right) => left.Value < right.Value;

    public static bool operator >(RoundNumber left, RoundNumber right) => left.Value > right.Value;

    public static bool operator <=(RoundNumber left, RoundNumber right) => left.Value <= right.Value;

    public static bool operator >=(RoundNumber left, RoundNumber right) => left.Value >= right.Value;
}

/// <summary>Which try at a round this is, from 1. A new attempt has a fresh batch and, later, fresh keys and noise.</summary>
public readonly record struct AttemptNumber(uint Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
