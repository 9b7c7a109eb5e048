using System.CommandLine;

namespace Federated.Cli.Studies;

/// <summary><c>fed study cancel</c>.</summary>
internal static class CancelCommand
{
    internal static Command Create() =>
        DecisionCommand.Create(
            "cancel",
            "End a study for good. The rounds that are committed stay, and so does their model.",
            (client, hash, cancellationToken) => client.CancelAsync(hash, cancellationToken),
            hash => $"fed model download {hash} --out FOLDER keeps the model so far"
        );
}
