using System.CommandLine;

namespace Federated.Cli.Studies;

/// <summary><c>fed study resume</c>.</summary>
internal static class ResumeCommand
{
    internal static Command Create() =>
        DecisionCommand.Create(
            "resume",
            "Let a paused study go on; sites that declined are asked again.",
            (client, hash, cancellationToken) => client.ResumeAsync(hash, cancellationToken),
            hash => $"fed study watch {hash}"
        );
}
