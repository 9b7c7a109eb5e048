using System.Globalization;

namespace Federated.Cli.Privacy.Explanation;

/// <summary>Numbers as a language writes them. The program carries no culture data of the system, so that it prints the same everywhere.</summary>
/// <param name="format">Separators.</param>
internal sealed class PlainNumbers(NumberFormatInfo format)
{
    private const int MostDecimals = 6;

    /// <summary>98.8: a decimal point, and commas between thousands.</summary>
    internal static PlainNumbers English { get; } = new(new NumberFormatInfo { NumberGroupSeparator = ",", NumberDecimalSeparator = "." });

    /// <summary>98,8: a decimal comma, and narrow no-break spaces between thousands.</summary>
    internal static PlainNumbers French { get; } =
        new(new NumberFormatInfo { NumberGroupSeparator = "\u202f", NumberDecimalSeparator = "," });

    /// <summary>Three digits that count.</summary>
    internal string Short(double value)
    {
        var decimals = value > 0 ? Math.Clamp(2 - (int)Math.Floor(Math.Log10(value)), 0, 15) : 0;
        return value.ToString(decimals == 0 ? "#,##0" : "#,##0." + new string('#', decimals), format);
    }

    /// <summary>A share that is promised not to be exceeded, in percent without the sign: rounded up, and not to 100 before it must.</summary>
    internal string AtMost(double share) => Percent(share, Math.Ceiling, 100);

    /// <summary>A share that is promised to be kept: rounded down, and not to 0 before it must.</summary>
    internal string AtLeast(double share) => Percent(share, Math.Floor, 0);

    /// <summary>N of "1 in N", two digits that count.</summary>
    internal string OneIn(double probability)
    {
        var many = 1 / probability;
        var unit = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(many) + 1e-9) - 1));
        return (Math.Round(many / unit) * unit).ToString("#,##0", format);
    }

    private string Percent(double share, Func<double, double> round, double end)
    {
        for (var decimals = 1; ; decimals++)
        {
            var scale = Math.Pow(10, decimals);
            var value = round(Math.Round(100 * share * scale, 9)) / scale; // 9 digits: a product that should be whole is not rounded away from it
            if (value != end || decimals == MostDecimals)
            {
                return value.ToString("0." + new string('#', decimals), format);
            }
        }
    }
}
