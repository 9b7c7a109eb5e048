using System.Collections.Immutable;
using System.Text;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Schemas;
using Federated.Federation.Steps;

namespace Federated.Federation.Plans;

/// <summary>
/// The contract of a study: everything that the parties must agree on before the first round. Its canonical bytes are what is signed and
/// approved; their SHA-256 is the plan hash. Nothing in a running study comes from anywhere else.
/// </summary>
public sealed record StudyPlan
{
    /// <summary>What the first line of every plan says.</summary>
    public const string Format = "federated-plan/3";

    /// <summary>Most bytes of a plan.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>Longest name.</summary>
    public const int MaxNameLength = 100;

    /// <summary>Longest purpose.</summary>
    public const int MaxPurposeLength = 2000;

    /// <summary>A short name for people.</summary>
    public required string Name { get; init; }

    /// <summary>Why the study is done, in words that a hospital's data protection officer accepts or not.</summary>
    public required string Purpose { get; init; }

    /// <summary>The exact roster, in byte order of the names.</summary>
    public required ImmutableArray<PlanSite> Sites { get; init; }

    /// <summary>Cohort schema by name.</summary>
    public required string Schema { get; init; }

    /// <summary>What the model sees, in input order.</summary>
    public required ImmutableArray<FeatureSpec> Features { get; init; }

    /// <summary>What the model predicts.</summary>
    public required OutcomeSpec Outcome { get; init; }

    /// <summary>Which patients are kept out of training.</summary>
    public required HoldoutPlan Holdout { get; init; }

    /// <summary>The network and its first parameters.</summary>
    public required ModelPlan Model { get; init; }

    /// <summary>What a site does in a round.</summary>
    public required TrainingPlan Training { get; init; }

    /// <summary>What everybody does with the sum.</summary>
    public required ServerOptimizer Server { get; init; }

    /// <summary>How sums are made.</summary>
    public required AggregationPlan Aggregation { get; init; }

    /// <summary>How often sites score their own held-out patients, for their own operators.</summary>
    public required int EvaluateEvery { get; init; }

    /// <summary>What the releases promise patients; null where the plan says <c>privacy: none</c>, written out.</summary>
    public required PrivacyPlan? Privacy { get; init; }

    /// <summary>The privacy in a few words, <c>none</c> for none.</summary>
    public string PrivacyInWords => Privacy?.ToString() ?? PrivacyReader.None;

    /// <summary>All rounds: those of training, and one of evaluation where the plan has it.</summary>
    public int Rounds => Training.Rounds + (Privacy?.Evaluation is null ? 0 : 1);

    /// <summary>The schema's layout of these features; valid plans have one.</summary>
    public FeatureLayout Layout => FeatureLayout.Create(CohortSchema.Named(Schema)!, Features);

    /// <summary>The network's shape over <see cref="Layout"/>.</summary>
    public ModelShape Shape => new(Layout.Width, Model.Hidden.AsSpan());

    /// <summary>The grid that the sites' vectors are rounded to.</summary>
    public ReleaseGrid Grid => new(Aggregation.ScaleBits, Aggregation.Bound, Sites.Length);

    /// <summary>The share of these sites in a sum of the whole roster: Σ of their weights over Σ of all weights, in (0, 1].</summary>
    /// <remarks>Added in roster order, so that every party gets the same bits.</remarks>
    public double ShareOf(params IReadOnlyCollection<SiteName> sites)
    {
        var part = 0.0;
        var whole = 0.0;
        foreach (var site in Sites)
        {
            whole += site.Weight;
            part += sites.Contains(site.Name) ? site.Weight : 0;
        }

        return part / whole;
    }

    /// <summary>The evaluation, in the round after training's last; null in all other rounds.</summary>
    public EvaluationPlan? EvaluationIn(RoundNumber round) => round.Value > Training.Rounds ? Privacy?.Evaluation : null;

    /// <summary>Numbers d that a site releases in a round.</summary>
    public int DimensionOf(RoundNumber round) => EvaluationIn(round)?.Dimension ?? Shape.ParameterCount;

    /// <summary>The grid of a round's release.</summary>
    public ReleaseGrid GridOf(RoundNumber round) =>
        EvaluationIn(round) is { } evaluation ? new ReleaseGrid(evaluation.ScaleBits, evaluation.Bound, Sites.Length) : Grid;

    /// <summary>What the sum of a round's updates is divided by. Public: it follows from the plan and from who survived.</summary>
    /// <param name="survivors">The sites in the sum.</param>
    public double DivisorOf(params IReadOnlyCollection<SiteName> survivors) =>
        Privacy switch
        {
            { Unit: "site" } => survivors.Count, // clipped updates weigh alike
            { } privacy when Training.Mode == "fedsgd" => privacy.SamplingRate * privacy.ExpectedPatients * ShareOf(survivors),
            _ => ShareOf(survivors),
        };

    /// <summary>The radius of a site's sum where the plan's author has no better one.</summary>
    public double UsualBound => PrivacyReader.UsualBound(Privacy, Training, Sites);

    /// <summary>What a site multiplies its update by before it is rounded: its share, or 1 where patients (or sites) weigh alike.</summary>
    public double WeightOf(SiteName site) =>
        Privacy is { Unit: "site" } || (Privacy is not null && Training.Mode == "fedsgd") ? 1 : ShareOf(site);

    /// <summary>The roster's names, in order.</summary>
    public ImmutableArray<SiteName> Roster => [.. Sites.Select(site => site.Name)];

    /// <summary>SHA-256 of the roster's names, each with a line feed: which sites the log says a plan invites.</summary>
    public Digest RosterHash => Digest.Of(Encoding.ASCII.GetBytes(string.Concat(Roster.Select(site => $"{site}\n"))));

    /// <summary>The bytes that are signed, approved and hashed.</summary>
    public byte[] ToBytes() => PlanCodec.Encode(this);
}

/// <summary>One site of the roster.</summary>
/// <param name="Name">As in its certificate.</param>
/// <param name="Weight">Its public, constant share in a sum, 1e-6 to 1e9. Never its number of patients of the day: that is private.</param>
public sealed record PlanSite(SiteName Name, double Weight)
{
    /// <summary>Smallest weight that a plan may give.</summary>
    public const double LeastWeight = 1e-6;

    /// <summary>Largest weight that a plan may give.</summary>
    public const double MostWeight = 1e9;
}

/// <summary>The held-out patients: a keyed hash of the patient decides, so that removing one patient moves no other.</summary>
/// <param name="Key">Any text of at least <see cref="MinKeyBytes"/> in UTF-8; another key draws another split.</param>
/// <param name="Fraction">Share held out, 0 up to 0.9.</param>
public sealed record HoldoutPlan(string Key, double Fraction)
{
    /// <summary>Fewest bytes of a key: with a short one, two studies might draw the same split by accident.</summary>
    public const int MinKeyBytes = 16;
}

/// <summary>The network.</summary>
public sealed record ModelPlan
{
    /// <summary>Names that a plan may use.</summary>
    public static ImmutableArray<string> Kinds { get; } = ["logistic", "mlp"];

    /// <summary><c>logistic</c> or <c>mlp</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Widths of the hidden layers; empty for logistic.</summary>
    public required ImmutableArray<int> Hidden { get; init; }

    /// <summary>Seed of the initial parameters (<see cref="InitialModel"/>).</summary>
    public required int Seed { get; init; }
}

/// <summary>A site's work in one round.</summary>
public sealed record TrainingPlan
{
    /// <summary>Names that a plan may use.</summary>
    public static ImmutableArray<string> Modes { get; } = ["fedavg", "fedsgd"];

    /// <summary><c>fedavg</c>: local epochs, then the difference to the shared model. <c>fedsgd</c>: one gradient.</summary>
    public required string Mode { get; init; }

    /// <summary>Rounds of the study, at least 1.</summary>
    public required int Rounds { get; init; }

    /// <summary>Passes over the site's training patients per round (fedavg).</summary>
    public required int LocalEpochs { get; init; }

    /// <summary>Patients per local step; 0 for all of them at once.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Local SGD's learning rate (fedavg).</summary>
    public required double LearningRate { get; init; }

    /// <summary>L2 penalty λ/2·‖W‖² on weights, not on biases.</summary>
    public required double WeightDecay { get; init; }

    /// <summary>Seed of the local shuffles.</summary>
    public required int Seed { get; init; }
}

/// <summary>How a sum is made.</summary>
public sealed record AggregationPlan
{
    /// <summary>log2 of the grid's scale.</summary>
    public required int ScaleBits { get; init; }

    /// <summary>Clamp of one coordinate of one site's weighted update.</summary>
    public required double Bound { get; init; }

    /// <summary>Suites that a plan may name.</summary>
    public static ImmutableArray<int> Suites { get; } = [1, 2];

    /// <summary>
    /// The primitives that mask and sign, the same at every site: 1 for X25519 and Ed25519; 2 for ECDH and ECDSA on P-256, for sites that may use
    /// FIPS-approved ones only.
    /// </summary>
    public required int Suite { get; init; }

    /// <summary>Most sites that may work together, with the coordinator too, and still learn no other site's update (<see cref="Thresholds"/>).</summary>
    public required int Colluders { get; init; }

    /// <summary>Fewest survivors of a round: no sum of fewer sites is ever opened.</summary>
    public required int MinimumSites { get; init; }

    /// <summary>True if a roster of two is accepted, in which each site computes the other's update from the sum.</summary>
    public required bool AllowPair { get; init; }

    /// <summary>Failed tries at one round before the study pauses.</summary>
    public required int Attempts { get; init; }

    /// <summary>
    /// The highest number that an attempt at one round may have. Numbers also grow over restarts and resumes, which are no failures; but every attempt is
    /// another release of the same patients, so nobody may ask for them without end.
    /// </summary>
    public int HighestAttempt => 16 * Attempts;

    /// <summary>Time a site has from the invitation to its complete vector.</summary>
    public required TimeSpan Timeout { get; init; }
}
