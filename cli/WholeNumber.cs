using System.CommandLine;
using System.Globalization;

namespace Federated.Cli;

/// <summary>Options that take a whole number in a range.</summary>
internal static class WholeNumber
{
    /// <summary>An option with a default.</summary>
    internal static Option<int> Option(string name, string description, int orElse, int least, int most) =>
        new Option<int>(name) { Description = description, DefaultValueFactory = _ => orElse }.Within(least, most);

    /// <summary>Refuses, with the range, whatever is no whole number in it.</summary>
    internal static Option<T> Within<T>(this Option<T> option, int least, int most)
    {
        option.Validators.Add(result =>
        {
            if (
                result.Tokens is [var token]
                && (!int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var n) || n < least || n > most)
            )
            {
                result.AddError($"{option.Name} is '{token.Value}'; use a whole number from {least} to {most}.");
            }
        });
        return option;
    }
}
