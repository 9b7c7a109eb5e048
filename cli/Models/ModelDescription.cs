using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Federated.Federation;
using Federated.Federation.Documents;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Federation.Schemas;
using Federated.Hosting;

namespace Federated.Cli.Models;

/// <summary>
/// What <c>model.json</c> says about the weights beside it (docs/formats.md). Everything in it follows from these four values, so that a reader can
/// write it again and compare: an altered unit, constant or range shows.
/// </summary>
/// <param name="Plan">The study's plan, which stands in the file whole.</param>
/// <param name="Round">Rounds behind the model.</param>
/// <param name="ModelHash">Hash of the model snapshot, as all parties compared it in that round.</param>
/// <param name="Weights">SHA-256 of the file with the weights.</param>
internal sealed record ModelDescription(StudyPlan Plan, RoundNumber Round, Digest ModelHash, Digest Weights)
{
    /// <summary>Name and version of the format.</summary>
    internal const string Format = "federated-exported-model/1";

    /// <summary>Name of the file with the weights.</summary>
    internal const string WeightsFile = "model.safetensors";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // for people; the file is never put into a web page
    };

    /// <summary>What the weights' own header repeats, so that they can be told apart without this file.</summary>
    internal IReadOnlyDictionary<string, string> Metadata => ExportedWeights.Metadata(Plan, ModelHash);

    /// <summary>The file.</summary>
    internal byte[] ToBytes()
    {
        var schema = Plan.Layout.Schema;
        var document = new JsonObject
        {
            ["format"] = Format,
            ["study"] = Plan.Name,
            ["plan_hash"] = Digest.Of(Plan.ToBytes()).ToString(),
            ["round"] = Round.Value,
            ["model_hash"] = ModelHash.ToString(),
            ["weights"] = new JsonObject { ["file"] = WeightsFile, ["sha256"] = Weights.ToString() },
            ["schema"] = schema.Name,
            ["outcome"] = new JsonObject
            {
                ["variable"] = Plan.Outcome.Variable,
                ["description"] = schema.Find(Plan.Outcome.Variable)!.Description,
                ["positive_above"] = Plan.Outcome.PositiveAbove,
            },
            ["features"] = new JsonArray([.. Plan.Features.Select(feature => JsonOf(feature, schema.Find(feature.Variable)!))]),
            ["inputs"] = new JsonArray([.. Plan.Layout.Inputs.Select(input => JsonValue.Create(input.Name))]),
            ["model"] = new JsonObject
            {
                ["kind"] = Plan.Model.Kind,
                ["hidden"] = new JsonArray([.. Plan.Model.Hidden.Select(width => JsonValue.Create(width))]),
            },
            ["privacy"] = Plan.PrivacyInWords,
            ["plan"] = JsonNode.Parse(Plan.ToBytes()),
        };
        return [.. JsonSerializer.SerializeToUtf8Bytes(document, Indented), (byte)'\n'];
    }

    /// <summary>Reads a file.</summary>
    /// <param name="bytes">Its content.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <exception cref="OperatorException">It is of another version, or not as <see cref="ToBytes"/> wrote it.</exception>
    internal static ModelDescription Read(byte[] bytes, string path)
    {
        OperatorException Altered(string fault) =>
            new($"{path} was altered or is damaged: {fault}", "download the model again: fed model download");

        if (CanonicalJson.Parse(bytes, out var noJson) is not { } document)
        {
            throw Altered(noJson!);
        }

        var root = DocumentReader.Root(document);
        var format = root.Text("format");
        var planHash = root.Text("plan_hash");
        var round = root.WholeNumber("round", 1, int.MaxValue);
        var modelHash = root.Text("model_hash");
        var weights = root.Section("weights").Text("sha256");
        if (format.Length > 0 && format != Format)
        {
            throw new OperatorException(
                $"{path} is of format '{format}'; this version reads {Format} only.",
                "use the version of fed that downloaded it, or a later one"
            );
        }

        if (root.FaultCount > 0)
        {
            throw Altered(string.Join("; ", root.Faults));
        }

        if (!Digest.TryParse(modelHash, out var model) || !Digest.TryParse(weights, out var sha256))
        {
            throw Altered("a hash in it has not 64 hexadecimal digits.");
        }

        var plan = ((DocumentNode.Map)document).Entries.FirstOrDefault(entry => entry.Key == "plan")?.Value;
        var result = plan is null ? null : PlanCodec.Read(plan);
        if (result is not PlanResult.Valid { Plan: var valid })
        {
            throw Altered(result is PlanResult.Invalid invalid ? $"its plan cannot be read: {invalid.Faults[0]}" : "it has no plan.");
        }

        if (Digest.Of(valid.ToBytes()).ToString() != planHash)
        {
            throw Altered("its plan has not the plan hash that stands in it.");
        }

        var read = new ModelDescription(valid, new RoundNumber((uint)round), model, sha256);
        return read.ToBytes().AsSpan().SequenceEqual(bytes)
            ? read
            : throw Altered("it does not say what follows from its plan, key for key.");
    }

    private static JsonObject JsonOf(FeatureSpec feature, CohortVariable variable)
    {
        var json = new JsonObject
        {
            ["variable"] = feature.Variable,
            ["description"] = variable.Description,
            ["type"] = variable.Type.ToString().ToLowerInvariant(),
        };
        if (variable.Scaling is { } scaling)
        {
            json["unit"] = variable.CanonicalUnit;
            json["plausible"] = JsonOf(variable.Plausible!.Value);
            json["scaled_from"] = JsonOf(scaling);
            json["scaled_to"] = JsonOf(new ValueRange(-1, 1));
        }
        else
        {
            json["codes"] = new JsonArray([
                .. variable.Codes.Select(code => new JsonObject { ["code"] = code.Code, ["label"] = code.Label }),
            ]);
        }

        if (feature.Missing is { } constant)
        {
            json["missing"] = constant;
        }

        json["missing_indicator"] = feature.MissingIndicator;
        return json;
    }

    private static JsonArray JsonOf(ValueRange range) => [range.Low, range.High];
}
