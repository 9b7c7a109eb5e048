namespace Federated.Privacy;

/// <summary>Range checks of callers' numbers, written so that NaN refuses.</summary>
internal static class Require
{
    /// <exception cref="ArgumentException">Not in the range.</exception>
    internal static void InRange(double value, double least, double most, string what)
    {
        if (!(value >= least && value <= most))
        {
            throw new ArgumentException(FormattableString.Invariant($"{what} is {value}; use {least} to {most}."));
        }
    }
}
