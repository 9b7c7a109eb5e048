using Federated.Hosting;
using Federated.TransparencyLog.Checkpoints;

namespace Federated.Cli.Audit.Fetching;

/// <summary>The coordinator shows another history than it showed before, or cannot show that it is the same one.</summary>
/// <param name="message">What was found.</param>
/// <param name="known">The checkpoint that it showed before.</param>
/// <param name="offered">The one that it shows now.</param>
internal sealed class LogAlarmException(string message, SignedCheckpoint known, SignedCheckpoint offered) : Exception(message)
{
    private const string Pattern = "log-*.checkpoint";

    /// <summary>Keeps both checkpoints and says so; the exit code.</summary>
    /// <param name="folder">The log's folder, beside which they are kept: nothing of it is changed.</param>
    /// <exception cref="OperatorException">They cannot be written.</exception>
    internal int Tell(string folder)
    {
        Console.Error.WriteLine(Federation.ForeignText.CleanLines($"ALARM: {Message}"));
        var evidence = FolderBeside(folder);
        try
        {
            Directory.CreateDirectory(evidence);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"{evidence} cannot be made: {e.Message}", "keep a copy of the log's folder as it is", e);
        }

        foreach (var checkpoint in new[] { known, offered })
        {
            var head = checkpoint.Checkpoint.Head;
            PrivateFiles.WriteWhole(Path.Combine(evidence, $"log-{head.Size}-{head.Root.Abbreviated}.checkpoint"), checkpoint.ToBytes());
        }

        Console.Error.WriteLine(
            $"hint: both checkpoints lie in {evidence}; show them to every member, and rely on nothing that this coordinator says"
        );
        return Entry.FailureExitCode;
    }

    /// <summary>Where evidence of this log lies; null while there is none.</summary>
    internal static string? EvidenceOf(string folder) =>
        FolderBeside(folder) is var evidence && Directory.Exists(evidence) && Directory.GetFiles(evidence, Pattern).Length > 0
            ? evidence
            : null;

    private static string FolderBeside(string folder) => $"{folder}.evidence";
}
