using System.Collections.Immutable;
using System.Text;
using Federated.Federation.Aggregation;
using Federated.Federation.Documents;
using Federated.Federation.Models;
using Federated.Federation.Schemas;

namespace Federated.Federation.Plans;

/// <summary>The one place that says which keys a plan has and what may stand there, for canonical plans and for researchers' drafts alike.</summary>
/// <param name="isDraft">
/// True where keys with a usual value may be left out and the roster may stand in any order; see <see cref="PlanCodec.ReadDraft"/>.
/// </param>
internal sealed class PlanReader(bool isDraft)
{
    internal PlanResult Read(DocumentNode document)
    {
        var root = DocumentReader.Root(document);
        if (IsOfAnEarlierRelease(document, root) && !isDraft)
        {
            return new PlanResult.Invalid([.. root.Faults]); // its other faults would only be what is new since
        }

        var model = root.Section("model");
        var trainingSection = root.Section("training");
        var training = Training(trainingSection, isPrivate: root.IsSection("privacy"));
        int? rounds = trainingSection.HasFault("rounds") || !trainingSection.Has("rounds") ? null : training.Rounds; // missing, or misspelt
        var before = root.FaultCount;
        var sites = Sites(root);
        int? roster = root.FaultCount == before ? sites.Length : null;
        var schema = root.Choice("schema", [.. CohortSchema.BuiltIn.Select(schema => schema.Name)]);
        var features = Features(root, CohortSchema.Named(schema));
        var holdout = Holdout(root.Section("holdout"));
        var privacy = new PrivacyReader(isDraft).Read(root, training, Math.Max(1, roster ?? 1), holdout.Fraction > 0);
        var plan = new StudyPlan
        {
            Name = Text(root, "name", StudyPlan.MaxNameLength),
            Purpose = Text(root, "purpose", StudyPlan.MaxPurposeLength),
            Sites = sites,
            Schema = schema,
            Features = features,
            Outcome = Outcome(root.Section("outcome"), CohortSchema.Named(schema), features),
            Holdout = holdout,
            Model = Model(model),
            Training = training,
            Aggregation = Aggregation(root, root.Section("aggregation"), roster, PrivacyReader.UsualBound(privacy, training, sites)),
            Server = ServerSection.Read(root.Section("server", isOptional: isDraft), training.Mode, rounds, isDraft),
            EvaluateEvery = root.WholeNumber("evaluate_every", 0, 1_000_000, Usual(DefaultStudy.EvaluateEvery)),
            Privacy = privacy,
        };
        root.RefuseUnknownKeys();
        // Counted last: only a layout without faults has a width.
        var most = ModelState.MaxParametersWith(plan.Server.SlotsAfter(new RoundNumber((uint)training.Rounds)));
        if (root.FaultCount == 0 && ModelShape.CountParameters(plan.Layout.Width, plan.Model.Hidden.AsSpan()) > most)
        {
            model.Fault("hidden", $"these layers have more than {most} parameters, the most with this optimizer; make them narrower.");
        }

        return root.FaultCount == 0 ? new PlanResult.Valid(plan) : new PlanResult.Invalid([.. root.Faults]);
    }

    /// <summary>True, with the fault, for a plan of an earlier release. Any other format is a fault like others.</summary>
    private bool IsOfAnEarlierRelease(DocumentNode document, DocumentReader root)
    {
        var text = document is DocumentNode.Map map && root.Has("format") ? map.Entries.First(entry => entry.Key == "format").Value : null;
        var earlier = EarlierFormat.All.FirstOrDefault(format => text is DocumentNode.Scalar scalar && scalar.Text == format.Name);
        if (earlier is null)
        {
            root.Choice("format", [StudyPlan.Format]);
            return false;
        }

        root.Fault(
            "format",
            $"this plan was written for an earlier release ('{earlier.Name}'), {earlier.Difference}; "
                + (
                    isDraft
                        ? $"write {StudyPlan.Format}, and see docs/study.yaml for what is new under {earlier.NewSections}."
                        : "its study has to be submitted anew, as another plan, which every site approves again."
                )
        );
        return true;
    }

    /// <summary>What a draft may leave out; a canonical plan says everything.</summary>
    private T? Usual<T>(T value)
        where T : struct => isDraft ? value : null;

    /// <summary>A text that people at every site read on their terminals.</summary>
    private string Text(DocumentReader root, string key, int most)
    {
        var text = root.Text(key);
        if (isDraft)
        {
            text = text.TrimEnd(); // YAML's folded texts end with a line break
        }

        if (text.Length > most)
        {
            root.Fault(key, $"it has {text.Length} characters; at most {most} are shown to the sites.");
        }

        if (text.Any(char.IsControl))
        {
            root.Fault(key, "it has control characters; write it on one line.");
        }

        return text;
    }

    private ImmutableArray<PlanSite> Sites(DocumentReader root)
    {
        var sites = new List<PlanSite>();
        var names = new HashSet<SiteName>();
        var items = root.Sections("sites", isDraft ? "name" : null);
        var areEqual = isDraft && !items.Any(item => item.Has("weight")); // weights for some sites only would weigh against "1" for no reason
        foreach (var item in items)
        {
            var text = item.Text("name");
            var weight = item.Number("weight", areEqual ? 1 : null);
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

            if (!names.Add(name) && isDraft)
            {
                item.Fault("name", $"'{name}' stands twice; list each site once.");
            }
            else if (!isDraft && sites.Count > 0 && !(sites[^1].Name < name))
            {
                item.Fault("name", $"'{name}' stands twice or out of order; list sites once each, in alphabetical order.");
            }

            sites.Add(new PlanSite(name, weight));
        }

        return isDraft ? [.. sites.OrderBy(site => site.Name)] : [.. sites];
    }

    private ImmutableArray<FeatureSpec> Features(DocumentReader root, CohortSchema? schema)
    {
        var features = ImmutableArray.CreateBuilder<FeatureSpec>();
        var names = new HashSet<string>();
        var items = root.Sections("features", isDraft ? "variable" : null);
        if (items.IsEmpty && schema is not null)
        {
            root.Fault("features", FeatureLayout.Faults(schema, []).Single());
        }

        foreach (var item in items)
        {
            var before = root.FaultCount;
            var feature = new FeatureSpec(
                item.Text("variable"),
                item.Has("missing") ? item.Number("missing") : null,
                item.Flag("missing_indicator", false)
            );
            item.RefuseUnknownKeys();
            var isTwice = !names.Add(feature.Variable);
            features.Add(feature);
            if (root.FaultCount > before || schema is null)
            {
                continue; // what could not be read cannot be judged
            }

            foreach (var fault in feature.Faults(schema))
            {
                item.Fault(fault);
            }

            if (isTwice)
            {
                item.Fault($"feature '{feature.Variable}' is listed twice; keep one");
            }
        }

        return features.ToImmutable();
    }

    private static OutcomeSpec Outcome(DocumentReader section, CohortSchema? schema, ImmutableArray<FeatureSpec> features)
    {
        var outcome = new OutcomeSpec(section.Text("variable"), section.Number("positive_above"));
        section.RefuseUnknownKeys();
        if (schema is not null && outcome.Variable.Length > 0)
        {
            foreach (var fault in outcome.Faults(schema, features))
            {
                section.Fault(fault);
            }
        }

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

    private ModelPlan Model(DocumentReader section)
    {
        var kind = section.Choice("kind", ModelPlan.Kinds);
        var model = new ModelPlan
        {
            Kind = kind,
            Hidden = isDraft && !section.Has("hidden") ? [] : section.WholeNumbers("hidden", 1, 16_384),
            Seed = section.WholeNumber("seed", 0, int.MaxValue, Usual(DefaultStudy.Seed)),
        };
        section.RefuseUnknownKeys();
        if (ModelPlan.Kinds.Contains(kind) && kind == "logistic" != model.Hidden.IsEmpty)
        {
            section.Fault("hidden", "a logistic model has no hidden layers and an mlp has at least one; write widths such as [64, 32].");
        }

        return model;
    }

    private TrainingPlan Training(DocumentReader section, bool isPrivate)
    {
        var mode = section.Choice("mode", TrainingPlan.Modes);
        var usual = DefaultStudy.Training(mode, DefaultStudy.Rounds, DefaultStudy.Seed);
        var training = new TrainingPlan
        {
            Mode = mode,
            Rounds = section.WholeNumber("rounds", 1, 1_000_000),
            LocalEpochs = section.WholeNumber("local_epochs", 1, 10_000, Usual(usual.LocalEpochs)),
            BatchSize = section.WholeNumber("batch_size", 0, 1_000_000, Usual(usual.BatchSize)),
            LearningRate = section.Number("learning_rate", Usual(usual.LearningRate)),
            WeightDecay = section.Number("weight_decay", Usual(isPrivate ? 0 : usual.WeightDecay)),
            Seed = section.WholeNumber("seed", 0, int.MaxValue, Usual(usual.Seed)),
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

    /// <param name="root">The plan, for faults of its roster.</param>
    /// <param name="section">The section.</param>
    /// <param name="sites">Sites of the roster, or null where the roster has faults of its own.</param>
    /// <param name="usualBound">The clamp where none is written.</param>
    private AggregationPlan Aggregation(DocumentReader root, DocumentReader section, int? sites, double usualBound)
    {
        var before = section.FaultCount;
        var roster = Math.Max(1, sites ?? 1);
        var usual = DefaultStudy.Aggregation(roster);
        var bound = section.Number("bound", Usual(usualBound));
        var aggregation = new AggregationPlan
        {
            ScaleBits = section.WholeNumber("scale_bits", -16, 30, Usual(FinestScaleBits(bound, roster))),
            Bound = bound,
            Suite = section.WholeNumber("suite", AggregationPlan.Suites[0], AggregationPlan.Suites[^1], Usual(usual.Suite)),
            Colluders = section.WholeNumber("colluders", 1, Thresholds.MaxSites - 2, Usual(usual.Colluders)),
            MinimumSites = section.WholeNumber("minimum_sites", 2, Thresholds.MaxSites), // without a usual value: fewer sites hide each other less
            AllowPair = section.Flag("allow_pair", Usual(false)), // what weakens privacy must be written
            Attempts = section.WholeNumber("attempts", 1, 3, Usual(usual.Attempts)),
            Timeout = TimeSpan.FromMilliseconds(
                section.WholeNumber("timeout_ms", 1, int.MaxValue, Usual((int)usual.Timeout.TotalMilliseconds))
            ),
        };
        section.RefuseUnknownKeys();
        if (!(aggregation.Bound > 0))
        {
            section.Fault("bound", $"{aggregation.Bound} lets nothing through; set it above 0 (8 is a usual start).");
        }

        var isGridReadable = section.FaultCount == before;
        if (sites is { } count)
        {
            foreach (var (key, message) in Thresholds.Faults(count, aggregation.Colluders, aggregation.MinimumSites, aggregation.AllowPair))
            {
                var at = key == "sites" ? root : section;
                if (!at.HasFault(key)) // outside any roster's limits already
                {
                    at.Fault(key, message);
                }
            }
        }

        if (isGridReadable && ReleaseGrid.Fault(aggregation.ScaleBits, aggregation.Bound, roster) is { } gridFault)
        {
            section.Fault("scale_bits", gridFault);
        }

        return aggregation;
    }

    /// <summary>The finest grid, or, where no grid fits, the coarsest: its fault then says why.</summary>
    private static int FinestScaleBits(double bound, int sites) =>
        ReleaseGrid.Fault(-16, bound, sites) is null ? ReleaseGrid.Finest(bound, sites).ScaleBits : -16;
}
