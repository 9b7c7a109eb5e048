using System.CommandLine;
using Federated.Hosting;
using Federated.V1;
using Spectre.Console;

namespace Federated.Cli.Studies;

/// <summary><c>fed study watch</c>.</summary>
internal static class WatchCommand
{
    internal static Command Create()
    {
        var plan = StudyOptions.Plan();
        var options = new StudyOptions();
        var json = StudyOptions.Json("Print one JSON object a line for every event.");
        var command = new Command(
            "watch",
            "Follow a study until it is over, over restarts of the coordinator. Exit code 0 if it completed, 1 if it ended otherwise."
        )
        {
            plan,
            json,
        };
        options.AddTo(command);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                using var client = options.Connect(parsed);
                var hash = await PlanReference.ResolveAsync(parsed.GetRequiredValue(plan), client, cancellationToken);
                var signed = (await client.FetchPlanAsync(hash, cancellationToken)).Signed();
                var news = StudyNews.FollowAsync(token => client.WatchAsync(hash, token), TimeProvider.System, cancellationToken);
                var isJson = parsed.GetValue(json);
                StudyDone? done;
                if (!isJson && AnsiConsole.Console.Profile.Capabilities.Interactive && !Console.IsOutputRedirected)
                {
                    done = await new WatchScreen(AnsiConsole.Console, signed).ShowAsync(news);
                }
                else
                {
                    done = await new WatchLines(signed, isJson).ShowAsync(news);
                }

                if (!isJson && done is { Completed: true })
                {
                    Console.WriteLine($"next: fed model download {hash.Abbreviated} --out FOLDER");
                }

                return done is { Completed: true } ? 0 : Entry.FailureExitCode;
            }
        );
        return command;
    }
}
