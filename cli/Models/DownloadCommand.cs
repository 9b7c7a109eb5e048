using System.CommandLine;
using System.Text.Json;
using Federated.Cli.Studies;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Hosting;

namespace Federated.Cli.Models;

/// <summary><c>fed model download</c>.</summary>
internal static class DownloadCommand
{
    internal static Command Create()
    {
        var plan = StudyOptions.Plan();
        var output = new Option<DirectoryInfo>("--out")
        {
            Description = "Folder to write model.safetensors and model.json to; made if it does not exist.",
            Required = true,
        };
        var options = new StudyOptions();
        var json = StudyOptions.Json("Print what was written as JSON.");
        var command = new Command(
            "download",
            "Fetch the model after the last committed round, checked against its hash and the signed plan."
        )
        {
            plan,
            output,
            json,
        };
        options.AddTo(command);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var folder = new ModelFolder(parsed.GetRequiredValue(output).FullName);
                folder.RefuseExisting(); // said before the work, not after it
                using var client = options.Connect(parsed);
                var hash = await PlanReference.ResolveAsync(parsed.GetRequiredValue(plan), client, cancellationToken);
                var signed = (await client.FetchPlanAsync(hash, cancellationToken)).Signed();
                var model = await client.FetchModelAsync(hash, cancellationToken);
                if (Fault(signed, model) is { } fault)
                {
                    throw new OperatorException(fault, "fed study watch shows how far it is");
                }

                Report(folder, folder.Write(signed, model), parsed.GetValue(json));
                return 0;
            }
        );
        return command;
    }

    /// <summary>Why this is no model of the plan's, or null.</summary>
    private static string? Fault(StudyPlan plan, ModelState model) =>
        model.Round == new RoundNumber(0) ? $"Study '{plan.Name}' has not committed a round yet; there is no model."
        : model.Parameters.Length != plan.Shape.ParameterCount
            ? $"The coordinator's model has {model.Parameters.Length} parameters, the plan's {plan.Shape.ParameterCount}."
        : model.Memory.Length != plan.Server.SlotsAfter(model.Round)
            ? $"The coordinator's model has {model.Memory.Length} vectors of the optimizer's memory, the plan's {plan.Server.SlotsAfter(model.Round)}."
        : null;

    private static void Report(ModelFolder folder, ModelDescription model, bool json)
    {
        if (json)
        {
            Console.WriteLine(
                JsonSerializer.Serialize(
                    new
                    {
                        written = new[] { folder.Weights, folder.Description },
                        plan_hash = Digest.Of(model.Plan.ToBytes()).ToString(),
                        model_hash = model.ModelHash.ToString(),
                        round = model.Round.Value,
                        rounds = model.Plan.Training.Rounds,
                    }
                )
            );
            return;
        }

        Console.WriteLine($"wrote {folder.Weights}");
        Console.WriteLine($"wrote {folder.Description}");
        Console.WriteLine($"model {model.ModelHash}, after round {model.Round} of {model.Plan.Training.Rounds}");
        Console.WriteLine(
            $"next: fed model predict {Path.GetDirectoryName(folder.Weights)} --data FILE.csv --mapping MAPPING.yaml --out risks.csv"
        );
    }
}
