using Federated.Bench.Reporting;
using Federated.Learning.Training;
using TorchSharp;

namespace Federated.Bench.FlambyHeart;

/// <summary>All trainings of the benchmark.</summary>
internal static class FlambyHeartRun
{
    internal static FlambyHeartReport Of(DirectoryInfo data, int seeds)
    {
        torch.set_num_threads(1); // fourteen parameters: a second thread only costs
        var rows = new FlambyRows(FlambyData.Read(data));
        var methods = new FlambyMethods(rows);
        var scores = Enumerable.Range(0, 5).Select(_ => new List<FlambyScores>()).ToArray();
        using var scorer = new Scorer(rows.Shape, torch.CPU);
        var progress = new Progress("seeds", seeds);
        for (var seed = 0; seed < seeds; seed++)
        {
            float[][] models =
            [
                methods.Pooled(seed),
                methods.Local("cleveland", seed),
                methods.Local("switzerland", seed),
                methods.FedAvg(seed),
                methods.Ours(seed),
            ];
            for (var i = 0; i < models.Length; i++)
            {
                scores[i].Add(FlambyScores.Of(models[i], rows, scorer));
            }

            progress.Advance();
        }

        var labels = rows.PooledTest.Labels.ToArray();
        return new FlambyHeartReport(
            [.. rows.Names.Select(name => name.Value)],
            [
                new FlambyFigures("pooled", scores[0], PublishedFigures.Pooled, labels),
                new FlambyFigures("local, cleveland", scores[1], PublishedFigures.LocalCleveland, labels),
                new FlambyFigures("local, switzerland", scores[2], PublishedFigures.LocalSwitzerland, labels),
                new FlambyFigures("FedAvg", scores[3], PublishedFigures.FedAvg, labels),
            ],
            new FlambyFigures("our default", scores[4], null, labels),
            PairedBootstrap.Of([.. scores[4].Select(s => s.PooledRisks)], [.. scores[0].Select(s => s.PooledRisks)], labels)
        );
    }
}
