using System.Globalization;

namespace Federated.Data;

/// <summary>Reads numbers as a hospital's file writes them, independent of the machine's culture.</summary>
internal static class LocalNumber
{
    private const NumberStyles Accepted = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private static readonly NumberFormatInfo Point = NumberFormatInfo.ReadOnly(new NumberFormatInfo { NumberDecimalSeparator = "." });
    private static readonly NumberFormatInfo Comma = NumberFormatInfo.ReadOnly(new NumberFormatInfo { NumberDecimalSeparator = "," });

    /// <summary>Reads <c>63</c>, <c>-.5</c>, <c>2,33</c> or <c>1e3</c>. No thousands separators: "1.234" would be ambiguous.</summary>
    /// <param name="text">Without white space around it.</param>
    /// <param name="decimalSign">'.' or ','; the other one is not accepted.</param>
    /// <param name="value">Decimal, so that a value such as 2.33 is exactly that until its unit has been converted.</param>
    public static bool TryParse(string text, char decimalSign, out decimal value) =>
        decimal.TryParse(text, Accepted, decimalSign == ',' ? Comma : Point, out value);
}
