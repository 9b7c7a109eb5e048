using System.CommandLine;

namespace Federated.Cli.Data;

/// <summary><c>fed data …</c>.</summary>
internal static class DataCommand
{
    internal static Command Create() => new("data", "Work with data files.") { GenerateCommand.Create() };
}
