using System.Globalization;

namespace Federated.TransparencyLog.Entries;

/// <summary>A number of zero or more as text with one form: digits, and after a point digits of which the last is not 0. At most 40 characters.</summary>
/// <remarks>Two libraries need not agree on how a float is printed; an entry's bytes are signed. <c>0</c>, <c>0.05</c>, <c>12.5</c>; not <c>.5</c>, <c>1.0</c>, <c>1e-3</c>.</remarks>
public readonly record struct DecimalText
{
    /// <summary>Longest text, in characters.</summary>
    public const int MostLength = 40;

    private readonly string? _value;

    private DecimalText(string value) => _value = value;

    /// <summary>The text.</summary>
    public string Value => _value ?? "0";

    /// <summary>Reads a text; false for any other form.</summary>
    public static bool TryParse(string? text, out DecimalText number)
    {
        number = default;
        if (text is null || text.Length is 0 or > MostLength)
        {
            return false;
        }

        var point = text.IndexOf('.', StringComparison.Ordinal);
        var (whole, fraction) = point < 0 ? (text, null) : (text[..point], text[(point + 1)..]);
        var isNumber =
            IsDigits(whole) && (whole.Length == 1 || whole[0] != '0') && (fraction is null || (IsDigits(fraction) && fraction[^1] != '0'));
        number = isNumber ? new DecimalText(text) : default;
        return isNumber;
    }

    /// <summary>A number, rounded up to a number of decimals: what is spent is never said to be less than it is.</summary>
    /// <param name="value">Zero or more, below 10¹².</param>
    /// <param name="decimals">0 to 12.</param>
    /// <exception cref="ArgumentOutOfRangeException">Outside, or not a number.</exception>
    public static DecimalText RoundedUp(double value, int decimals)
    {
        if (!(value >= 0 && value < 1e12)) // written so that NaN is refused
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "A number of an entry is at least 0 and below 10^12.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decimals, 12);
        var exact = decimal.Parse(value.ToString("F20", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var scale = (decimal)Math.Pow(10, decimals);
        var text = (Math.Ceiling(exact * scale) / scale).ToString("0.############", CultureInfo.InvariantCulture);
        return new DecimalText(text);
    }

    /// <summary>The nearest double, to compare with limits.</summary>
    public double ToDouble() => double.Parse(Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static bool IsDigits(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);
}
