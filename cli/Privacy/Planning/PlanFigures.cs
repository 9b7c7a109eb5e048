using System.Text.Json.Nodes;
using Federated.Federation;
using Federated.Privacy.Plans;

namespace Federated.Cli.Privacy.Planning;

/// <summary>All figures of a private plan that follow from the plan alone.</summary>
internal sealed class PlanFigures
{
    internal PlanFigures(StudyReleases releases)
    {
        Study = releases;
        Training = ReleaseFigures.OfTraining(releases);
        Evaluation = ReleaseFigures.OfEvaluation(releases);
        Errors = ExpectedErrors.Of(releases);
        TwiceTheSites = LargerStudy.TwiceTheSites(releases, out var fault);
        NotTwiceTheSites = fault;
        TwiceThePatients = LargerStudy.TwiceThePatients(releases, out fault);
        NotTwiceThePatients = fault;
    }

    internal StudyReleases Study { get; }

    internal ReleaseFigures Training { get; }

    internal ReleaseFigures? Evaluation { get; }

    internal ExpectedErrors Errors { get; }

    internal LargerStudy? TwiceTheSites { get; }

    /// <summary>Why there is no such study, or null.</summary>
    internal string? NotTwiceTheSites { get; }

    internal LargerStudy? TwiceThePatients { get; }

    /// <summary>Why there is no such study, or null.</summary>
    internal string? NotTwiceThePatients { get; }

    internal IEnumerable<ReleaseFigures> Releases => Evaluation is null ? [Training] : [Training, Evaluation];

    /// <summary>ε against the coordinator and the plan's colluders: no patient is in both kinds of releases.</summary>
    internal double Epsilon => Releases.Max(release => release.Epsilon);

    /// <summary>ε should all other sites collude; infinite where that has no bound.</summary>
    internal double Floor => Releases.Max(release => release.Floor);

    /// <summary>For programs.</summary>
    internal JsonObject Json() =>
        new()
        {
            ["plan_hash"] = Digest.Of(Study.Plan.ToBytes()).ToString(),
            ["privacy"] = new JsonObject
            {
                ["unit"] = Study.Privacy.Unit,
                ["epsilon_promised"] = Study.Privacy.Epsilon,
                ["epsilon"] = Epsilon,
                ["epsilon_floor"] = double.IsFinite(Floor) ? Floor : null,
                ["delta"] = Study.Privacy.Delta,
                ["noise"] = Study.Privacy.Noise,
                ["noise_multiplier"] = Study.Privacy.NoiseMultiplier,
                ["colluders"] = Study.Plan.Aggregation.Colluders,
                ["composition"] = Evaluation is null ? "sequential" : "parallel",
            },
            ["releases"] = new JsonArray([.. Releases.Select(JsonOf)]),
            ["errors"] = JsonOf(Errors),
            ["twice_the_sites"] = JsonOf(TwiceTheSites, NotTwiceTheSites),
            ["twice_the_patients"] = JsonOf(TwiceThePatients, NotTwiceThePatients),
        };

    private static JsonObject JsonOf(ReleaseFigures release) =>
        new()
        {
            ["released"] = release.Name,
            ["patients"] = release.Patients,
            ["releases"] = release.Releases,
            ["steps_per_release"] = release.StepsPerRelease,
            ["numbers"] = release.Grid.Terms.Dimension,
            ["sensitivity"] = release.Sensitivity,
            ["rounding_overhead"] = release.Grid.RoundingOverhead,
            ["scale_bits"] = release.Grid.ScaleBits,
            ["range_used"] = release.Grid.RangeUsed,
            ["sigma_steps"] = (long)release.Grid.ShareSigma,
            ["site_deviation"] = release.SiteDeviation,
            ["sum_deviation"] = release.Grid.SumDeviation,
            ["epsilon"] = release.Epsilon,
            ["epsilon_rdp"] = release.CrossCheck,
            ["epsilon_floor"] = double.IsFinite(release.Floor) ? release.Floor : null,
        };

    private static JsonObject JsonOf(ExpectedErrors errors)
    {
        var json = new JsonObject { ["step"] = errors.Step };
        if (errors.Evaluation is not null)
        {
            json["assumed"] = new JsonObject
            {
                ["prevalence"] = ExpectedErrors.Prevalence,
                ["auroc"] = ExpectedErrors.Auroc,
                ["held_out_patients"] = errors.HeldOut,
            };
            json["auroc"] = errors.AurocDeviation;
            json["accuracy"] = errors.AccuracyDeviation;
            json["calibration"] = new JsonArray([.. errors.CalibrationDeviations.Select(deviation => JsonValue.Create(deviation))]);
        }

        return json;
    }

    private static JsonObject JsonOf(LargerStudy? larger, string? fault) =>
        larger is null
            ? new JsonObject { ["impossible"] = fault }
            : new JsonObject
            {
                ["step"] = larger.Errors.Step,
                ["auroc"] = larger.Errors.AurocDeviation,
                ["accuracy"] = larger.Errors.AccuracyDeviation,
                ["epsilon_at_same_error"] = larger.EpsilonAtSameError,
            };
}
