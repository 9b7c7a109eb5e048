using Federated.Bench.FlambyHeart;
using Federated.Bench.Reporting;
using Federated.Federation.Plans;
using Federated.Learning.Training;
using Federated.Privacy;
using TorchSharp;

namespace Federated.Bench.PrivacyUtility;

/// <summary>One guarantee: what each method makes of it.</summary>
/// <param name="Aim">What is promised.</param>
/// <param name="Training">Of the federated training with shared noise; null without privacy.</param>
/// <param name="Evaluation">Of the evaluation's release; null without privacy.</param>
/// <param name="Methods">In the order of the run.</param>
internal sealed record UtilityRow(PrivacyAim Aim, Guarantee? Training, Guarantee? Evaluation, IReadOnlyList<UtilityFigures> Methods);

/// <summary>All trainings of the benchmark.</summary>
internal static class PrivacyUtilityRun
{
    /// <summary>All four must survive a round, and one may collude with the coordinator.</summary>
    private const int HonestShares = 3;

    internal static PrivacyUtilityReport Of(DirectoryInfo data, int seeds)
    {
        torch.set_num_threads(1);
        var rows = new FlambyRows(FlambyData.Read(data));
        var hospitals = new Hospitals(rows.Public);
        var (shape, rule) = (rows.Shape, TrainingRule.Default);
        TrainingMethod[] methods =
        [
            new SummedGradients(shape, rule, "federated", "federated, shared noise", hospitals.Sites, HonestShares),
            new SummedGradients(shape, rule, "pooled", "pooled", [hospitals.Together], honest: 1),
            new LocalAveraging(shape, rule, hospitals.Sites),
        ];
        using var scorer = new Scorer(rows.Shape, torch.CPU);
        var progress = new Progress("rows", PrivacyAim.All.Count + 1);
        var table = new List<UtilityRow>();
        foreach (var aim in PrivacyAim.All)
        {
            table.Add(Row(aim, methods, hospitals, scorer, seeds));
            progress.Advance();
        }

        var without = WithoutPrivacy(rows, scorer, seeds);
        progress.Advance();
        return new PrivacyUtilityReport(seeds, table, without);
    }

    private static UtilityRow Row(PrivacyAim aim, TrainingMethod[] methods, Hospitals hospitals, Scorer scorer, int seeds)
    {
        var labels = hospitals.Scale.Test.Labels.ToArray();
        var evaluation = NoisyEvaluation.Release(hospitals.Sites.Count, HonestShares);
        var released = NoiseFor(evaluation, aim);
        var figures = new List<UtilityFigures>();
        foreach (var method in methods)
        {
            var noise = NoiseFor(method.Release, aim);
            var own = new UtilityFigures(method.Key, method.Name);
            for (var seed = 0; seed < seeds; seed++)
            {
                var stream = FormattableString.Invariant($"privacy-utility/{method.Key}/{aim.EpsilonText}/{aim.Delta}/{seed}");
                var model = method.Train(noise, stream);
                own.Add(FlambyScores.Of(model, hospitals.Scale, hospitals.Scale, scorer), labels);
                own.Add(NoisyEvaluation.Of(model, hospitals.Scale, scorer, evaluation, released, $"{stream}/evaluation"));
            }

            figures.Add(own);
        }

        return new UtilityRow(aim, Guarantee.Of(methods[0].Release, aim), Guarantee.Of(evaluation, aim), figures);
    }

    /// <summary>The least noise for an aim. Where there is none, the least that a grid knows: a thousandth of C, which hides nobody and changes nothing.</summary>
    private static NoiseMultiplier NoiseFor(ReleaseShape release, PrivacyAim aim) =>
        aim.Target is { } target ? release.Calibrate(target) : new NoiseMultiplier(NoiseMultiplier.Least);

    /// <summary>What the same rows give without privacy: our default study, and the published pooled training; and what no row gives at all.</summary>
    private static List<UtilityFigures> WithoutPrivacy(FlambyRows rows, Scorer scorer, int seeds)
    {
        var methods = new FlambyMethods(rows);
        var labels = rows.Pooled.Test.Labels.ToArray();
        var ours = new UtilityFigures("none-federated", "federated default, no privacy");
        var pooled = new UtilityFigures(PrivacyUtilityReport.PooledWithoutPrivacy, "pooled as published, no privacy");
        var synthetic = new UtilityFigures("synthetic", "synthetic cohort, no real patient");
        for (var seed = 0; seed < seeds; seed++)
        {
            ours.Add(FlambyScores.Of(methods.Ours(rows.Public, seed), rows.Public, rows.Public, scorer), labels);
            pooled.Add(FlambyScores.Of(methods.Pooled(seed), rows.Own, rows.Pooled, scorer), labels);
        }

        var made = SyntheticCohort.Train(rows.Public.Train.Layout, rows.Shape, TrainingRule.Default, DefaultStudy.Seed);
        synthetic.Add(FlambyScores.Of(made, rows.Public, rows.Public, scorer), labels);
        return [ours, pooled, synthetic];
    }
}
