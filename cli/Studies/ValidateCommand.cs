using System.CommandLine;
using System.Text.Json.Nodes;
using Federated.Federation.Plans;
using Federated.Hosting;

namespace Federated.Cli.Studies;

/// <summary><c>fed study validate</c>: without a connection, so that a study can be written anywhere.</summary>
internal static class ValidateCommand
{
    internal static Command Create()
    {
        var file = StudyOptions.File();
        var json = StudyOptions.Json("Print the plan, or the faults, as one JSON object.");
        var command = new Command("validate", "Check a study's file, and show the plan that it would be. Sends nothing.") { file, json };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(file).ToString();
            if (parsed.GetValue(json))
            {
                return PrintJson(StudyFile.Read(path));
            }

            PlanSummary.Print(StudyFile.ReadValid(path));
            Console.WriteLine($"next: fed study submit {path}");
            return 0;
        });
        return command;
    }

    /// <summary>For editors and scripts: faults are a result here, not an error message.</summary>
    private static int PrintJson(PlanResult result)
    {
        var document = result switch
        {
            PlanResult.Valid valid => PlanSummary.Json(valid.Plan),
            PlanResult.Invalid invalid => new JsonObject
            {
                ["faults"] = new JsonArray([
                    .. invalid.Faults.Select(fault => new JsonObject
                    {
                        ["line"] = fault.Line,
                        ["path"] = fault.Path,
                        ["message"] = fault.Message,
                        ["hint"] = fault.Hint,
                    }),
                ]),
            },
            _ => throw new InvalidOperationException("A plan is valid or not."),
        };
        document.Insert(0, "valid", result is PlanResult.Valid);
        Console.WriteLine(document.ToJsonString());
        return result is PlanResult.Valid ? 0 : OperatorException.ExitCode;
    }
}
