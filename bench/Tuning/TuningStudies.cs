using System.Text;
using Federated.Bench.FlambyHeart;
using Federated.Data;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;

namespace Federated.Bench.Tuning;

/// <summary>The studies whose training rows choose the default: the published benchmark on two scales, the real hospitals of the demonstration, its synthetic ones.</summary>
internal sealed class TuningStudies(int seed)
{
    private const int Folds = 5;

    private static readonly int[] SyntheticSizes = [303, 294, 123, 200];

    /// <summary>The published benchmark's training rows, standardized in each fold by what the fold trains on.</summary>
    internal TuningStudy FlambyPooledMoments(DirectoryInfo data) =>
        Flamby(
            "flamby, pooled moments",
            data,
            parts =>
            {
                var all = Standardization.Of(EncodedRows.Concatenate([.. parts.Select(part => part.Train)]));
                return all.Apply;
            }
        );

    /// <summary>The published benchmark's training rows, scaled by the schema's public ranges.</summary>
    internal TuningStudy FlambyPublicRanges(DirectoryInfo data) => Flamby("flamby, public ranges", data, _ => PublicRanges.Apply);

    /// <summary>The real hospitals as the demonstration reads them, less the patients on whom the published benchmark tests: they are the same people.</summary>
    internal TuningStudy Real(DirectoryInfo data)
    {
        var tested = FlambyData.TestLines(data);
        var mappings = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "mappings", "uci-heart"), "*.yaml");
        return Demonstration(
            "demo, uci-heart",
            [
                .. mappings
                    .Order(StringComparer.Ordinal)
                    .Select(path => (Path.GetFileNameWithoutExtension(path), HospitalFiles.Read(path, data.FullName))),
            ],
            (hospital, line) => !tested[hospital].Contains(line)
        );
    }

    /// <summary>The synthetic hospitals as the demonstration makes them.</summary>
    internal TuningStudy Synthetic() => Demonstration("demo, synthetic", SyntheticFiles.Read(seed, SyntheticSizes), (_, _) => true);

    private TuningStudy Demonstration(
        string name,
        IReadOnlyList<(string Name, CohortTable Table)> hospitals,
        Func<string, int, bool> mayBeSeen
    )
    {
        var plan = Plan(name, hospitals.Select(hospital => new PlanSite(SiteName.Parse(hospital.Name), 1)));
        var holdout = new HoldoutSplit(Encoding.UTF8.GetBytes(plan.Holdout.Key), plan.Holdout.Fraction);
        var sites = hospitals
            .Select(hospital =>
            {
                var (train, _) = holdout.Apply(FeatureEncoder.Encode(plan.Layout, plan.Outcome, hospital.Table).Rows);
                int[] seen =
                [
                    .. Enumerable.Range(0, train.Count).Where(i => mayBeSeen(hospital.Name, hospital.Table.Lines[train.RowIds[i]])),
                ];
                return (Name: SiteName.Parse(hospital.Name), Train: train.Select(seen));
            })
            .ToList();
        var folds = Enumerable.Range(0, Folds).Select(fold => sites.Select(site => Part(site.Name, site.Train, fold)).ToList()).ToList();
        return new TuningStudy(name, plan.Shape, plan, folds);
    }

    private TuningStudy Flamby(string name, DirectoryInfo data, Func<List<FoldSite>, Func<EncodedRows, EncodedRows>> scaleOf)
    {
        var hospitals = FlambyData.Read(data);
        var folds = Enumerable
            .Range(0, Folds)
            .Select(fold =>
            {
                var parts = hospitals.Select(hospital => Part(hospital.Name, hospital.Train, fold)).ToList();
                var scale = scaleOf(parts);
                return parts.Select(part => part with { Train = scale(part.Train), Validation = scale(part.Validation) }).ToList();
            })
            .ToList();
        var plan = Plan(name, hospitals.Select(hospital => new PlanSite(hospital.Name, hospital.Train.Count)));
        return new TuningStudy(name, new ModelShape(hospitals[0].Train.Width), plan, folds);
    }

    /// <summary>Every fifth row of a shuffle, within each class so that small hospitals keep their few negatives in both parts.</summary>
    private FoldSite Part(SiteName name, EncodedRows rows, int fold)
    {
        var random = new KeyedRandom($"tune-default/folds/{seed}/{name}");
        var (train, validation) = (new List<int>(), new List<int>());
        foreach (var label in new[] { 0f, 1f })
        {
            int[] members = [.. Enumerable.Range(0, rows.Count).Where(i => rows.Labels.Span[i] == label)];
            random.Shuffle(members.AsSpan());
            for (var i = 0; i < members.Length; i++)
            {
                (i % Folds == fold ? validation : train).Add(members[i]);
            }
        }

        return new FoldSite(name, rows.Select(train), rows.Select(validation));
    }

    private StudyPlan Plan(string name, IEnumerable<PlanSite> sites) =>
        DefaultStudy.Of(
            name,
            "Choice of the default settings.",
            [.. sites],
            new HoldoutPlan($"federated-demo-split-{seed}", 0.33),
            "logistic",
            "fedavg",
            DefaultStudy.Rounds,
            seed
        );
}
