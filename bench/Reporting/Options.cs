using System.CommandLine;
using System.Globalization;

namespace Federated.Bench.Reporting;

/// <summary>Options that several benches have.</summary>
internal static class Options
{
    /// <summary>A whole number within limits.</summary>
    internal static Option<int> Whole(string name, string description, int orElse, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => orElse };
        option.Validators.Add(result =>
        {
            if (
                result.Tokens is [var token]
                && (!int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var n) || n < least || n > most)
            )
            {
                result.AddError($"{name} is '{token.Value}'; use a whole number from {least} to {most}.");
            }
        });
        return option;
    }

    /// <summary>Where the figures go as JSON.</summary>
    internal static Option<FileInfo?> Json() => new("--json") { Description = "Write all figures to this file as JSON." };

    /// <summary>The folder of the real hospitals' files.</summary>
    internal static Option<DirectoryInfo> Data() =>
        new("--data")
        {
            Description = "Folder of the UCI Heart Disease files and flamby-split.json.",
            DefaultValueFactory = _ => new DirectoryInfo("../shared/data/uci-heart"),
        };
}
