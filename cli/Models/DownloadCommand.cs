using System.CommandLine;
using System.Text.Json;
using Federated.Cli.Studies;
using Federated.Federation;
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
                if (model.Round == new RoundNumber(0) || model.Parameters.Length != signed.Shape.ParameterCount)
                {
                    throw new OperatorException(
                        model.Round == new RoundNumber(0)
                            ? $"Study '{signed.Name}' has not committed a round yet; there is no model."
                            : $"The coordinator's model has {model.Parameters.Length} parameters, the plan's {signed.Shape.ParameterCount}.",
                        "fed study watch shows how far it is"
                    );
                }

                Report(folder, folder.Write(signed, model), parsed.GetValue(json));
                return 0;
            }
        );
        return command;
    }

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
