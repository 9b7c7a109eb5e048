using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Steps;
using Federated.Privacy;

namespace Federated.Bench.PrivacyUtility;

/// <summary>
/// Federated averaging with local DP-SGD: a site takes several steps by itself, each with the full noise z on its own sum, and only then are models averaged.
/// It trusts nobody else's noise, and pays for it: every step of every site is counted, and their noise adds up.
/// </summary>
internal sealed class LocalAveraging(Hospitals hospitals) : TrainingMethod(hospitals)
{
    /// <summary>Steps between two averages.</summary>
    internal const int StepsPerRound = 4;

    private const int Rounds = TrainingRule.Steps / StepsPerRound;

    private readonly PrivateGradients[] _gradients =
    [
        .. hospitals.Sites.Select(site => new PrivateGradients(hospitals.Shape, site.Train)),
    ];

    internal override string Key => "local";

    internal override string Name => "local noise, averaging";

    /// <summary>One site's own sums: their noise is its own, and nobody else's helps.</summary>
    internal override ReleaseShape Release => Gradients(1, 1, Hospitals.Sites.Max(site => site.Patients));

    internal override float[] Train(NoiseMultiplier? noise, string stream)
    {
        var sites = Hospitals.Sites;
        var patients = sites.Sum(site => site.Patients);
        using var sums = new Sums([.. sites.Select((_, i) => new NoisySum(Release, noise, $"{stream}/{i}"))]);

        // As much noise as all sites' sums hold together.
        var together = Math.Sqrt(sites.Count) * sums[0].Deviation / TrainingRule.ClippingNorm;
        var local = new ServerOptimizer.Sgd(TrainingRule.For(together, patients).LearningRate, 0);
        var average = new ServerOptimizer.Sgd(1, 0) { AverageFrom = ((TrainingRule.AverageFrom - 1) / StepsPerRound) + 1 };
        var grid = ReleaseGrid.Finest(bound: 64, sites.Count);
        var (model, lanes, update, total) = (Start(), new int[Release.Dimension], new double[Release.Dimension], new long[Release.Dimension]);
        for (var round = 0; round < Rounds; round++)
        {
            Array.Clear(total);
            for (var i = 0; i < sites.Count; i++)
            {
                var own = TakeLocalSteps(model, _gradients[i], sums[i], sites[i].Patients, local);
                for (var j = 0; j < update.Length; j++)
                {
                    update[j] = (double)own.Parameters[j] - model.Parameters[j];
                }

                SiteUpdate.Encode(update, (double)sites[i].Patients / patients, grid, lanes);
                Lanes.Add(total, Lanes.ToBytes(lanes));
            }

            model = PrivateGradients.Finite(ServerStep.Next(model, total, 1, grid, average));
        }

        return [.. average.ResultOf(model)];
    }

    private static ModelState TakeLocalSteps(ModelState shared, PrivateGradients gradients, NoisySum sum, int patients, ServerOptimizer local)
    {
        var own = new ModelState(new RoundNumber(0), shared.Parameters, []);
        for (var step = 0; step < StepsPerRound; step++)
        {
            sum.Clear();
            sum.Add(gradients.SumAt(own.Parameters.AsSpan()));
            own = PrivateGradients.Finite(ServerStep.Next(own, sum.Sum, patients, sum.Grid, local));
        }

        return own;
    }

    /// <summary>The sites' noise, disposed of together.</summary>
    private sealed class Sums(IReadOnlyList<NoisySum> sums) : IDisposable
    {
        internal NoisySum this[int site] => sums[site];

        public void Dispose()
        {
            foreach (var sum in sums)
            {
                sum.Dispose();
            }
        }
    }
}
