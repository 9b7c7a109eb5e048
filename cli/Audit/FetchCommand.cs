using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Federated.Cli.Audit.Fetching;
using Federated.Cli.Studies;

namespace Federated.Cli.Audit;

/// <summary><c>fed audit fetch</c>: the log and all that is disclosed beside it, from the coordinator into a folder that <c>fed audit verify</c> takes.</summary>
internal static class FetchCommand
{
    internal static Command Create()
    {
        var path = new Argument<DirectoryInfo>("folder")
        {
            Description = "Folder to fetch into: new, empty, or fetched before, which is then brought up to date.",
        };
        var inputs = new Option<bool>("--inputs")
        {
            Description =
                "Fetch masked inputs too, as far as the coordinator keeps them (fed audit hold): verify then computes the sums again. For auditors.",
        };
        var options = new StudyOptions();
        var json = AuditOptions.Json("Print what was fetched as one JSON object.");
        var command = new Command(
            "fetch",
            "Fetch the log, as far as a quorum of sites has cosigned it, with every plan and every round's proof and sum. Exit code 1, with both checkpoints kept, if it is not the log that is in the folder, grown."
        )
        {
            path,
            inputs,
            json,
        };
        options.AddTo(command);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var isJson = parsed.GetValue(json);
                using var calls = options.Calls(parsed);
                if (parsed.GetValue(inputs))
                {
                    AuditOptions.RequireAuditor(calls);
                }

                using var folder = AuditFolder.Open(parsed.GetRequiredValue(path).FullName);
                using var root = AuditOptions.RootOf(calls);
                try
                {
                    var client = new AuditClient(calls) { Tries = AuditClient.PatientTries };
                    var progress = isJson || Console.IsErrorRedirected ? (Action<int, int>?)null : Progress;
                    var fetched = await AuditFetch.RunAsync(client, folder, root, parsed.GetValue(inputs), progress, cancellationToken);
                    Console.WriteLine(isJson ? Json(folder, fetched) : Lines(folder, fetched));
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

    private static void Progress(int done, int all) => Console.Error.Write($"\rround {done:n0} of {all:n0}{(done == all ? "\n" : "")}");

    private static string Lines(AuditFolder folder, FetchedLog fetched) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{folder.Root}: {fetched.Size} entries{(fetched.Before is 0 ? "" : $" ({fetched.Before} before)")}, {fetched.Contents.Studies.Count} studies, {fetched.Rounds} rounds{(fetched.Recomputable > 0 ? $" ({fetched.Recomputable} with masked inputs)" : "")}; cosigned by {fetched.Cosigned} sites\nnext: fed audit verify {folder.Root}"
        );

    private static string Json(AuditFolder folder, FetchedLog fetched) =>
        JsonSerializer.Serialize(
            new
            {
                fetched = folder.Root,
                entries = fetched.Size,
                before = fetched.Before,
                studies = fetched.Contents.Studies.Count,
                rounds = fetched.Rounds,
                inputs = fetched.Recomputable,
                cosigned = fetched.Cosigned,
            }
        );
}
