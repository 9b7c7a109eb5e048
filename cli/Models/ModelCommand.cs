using System.CommandLine;

namespace Federated.Cli.Models;

/// <summary><c>fed model …</c>: what to do with a finished study.</summary>
internal static class ModelCommand
{
    internal static Command Create() =>
        new("model", "Take a study's model home, and apply it to patients.") { DownloadCommand.Create(), PredictCommand.Create() };
}
