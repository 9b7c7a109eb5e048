using System.Globalization;
using Federated.Federation;

namespace Federated.Cli.Privacy.Planning;

/// <summary>A private plan's figures for people: a name and a value on each line.</summary>
internal sealed class PlanReport(PlanFigures figures)
{
    private readonly Federated.Privacy.Plans.StudyReleases _study = figures.Study;

    private bool IsAboutSites => _study.Privacy.Unit == "site";

    internal IEnumerable<(string Name, string Value)> Lines() =>
        [
            ("study", _study.Plan.Name),
            ("plan hash", Digest.Of(_study.Plan.ToBytes()).ToString()),
            ("promise", _study.Privacy.ToString()),
            .. Delta(),
            .. Split(),
            .. Against(),
            .. Release(figures.Training),
            .. figures.Evaluation is { } evaluation ? Release(evaluation) : [],
            .. Errors(),
            .. Larger("2 x sites", figures.TwiceTheSites, figures.NotTwiceTheSites),
            .. Larger("2 x patients", figures.TwiceThePatients, figures.NotTwiceThePatients),
        ];

    private IEnumerable<(string, string)> Delta()
    {
        if (_study.Privacy.Delta * _study.Privacy.ExpectedPatients > 1)
        {
            yield return (
                "DELTA",
                Text(
                    $"{_study.Privacy.Delta:r} is more than one in the {_study.Privacy.ExpectedPatients} expected patients: a release that names somebody outright would keep it. Lower delta."
                )
            );
        }
    }

    private IEnumerable<(string, string)> Split()
    {
        var training = figures.Training;
        var steps = training.StepsPerRelease == 1 ? "" : Text($" of {training.StepsPerRelease} noised local steps each");
        yield return (
            "epsilon",
            Text(
                $"training    {Epsilon(training.Epsilon)} for {training.Releases} releases{steps}: {_study.Plan.Training.Rounds} rounds, and {_study.Privacy.SpareReleases} spare for attempts that fail"
            )
        );
        if (figures.Evaluation is not { } evaluation)
        {
            yield return ("", "nothing else is released");
        }
        else
        {
            yield return (
                "",
                Text(
                    $"evaluation  {Epsilon(evaluation.Epsilon)} for {evaluation.Releases} releases: one, and {evaluation.Releases - 1} spare"
                )
            );
            yield return ("", "not added up: a keyed hash of the patient decides who is held out, so that nobody is in both kinds of");
            yield return ("", "release, and each kind may take all of epsilon (parallel composition)");
        }

        yield return (
            "",
            Text($"by the other accountant (RDP, looser): {string.Join(" and ", figures.Releases.Select(r => Epsilon(r.CrossCheck)))}")
        );
    }

    private IEnumerable<(string, string)> Against()
    {
        if (_study.Privacy.Noise == "local")
        {
            yield return ("against", Text($"everybody, whoever works together: epsilon {Epsilon(figures.Floor)}"));
            yield break;
        }

        var colluders = _study.Plan.Aggregation.Colluders;
        var sites = colluders == 1 ? "1 site" : Text($"{colluders} sites");
        yield return ("against", Text($"the coordinator and up to {sites} together: epsilon {Epsilon(figures.Epsilon)}"));
        yield return ("", Text($"all others together against one site: {Bounded(figures.Floor)} (epsilon_floor, by its own noise alone)"));
    }

    private IEnumerable<(string, string)> Release(ReleaseFigures release)
    {
        var grid = release.Grid;
        var isStep = release.StepsPerRelease > 1 || _study.IsNoisedInside && release.Name == "update";
        yield return (
            release.Name,
            Text($"{grid.Terms.Dimension:n0} numbers of {release.Patients} patients{(isStep ? ", in each local step" : "")}")
        );
        yield return (
            "",
            Text($"sensitivity {Short(release.Sensitivity)} {Whom()}, of which rounding to the grid adds {grid.RoundingOverhead:0.###%}")
        );
        yield return (
            "",
            Text($"grid        2^{-grid.ScaleBits}; {grid.RangeUsed:0.#%} of a {grid.Terms.LaneBits}-bit sum's range is used")
        );
        yield return (
            "",
            isStep
                ? Text(
                    $"noise       {Short(release.SiteDeviation)} ({grid.ShareSigma} steps of the grid), at each site, before anything leaves it"
                )
                : Text(
                    $"noise       {Short(release.SiteDeviation)} ({grid.ShareSigma} steps of the grid) from each site; {Short(grid.SumDeviation)} in the sum of all {grid.Terms.Sites}"
                )
        );

        string Whom() =>
            IsAboutSites && release.Name == "update" ? "for one site's update exchanged for any other" : "for one patient more or less";
    }

    private IEnumerable<(string, string)> Errors()
    {
        var step = IsAboutSites ? "mean update" : "mean gradient";
        var part = figures.Errors.Step / _study.Privacy.ClippingNorm;
        yield return (
            "errors",
            Text(
                $"{step}: {Short(figures.Errors.Step)} in each coordinate, {part:0.##%} of the clipping norm {_study.Privacy.ClippingNorm}"
            )
        );
        if (figures.Errors.Evaluation is not { } evaluation)
        {
            yield break;
        }

        yield return (
            "",
            Text(
                $"assumed below: {figures.Errors.HeldOut:0} held-out patients (from expected_patients), half of them positive, AUROC {ExpectedErrors.Auroc}"
            )
        );
        var bins = figures.Errors.CalibrationDeviations;
        yield return ("", Text($"AUROC       {Words(figures.Errors.AurocDeviation)}"));
        yield return ("", Text($"accuracy    {Words(figures.Errors.AccuracyDeviation)}"));
        yield return (
            "",
            bins.Count == 0
                ? "calibration no bin can be told from the noise; use fewer bins"
                : Text(
                    $"calibration ± {Short(bins[bins.Count / 2])} in the middle bin of {bins.Count} (of {evaluation.Bins.Count}) that can be told from the noise"
                )
        );
    }

    private IEnumerable<(string, string)> Larger(string name, LargerStudy? larger, string? fault)
    {
        if (larger is null)
        {
            yield return (name, $"no such study: {fault}");
            yield break;
        }

        var auroc = larger.Errors.Evaluation is null ? "" : Text($", AUROC {Words(larger.Errors.AurocDeviation)}");
        yield return (
            name,
            larger.Errors.Step < 0.999 * figures.Errors.Step
                ? Text(
                    $"error of a step {Short(larger.Errors.Step)}{auroc}; or, for the same error of a step, epsilon {Epsilon(larger.EpsilonAtSameError)} of training"
                )
                : Text($"no less error of a step{auroc}")
        );
    }

    private static string Words(double? deviation) => deviation is { } known ? $"± {Short(known)}" : "not to be seen in the noise";

    private static string Bounded(double epsilon) => double.IsFinite(epsilon) ? $"epsilon {Epsilon(epsilon)}" : "no bound";

    /// <summary>To four decimals, rounded up: what is shown is still a bound.</summary>
    private static string Epsilon(double value) => (Math.Ceiling(value * 1e4) / 1e4).ToString("0.####", CultureInfo.InvariantCulture);

    private static string Short(double value) => value.ToString("g4", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
