using System.CommandLine;
using System.Text.Json;

namespace Federated.Cli.Studies;

/// <summary><c>fed study submit</c>.</summary>
internal static class SubmitCommand
{
    internal static Command Create()
    {
        var file = StudyOptions.File();
        var options = new StudyOptions();
        var json = StudyOptions.Json();
        var command = new Command("submit", "Sign a study's plan and send it to the coordinator, which offers it to the sites.")
        {
            file,
            json,
        };
        options.AddTo(command);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var plan = StudyFile.ReadValid(parsed.GetRequiredValue(file).ToString());
                using var client = options.Connect(parsed);
                var hash = await client.SubmitAsync(plan, cancellationToken);
                if (parsed.GetValue(json))
                {
                    Console.WriteLine(JsonSerializer.Serialize(new { plan_hash = hash.ToString(), name = plan.Name }));
                    return 0;
                }

                Console.WriteLine($"study     {plan.Name}");
                Console.WriteLine($"plan hash {hash}");
                Console.WriteLine($"each of {plan.Sites.Length} sites approves it with: fed-node plans approve {hash.Abbreviated}");
                Console.WriteLine($"next: fed study watch {hash.Abbreviated}");
                return 0;
            }
        );
        return command;
    }
}
