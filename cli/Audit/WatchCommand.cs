using System.CommandLine;
using Federated.Cli.Audit.Fetching;
using Federated.Cli.Studies;
using Federated.Hosting;

namespace Federated.Cli.Audit;

/// <summary><c>fed audit watch</c>: an independent witness, which follows the log and remembers what it has seen of it.</summary>
internal static class WatchCommand
{
    internal static Command Create()
    {
        var state = new Option<DirectoryInfo>("--state")
        {
            Description = "Folder that remembers the log: new, empty, or of an earlier watch, which then goes on. fed audit show reads it.",
            Required = true,
        };
        var every = WholeNumber.Option("--every", "Seconds between two questions, 1 to 86400.", 5, 1, 86_400);
        var once = new Option<bool>("--once") { Description = "Ask once and end, as from a timer." };
        var options = new StudyOptions();
        var json = AuditOptions.Json("Print each checkpoint and each entry as one JSON object on a line.");
        var command = new Command(
            "watch",
            "Follow the log as it grows, over restarts of the coordinator, and print every new checkpoint and entry. Exit code 1, with both checkpoints kept, if the log is not the one that was seen before, grown."
        )
        {
            state,
            every,
            once,
            json,
        };
        options.AddTo(command);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                using var folder = AuditFolder.Open(parsed.GetRequiredValue(state).FullName);
                if (LogAlarmException.EvidenceOf(folder.Root) is { } evidence)
                {
                    throw new OperatorException(
                        $"Another history of this log was shown before: its checkpoints lie in {evidence}.",
                        "when the consortium has settled it, move them away, and watch into a new folder"
                    );
                }

                using var calls = options.Calls(parsed);
                using var root = AuditOptions.RootOf(calls);
                var isOnce = parsed.GetValue(once);
                var client = new AuditClient(calls) { Tries = isOnce ? AuditClient.PatientTries : 1 }; // who follows tries again anyway
                var watch = new LogWatch(client, folder, root, parsed.GetValue(json));
                try
                {
                    await (
                        isOnce
                            ? watch.LookAsync(cancellationToken)
                            : watch.FollowAsync(TimeSpan.FromSeconds(parsed.GetValue(every)), TimeProvider.System, cancellationToken)
                    );
                    return 0;
                }
                catch (LogAlarmException e)
                {
                    return e.Tell(folder.Root);
                }
            }
        );
        return command;
    }
}
