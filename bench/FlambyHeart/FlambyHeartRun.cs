using Federated.Bench.Reporting;
using Federated.Learning.Training;
using TorchSharp;

namespace Federated.Bench.FlambyHeart;

/// <summary>All trainings of the benchmark.</summary>
internal static class FlambyHeartRun
{
    /// <summary>One training, the scales that its models are scored on, and what was published of it.</summary>
    private sealed record Method(string Name, Func<int, float[]> Train, FlambyScale Each, FlambyScale Union, PublishedFigures? Published);

    internal static FlambyHeartReport Of(DirectoryInfo data, int seeds)
    {
        torch.set_num_threads(1); // fourteen parameters: a second thread only costs
        var hospitals = FlambyData.Read(data);
        var rows = new FlambyRows(hospitals);
        var methods = Methods(rows);
        var scores = methods.Select(_ => new List<FlambyScores>()).ToList();
        using var scorer = new Scorer(rows.Shape, torch.CPU);
        var progress = new Progress("seeds", seeds);
        for (var seed = 0; seed < seeds; seed++)
        {
            foreach (var (method, own) in methods.Zip(scores))
            {
                own.Add(FlambyScores.Of(method.Train(seed), method.Each, method.Union, scorer));
            }

            progress.Advance();
        }

        var labels = rows.Pooled.Test.Labels.ToArray();
        var figures = methods.Zip(scores, (method, own) => new FlambyFigures(method.Name, own, method.Published, labels)).ToList();
        return new FlambyHeartReport(
            [.. hospitals.Select(hospital => hospital.Name.Value)],
            [.. figures.Where(method => method.Published is not null)],
            [
                .. figures
                    .Where(method => method.Published is null)
                    .Select(method => new OwnFigures(method, PairedBootstrap.Of(method.Risks, figures[0].Risks, labels))),
            ]
        );
    }

    /// <summary>
    /// Published models are scored as published: each hospital's test rows standardized by that hospital's training rows, whatever the model was trained
    /// on, and all test rows together standardized by all training rows. Our default is shown on that footing and on scales that need no hospital's moments.
    /// </summary>
    private static List<Method> Methods(FlambyRows rows)
    {
        var methods = new FlambyMethods(rows);
        return
        [
            new("pooled", methods.Pooled, rows.Own, rows.Pooled, PublishedFigures.Pooled),
            new("local, cleveland", seed => methods.Local("cleveland", seed), rows.Own, rows.Pooled, PublishedFigures.LocalCleveland),
            new("local, switzerland", seed => methods.Local("switzerland", seed), rows.Own, rows.Pooled, PublishedFigures.LocalSwitzerland),
            new("FedAvg", methods.FedAvg, rows.Own, rows.Pooled, PublishedFigures.FedAvg),
            new("ours, own moments", seed => methods.Ours(rows.Own, seed), rows.Own, rows.Pooled, null),
            new("ours, pooled moments", seed => methods.Ours(rows.Pooled, seed), rows.Pooled, rows.Pooled, null),
            new("ours, public ranges", seed => methods.Ours(rows.Public, seed), rows.Public, rows.Public, null),
        ];
    }
}
