using System.Collections.Immutable;
using Federated.Federation.Documents;
using Federated.Federation.Schemas;

namespace Federated.Federation.Plans;

/// <summary>A plan that was read, or everything that is wrong with it.</summary>
public abstract record PlanResult
{
    private PlanResult() { }

    /// <summary>A valid plan.</summary>
    public sealed record Valid(StudyPlan Plan) : PlanResult;

    /// <summary>No plan: all faults, in the order of the document.</summary>
    public sealed record Invalid(ImmutableArray<DocumentFault> Faults) : PlanResult;
}

/// <summary>Plans to and from canonical JSON.</summary>
public static class PlanCodec
{
    /// <summary>The canonical bytes.</summary>
    public static byte[] Encode(StudyPlan plan) => JsonOf(plan).ToBytes();

    /// <summary>Reads the canonical bytes, and only those: any other spelling of the same plan is refused, since its hash would be another.</summary>
    public static PlanResult Decode(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > StudyPlan.MaxBytes)
        {
            return Invalid($"a plan has at most {StudyPlan.MaxBytes} bytes; this one has {bytes.Length}.");
        }

        if (CanonicalJson.Parse(bytes, out var fault) is not { } document)
        {
            return Invalid(fault!);
        }

        var result = Read(document);
        return result is PlanResult.Valid valid && !valid.Plan.ToBytes().AsSpan().SequenceEqual(bytes.Span)
            ? Invalid("the bytes are not the plan's canonical form; write it with sorted keys and no spaces (docs/formats.md).")
            : result;
    }

    /// <summary>Reads a plan from a document that says everything, whatever it was written in.</summary>
    public static PlanResult Read(DocumentNode document) => new PlanReader(isDraft: false).Read(document);

    /// <summary>
    /// Reads what a researcher writes: the same keys, of which some may be left out, and sites in any order. What is left out gets its value here and
    /// stands in the plan's bytes like everything else. What decides on privacy cannot be left out.
    /// </summary>
    public static PlanResult ReadDraft(DocumentNode document) => new PlanReader(isDraft: true).Read(document);

    private static PlanResult.Invalid Invalid(string message) => new([new DocumentFault(0, "plan", message)]);

    private static CanonicalJson JsonOf(StudyPlan plan)
    {
        var json = WithoutPrivacy(plan);
        return plan.Privacy is { } privacy ? json.Add("privacy", JsonOf(privacy)) : json.Add("privacy", PrivacyReader.None);
    }

    private static CanonicalJson WithoutPrivacy(StudyPlan plan) =>
        new CanonicalJson()
            .Add("format", StudyPlan.Format)
            .Add("name", plan.Name)
            .Add("purpose", plan.Purpose)
            .Add("sites", plan.Sites.Select(site => new CanonicalJson().Add("name", site.Name.Value).AddDecimal("weight", site.Weight)))
            .Add("schema", plan.Schema)
            .Add("features", plan.Features.Select(JsonOf))
            .Add(
                "outcome",
                new CanonicalJson().Add("variable", plan.Outcome.Variable).AddDecimal("positive_above", plan.Outcome.PositiveAbove)
            )
            .Add("holdout", new CanonicalJson().Add("key", plan.Holdout.Key).AddDecimal("fraction", plan.Holdout.Fraction))
            .Add("model", new CanonicalJson().Add("kind", plan.Model.Kind).Add("hidden", plan.Model.Hidden).Add("seed", plan.Model.Seed))
            .Add(
                "training",
                new CanonicalJson()
                    .Add("mode", plan.Training.Mode)
                    .Add("rounds", plan.Training.Rounds)
                    .Add("local_epochs", plan.Training.LocalEpochs)
                    .Add("batch_size", plan.Training.BatchSize)
                    .AddDecimal("learning_rate", plan.Training.LearningRate)
                    .AddDecimal("weight_decay", plan.Training.WeightDecay)
                    .Add("seed", plan.Training.Seed)
            )
            .Add("server", ServerSection.JsonOf(plan.Server))
            .Add(
                "aggregation",
                new CanonicalJson()
                    .Add("scale_bits", plan.Aggregation.ScaleBits)
                    .AddDecimal("bound", plan.Aggregation.Bound)
                    .Add("suite", plan.Aggregation.Suite)
                    .Add("colluders", plan.Aggregation.Colluders)
                    .Add("minimum_sites", plan.Aggregation.MinimumSites)
                    .Add("allow_pair", plan.Aggregation.AllowPair)
                    .Add("attempts", plan.Aggregation.Attempts)
                    .Add("timeout_ms", (long)plan.Aggregation.Timeout.TotalMilliseconds)
            )
            .Add("evaluate_every", plan.EvaluateEvery);

    private static CanonicalJson JsonOf(PrivacyPlan privacy)
    {
        var json = new CanonicalJson()
            .Add("unit", privacy.Unit)
            .AddDecimal("epsilon", privacy.Epsilon)
            .AddDecimal("delta", privacy.Delta)
            .Add("clipping", privacy.Clipping)
            .AddDecimal("clipping_norm", privacy.ClippingNorm)
            .AddDecimal("sampling_rate", privacy.SamplingRate)
            .Add("expected_patients", privacy.ExpectedPatients)
            .Add("noise", privacy.Noise)
            .AddDecimal("noise_multiplier", privacy.NoiseMultiplier)
            .AddDecimal("noise_floor", privacy.NoiseFloor)
            .Add("spare_releases", privacy.SpareReleases);
        return privacy.Evaluation is { } evaluation
            ? json.Add(
                "evaluation",
                new CanonicalJson()
                    .Add("bins", evaluation.Bins)
                    .AddDecimal("noise_multiplier", evaluation.NoiseMultiplier)
                    .Add("scale_bits", evaluation.ScaleBits)
                    .AddDecimal("bound", evaluation.Bound)
                    .Add("spare_releases", evaluation.SpareReleases)
            )
            : json;
    }

    private static CanonicalJson JsonOf(FeatureSpec feature)
    {
        var json = new CanonicalJson().Add("variable", feature.Variable).Add("missing_indicator", feature.MissingIndicator);
        return feature.Missing is { } constant ? json.AddDecimal("missing", constant) : json;
    }
}
