using System.Globalization;

namespace Federated.Node.Commands.Review;

/// <summary>Numbers as a language writes them; the program carries no culture data of the system, so that it prints the same everywhere.</summary>
/// <param name="format">Separators.</param>
/// <param name="noBound">What stands for an ε without bound.</param>
internal sealed class ReviewNumbers(NumberFormatInfo format, string noBound)
{
    internal static ReviewNumbers English { get; } = new(NumberFormatInfo.InvariantInfo, "no bound");

    internal static ReviewNumbers French { get; } =
        new(new NumberFormatInfo { NumberDecimalSeparator = ",", NumberGroupSeparator = "\u202f" }, "sans borne");

    /// <summary>Up to six decimals.</summary>
    internal string Short(double value) => value.ToString("0.######", format);

    /// <summary>As the plan has it, every digit.</summary>
    internal string Exact(double value) => value.ToString("r", format);

    /// <summary>An ε with four decimals.</summary>
    internal string Epsilon(double value) => double.IsFinite(value) ? value.ToString("0.####", format) : noBound;

    /// <summary>A whole number, with separators between thousands where the language has them.</summary>
    internal string Whole(double value) => value.ToString(format.NumberDecimalSeparator == "," ? "#,##0" : "0", format);

    /// <summary>A share in percent, without the sign.</summary>
    internal string Percent(double share) => (share * 100).ToString("0.##", format);
}
