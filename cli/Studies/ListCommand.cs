using System.CommandLine;
using System.Text.Json.Nodes;
using Federated.Federation;

namespace Federated.Cli.Studies;

/// <summary><c>fed study list</c>.</summary>
internal static class ListCommand
{
    internal static Command Create()
    {
        var options = new StudyOptions();
        var json = StudyOptions.Json();
        var command = new Command("list", "Show the studies that the coordinator has, the oldest first.") { json };
        options.AddTo(command);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                using var client = options.Connect(parsed);
                var studies = await client.ListAsync(cancellationToken);
                if (parsed.GetValue(json))
                {
                    var list = new JsonArray([.. studies.Select(StateText.Json)]);
                    Console.WriteLine(new JsonObject { ["studies"] = list }.ToJsonString());
                    return 0;
                }

                foreach (var study in studies)
                {
                    var hash = PlanReference.HashOf(study).Abbreviated;
                    Console.WriteLine(
                        $"{hash}  {StateText.NameOf(study)}  (by {ForeignText.Clean(study.SubmittedBy)})  {StateText.Of(study)}"
                    );
                }

                Console.WriteLine(studies.Count == 0 ? "no study yet\nnext: fed study submit FILE" : "next: fed study show PLAN");
                return 0;
            }
        );
        return command;
    }
}
