using System.Collections.Immutable;
using System.Text;
using Federated.Federation.Aggregation;
using Federated.Federation.Documents;
using Federated.Federation.Models;
using Federated.Federation.Schemas;
using Federated.Federation.Steps;

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

    /// <summary>Reads a plan from a document, whatever it was written in.</summary>
    public static PlanResult Read(DocumentNode document)
    {
        var root = DocumentReader.Root(document);
        root.Choice("format", [StudyPlan.Format]);
        var model = root.Section("model");
        var aggregation = root.Section("aggregation");
        var plan = new StudyPlan
        {
            Name = root.Text("name"),
            Purpose = root.Text("purpose"),
            Sites = Sites(root),
            Schema = root.Choice("schema", [.. CohortSchema.BuiltIn.Select(schema => schema.Name)]),
            Features = Features(root),
            Outcome = Outcome(root.Section("outcome")),
            Holdout = Holdout(root.Section("holdout")),
            Model = Model(model),
            Training = Training(root.Section("training")),
            Server = Server(root.Section("server")),
            Aggregation = Aggregation(aggregation),
            EvaluateEvery = root.WholeNumber("evaluate_every", 0, 1_000_000),
            Privacy = root.Choice("privacy", ["none"]),
        };
        root.RefuseUnknownKeys();
        CheckText(root, "name", plan.Name, StudyPlan.MaxNameLength);
        CheckText(root, "purpose", plan.Purpose, StudyPlan.MaxPurposeLength);
        if (root.Faults.Count == 0)
        {
            CheckWhole(plan, root, model, aggregation);
        }

        return root.Faults.Count == 0 ? new PlanResult.Valid(plan) : new PlanResult.Invalid([.. root.Faults]);
    }

    private static PlanResult.Invalid Invalid(string message) => new([new DocumentFault(0, "plan", message)]);

    private static CanonicalJson JsonOf(StudyPlan plan) =>
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
            .Add(
                "server",
                new CanonicalJson().AddDecimal("learning_rate", plan.Server.LearningRate).AddDecimal("momentum", plan.Server.Momentum)
            )
            .Add(
                "aggregation",
                new CanonicalJson()
                    .Add("scale_bits", plan.Aggregation.ScaleBits)
                    .AddDecimal("bound", plan.Aggregation.Bound)
                    .Add("minimum_sites", plan.Aggregation.MinimumSites)
                    .Add("attempts", plan.Aggregation.Attempts)
                    .Add("timeout_ms", (long)plan.Aggregation.Timeout.TotalMilliseconds)
            )
            .Add("evaluate_every", plan.EvaluateEvery)
            .Add("privacy", plan.Privacy);

    private static CanonicalJson JsonOf(FeatureSpec feature)
    {
        var json = new CanonicalJson().Add("variable", feature.Variable).Add("missing_indicator", feature.MissingIndicator);
        return feature.Missing is { } constant ? json.AddDecimal("missing", constant) : json;
    }

    private static ImmutableArray<PlanSite> Sites(DocumentReader root)
    {
        var sites = ImmutableArray.CreateBuilder<PlanSite>();
        foreach (var item in root.Sections("sites"))
        {
            var text = item.Text("name");
            var weight = item.Number("weight");
            item.RefuseUnknownKeys();
            if (!SiteName.TryParse(text, out var name))
            {
                item.Fault("name", SiteName.Fault(text)!);
                continue;
            }

            // The limits keep every share of a roster, and their sum, far from 0 and from infinity.
            if (!(weight is >= PlanSite.LeastWeight and <= PlanSite.MostWeight))
            {
                item.Fault(
                    "weight",
                    $"{weight} is no weight; use {PlanSite.LeastWeight} to {PlanSite.MostWeight} (equal weights, or last year's public patient counts)."
                );
            }

            if (sites.Count > 0 && !(sites[^1].Name < name))
            {
                item.Fault("name", $"'{name}' stands twice or out of order; list sites once each, in alphabetical order.");
            }

            sites.Add(new PlanSite(name, weight));
        }

        return sites.ToImmutable();
    }

    private static ImmutableArray<FeatureSpec> Features(DocumentReader root)
    {
        var features = ImmutableArray.CreateBuilder<FeatureSpec>();
        foreach (var item in root.Sections("features"))
        {
            features.Add(
                new FeatureSpec(
                    item.Text("variable"),
                    item.Has("missing") ? item.Number("missing") : null,
                    item.Flag("missing_indicator", false)
                )
            );
            item.RefuseUnknownKeys();
        }

        return features.ToImmutable();
    }

    private static OutcomeSpec Outcome(DocumentReader section)
    {
        var outcome = new OutcomeSpec(section.Text("variable"), section.Number("positive_above"));
        section.RefuseUnknownKeys();
        return outcome;
    }

    private static HoldoutPlan Holdout(DocumentReader section)
    {
        var holdout = new HoldoutPlan(section.Text("key"), section.Number("fraction"));
        section.RefuseUnknownKeys();
        if (holdout.Fraction is < 0 or > 0.9)
        {
            section.Fault("fraction", $"{holdout.Fraction} is outside 0 to 0.9.");
        }

        if (Encoding.UTF8.GetByteCount(holdout.Key) < HoldoutPlan.MinKeyBytes)
        {
            section.Fault("key", $"'{holdout.Key}' is too short; use at least {HoldoutPlan.MinKeyBytes} bytes of any text.");
        }

        return holdout;
    }

    private static ModelPlan Model(DocumentReader section)
    {
        var kind = section.Choice("kind", ModelPlan.Kinds);
        var model = new ModelPlan
        {
            Kind = kind,
            Hidden = section.WholeNumbers("hidden", 1, 16_384),
            Seed = section.WholeNumber("seed", 0, int.MaxValue),
        };
        section.RefuseUnknownKeys();
        if (ModelPlan.Kinds.Contains(kind) && kind == "logistic" != model.Hidden.IsEmpty)
        {
            section.Fault("hidden", "a logistic model has no hidden layers and an mlp has at least one; write widths such as [64, 32].");
        }

        return model;
    }

    private static TrainingPlan Training(DocumentReader section)
    {
        var training = new TrainingPlan
        {
            Mode = section.Choice("mode", TrainingPlan.Modes),
            Rounds = section.WholeNumber("rounds", 1, 1_000_000),
            LocalEpochs = section.WholeNumber("local_epochs", 1, 10_000),
            BatchSize = section.WholeNumber("batch_size", 0, 1_000_000),
            LearningRate = section.Number("learning_rate"),
            WeightDecay = section.Number("weight_decay"),
            Seed = section.WholeNumber("seed", 0, int.MaxValue),
        };
        section.RefuseUnknownKeys();
        // Upper limits so that a site's float32 arithmetic can hold them.
        if (!(training.LearningRate is > 0 and <= 1e6))
        {
            section.Fault(
                "learning_rate",
                $"{training.LearningRate} trains nothing; set it above 0, to 1e6 at most (0.05 is a usual start)."
            );
        }

        if (!(training.WeightDecay is >= 0 and <= 1e6))
        {
            section.Fault("weight_decay", $"{training.WeightDecay} is outside 0 to 1e6.");
        }

        return training;
    }

    private static ServerOptimizer Server(DocumentReader section)
    {
        var server = new ServerOptimizer(section.Number("learning_rate"), section.Number("momentum"));
        section.RefuseUnknownKeys();
        foreach (var (key, message) in server.Faults())
        {
            section.Fault(key, message);
        }

        return server;
    }

    private static AggregationPlan Aggregation(DocumentReader section)
    {
        var aggregation = new AggregationPlan
        {
            ScaleBits = section.WholeNumber("scale_bits", -16, 30),
            Bound = section.Number("bound"),
            MinimumSites = section.WholeNumber("minimum_sites", 1, 1000),
            Attempts = section.WholeNumber("attempts", 1, 3),
            Timeout = TimeSpan.FromMilliseconds(section.WholeNumber("timeout_ms", 1, int.MaxValue)),
        };
        section.RefuseUnknownKeys();
        if (!(aggregation.Bound > 0))
        {
            section.Fault("bound", $"{aggregation.Bound} lets nothing through; set it above 0 (8 is a usual start).");
        }

        return aggregation;
    }

    /// <summary>People at every site read these texts on their terminals.</summary>
    private static void CheckText(DocumentReader root, string key, string text, int most)
    {
        if (text.Length > most)
        {
            root.Fault(key, $"it has {text.Length} characters; at most {most} are shown to the sites.");
        }

        if (text.Any(char.IsControl))
        {
            root.Fault(key, "it has control characters; write it on one line.");
        }
    }

    /// <summary>What only the whole plan can tell: each part by itself is well formed here.</summary>
    private static void CheckWhole(StudyPlan plan, DocumentReader root, DocumentReader model, DocumentReader aggregation)
    {
        if (plan.Sites.IsEmpty || plan.Sites.Length < plan.Aggregation.MinimumSites)
        {
            aggregation.Fault("minimum_sites", $"{plan.Aggregation.MinimumSites} of {plan.Sites.Length} sites can never be there.");
        }

        if (ReleaseGrid.Fault(plan.Aggregation.ScaleBits, plan.Aggregation.Bound, Math.Max(1, plan.Sites.Length)) is { } gridFault)
        {
            aggregation.Fault("scale_bits", gridFault);
        }

        var schema = CohortSchema.Named(plan.Schema)!;
        foreach (var fault in FeatureLayout.Faults(schema, plan.Features))
        {
            root.Fault("features", fault);
        }

        // Counted last: only a layout without faults has a width.
        if (root.Faults.Count == 0 && ModelShape.CountParameters(plan.Layout.Width, plan.Model.Hidden.AsSpan()) > ModelShape.MaxParameters)
        {
            model.Fault("hidden", $"these layers have more than {ModelShape.MaxParameters} parameters; make them narrower.");
        }

        foreach (var fault in plan.Outcome.Faults(schema, plan.Features))
        {
            root.Fault("outcome", fault);
        }
    }
}
