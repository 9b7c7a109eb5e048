using System.Collections.Immutable;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Hosting;

namespace Federated.Cli.Models;

/// <summary>A finished model in a folder: <c>model.safetensors</c> and <c>model.json</c>.</summary>
/// <param name="path">The folder.</param>
internal sealed class ModelFolder(string path)
{
    internal string Weights { get; } = Path.Combine(path, ModelDescription.WeightsFile);

    internal string Description { get; } = Path.Combine(path, "model.json");

    /// <summary>Refuses a folder that holds a model: two models' files would mix, and somebody may still need the one that is there.</summary>
    internal void RefuseExisting()
    {
        if (new[] { Weights, Description }.FirstOrDefault(File.Exists) is { } existing)
        {
            throw new OperatorException($"{existing} exists; nothing was changed.", "choose another folder with --out");
        }
    }

    /// <summary>Writes what a study gave: the mean of its models where its plan says so, else the last one.</summary>
    /// <exception cref="OperatorException">There is one already, or the folder cannot be written: then neither file is there.</exception>
    internal ModelDescription Write(StudyPlan plan, ModelState model)
    {
        RefuseExisting();
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"{path} cannot be made: {e.Message}", "choose another folder", e);
        }

        var description = new ModelDescription(plan, model.Round, model.Hash, default);
        var weights = ExportedWeights.Of(plan, model);
        description = description with { Weights = Digest.Of(weights) };

        // If we die between the two, the weights lie there alone: nobody predicts with them, and the next download says that they are in its way.
        PrivateFiles.WriteWhole(Weights, weights);
        try
        {
            PrivateFiles.WriteWhole(Description, description.ToBytes());
        }
        catch (OperatorException)
        {
            File.Delete(Weights);
            throw;
        }

        return description;
    }

    /// <summary>Reads a model, checking every byte of both files.</summary>
    /// <returns>What it is, and its parameters, shape [d].</returns>
    /// <exception cref="OperatorException">A file is missing, of another version, altered, or not the other's.</exception>
    internal (ModelDescription Description, ImmutableArray<float> Parameters) Read()
    {
        var description = ModelDescription.Read(TextFiles.ReadBytes(Description), Description);
        var shape = description.Plan.Shape;
        var metadata = description.Metadata;
        var bytes = TextFiles.ReadBytes(Weights, (int)Math.Min(Safetensors.LengthOf(shape, metadata), Array.MaxLength));
        if (Digest.Of(bytes) != description.Weights)
        {
            throw new OperatorException(
                $"{Weights} was altered or is damaged: its SHA-256 is not the one in {Description}.",
                "download the model again: fed model download"
            );
        }

        // After this only a writer that knew how to forge both files is left, and the model hash, which all parties compared in the study's last round.
        var parameters =
            Safetensors.Read(bytes, shape, metadata)
            ?? throw new OperatorException(
                $"{Weights} holds another model than {Description} describes.",
                "download the model again: fed model download"
            );
        return HasMemory(description) || new ModelState(description.Round, parameters, []).Hash == description.ModelHash
            ? (description, parameters)
            : throw new OperatorException(
                $"The weights in {Weights} have not the model hash that stands in {Description}.",
                "download the model again: fed model download"
            );
    }

    /// <summary>
    /// The model hash covers the optimizer's memory too, which is not exported, and the model itself, where a mean is exported: only without any memory can
    /// the hash be computed from the weights.
    /// </summary>
    private static bool HasMemory(ModelDescription description) => description.Plan.Server.SlotsAfter(description.Round) > 0;
}
