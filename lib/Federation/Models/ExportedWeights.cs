using Federated.Federation.Plans;

namespace Federated.Federation.Models;

/// <summary>What a study gave, as the file with weights that people download: the same bytes for everybody who has plan and model.</summary>
public static class ExportedWeights
{
    /// <summary>What the file's own header says, so that it can be told apart without any other.</summary>
    /// <param name="plan">The study's plan.</param>
    /// <param name="model">Hash of the model snapshot.</param>
    public static IReadOnlyDictionary<string, string> Metadata(StudyPlan plan, Digest model)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new Dictionary<string, string>
        {
            ["plan_hash"] = Digest.Of(plan.ToBytes()).ToString(),
            ["model_hash"] = model.ToString(),
            ["inputs"] = string.Join(",", plan.Layout.Inputs.Select(input => input.Name)),
            ["privacy"] = plan.PrivacyInWords,
        };
    }

    /// <summary>The file: the mean of the study's models where its plan says so, else the last one.</summary>
    /// <param name="plan">The study's plan.</param>
    /// <param name="model">After its last round.</param>
    public static byte[] Of(StudyPlan plan, ModelState model)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(model);
        return Safetensors.Write(plan.Shape, plan.Server.ResultOf(model).AsSpan(), Metadata(plan, model.Hash));
    }
}
