using System.CommandLine;
using System.Text.Json;
using Federated.Data;
using Federated.Federation;
using Federated.Hosting;
using Federated.Learning.Training;
using TorchSharp;

namespace Federated.Cli.Models;

/// <summary><c>fed model predict</c>.</summary>
internal static class PredictCommand
{
    internal static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("folder") { Description = "Folder that 'fed model download' wrote." };
        var data = new Option<FileInfo>("--data") { Description = "Patients, as a delimited file.", Required = true };
        var mapping = new Option<FileInfo>("--mapping")
        {
            Description = "What the file's columns mean, as for a node (mappings/README.md); the outcome needs no column.",
            Required = true,
        };
        var output = new Option<FileInfo>("--out") { Description = "Where to write the risks; must not exist.", Required = true };
        var json = new Option<bool>("--json") { Description = "Print what was written as JSON." };
        var command = new Command("predict", "Write the model's risk for every patient of a file, or say why some patient can have none.")
        {
            folder,
            data,
            mapping,
            output,
            json,
        };
        command.SetAction(parsed =>
        {
            var target = parsed.GetRequiredValue(output).FullName;
            if (File.Exists(target))
            {
                throw new OperatorException($"{target} exists; nothing was changed.", "choose another file with --out");
            }

            var (model, parameters) = new ModelFolder(parsed.GetRequiredValue(folder).FullName).Read();
            var columns = MappingOf(parsed.GetRequiredValue(mapping).FullName);
            var rows = RowsOf(parsed.GetRequiredValue(data).FullName, columns, model);
            torch.set_num_threads(1);
            using var scorer = new Scorer(model.Plan.Shape, torch.CPU);
            var risks = scorer.Probabilities(parameters.AsSpan(), rows);
            RiskFile.Write(target, rows, risks, columns.PatientKey is not null);
            Report(target, model, rows, columns, parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    private static Mapping MappingOf(string file)
    {
        using var text = TextFiles.Open(file);
        return MappingReader.ReadWithoutOutcome(text, file) switch
        {
            MappingResult.Read read => read.Mapping,
            MappingResult.Rejected rejected => throw new OperatorException($"Mapping file {file} is wrong:\n{rejected.Faults}"),
            _ => throw new InvalidOperationException("A mapping is read or not."),
        };
    }

    private static PredictionRows RowsOf(string file, Mapping mapping, ModelDescription model)
    {
        using var text = TextFiles.Open(file);
        switch (PredictionReader.Read(text, file, mapping, model.Plan.Layout))
        {
            case PredictionResult.Read read:
                foreach (var warning in read.Warnings)
                {
                    Console.Error.WriteLine($"warning: {warning}");
                }

                return read.Rows;
            case PredictionResult.Rejected rejected:
                throw new OperatorException(
                    $"{file} cannot be used; no risk was written:\n{rejected.Faults}",
                    "mend the file or the mapping; a patient left out silently would look like one without risk"
                );
            default:
                throw new InvalidOperationException("A file is read or not.");
        }
    }

    private static void Report(string target, ModelDescription model, PredictionRows rows, Mapping mapping, bool json)
    {
        var planHash = Digest.Of(model.Plan.ToBytes());
        if (json)
        {
            Console.WriteLine(
                JsonSerializer.Serialize(
                    new
                    {
                        written = target,
                        rows = rows.Count,
                        synthetic = mapping.Synthetic,
                        plan_hash = planHash.ToString(),
                        model_hash = model.ModelHash.ToString(),
                        round = model.Round.Value,
                        privacy = model.Plan.PrivacyInWords,
                    }
                )
            );
            return;
        }

        Console.WriteLine($"wrote {target}   (patients' risks, mode 0600)");
        Console.WriteLine(
            $"{rows.Count} risks by study '{model.Plan.Name}', plan {planHash.Abbreviated}, after round {model.Round} of {model.Plan.Training.Rounds}"
        );
        if (mapping.Synthetic)
        {
            Console.WriteLine("SYNTHETIC patients: they do not exist.");
        }
    }
}
