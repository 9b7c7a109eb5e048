using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Steps;
using Federated.Learning.Privatization;
using Federated.Privacy;

namespace Federated.Bench.PrivacyUtility;

/// <summary>
/// Federated averaging with local DP-SGD: a site takes several steps by itself, each with the full noise z on its own sum, and only then are models averaged.
/// It trusts nobody else's noise, and pays for it: every step of every site is counted, and their noise adds up.
/// </summary>
internal sealed class LocalAveraging(ModelShape shape, TrainingRule rule, IReadOnlyList<ExpectedHospital> sites)
    : TrainingMethod(shape, rule)
{
    /// <summary>Steps between two averages.</summary>
    internal const int StepsPerRound = 2;

    /// <summary>Bound of one parameter's weighted update: wide, since the noise of a small hospital is in it.</summary>
    private const double UpdateBound = 64;

    internal override string Key => "local";

    internal override string Name => "local noise, averaging";

    /// <summary>One site's own sums: their noise is its own, and nobody else's helps.</summary>
    internal override ReleaseShape Release => Gradients(1, 1, sites.Max(site => site.Patients));

    internal override float[] Train(NoiseMultiplier noise, string stream)
    {
        var patients = sites.Sum(site => site.Patients);
        var trainers = sites
            .Select((site, i) => new LocalPrivateTrainer(Shape, site.Train, TermsOf(site, noise, patients), NamedNoise.Of($"{stream}/{i}")))
            .ToList();
        try
        {
            var average = new ServerOptimizer.Sgd(1, 0) { AverageFrom = ((Rule.AverageFrom - 1) / StepsPerRound) + 1 };
            var grid = ReleaseGrid.Finest(UpdateBound, sites.Count);
            var (update, lanes, sum) = (new double[Release.Dimension], new int[Release.Dimension], new long[Release.Dimension]);
            var model = Start();
            for (var round = 0; round < Rule.Steps / StepsPerRound; round++)
            {
                Array.Clear(sum);
                for (var i = 0; i < sites.Count; i++)
                {
                    if (trainers[i].Update(model.Parameters.AsSpan(), update, CancellationToken.None) is LocalPrivateResult.Refused refused)
                    {
                        throw new InvalidOperationException(refused.Reason);
                    }

                    SiteUpdate.Encode(update, (double)sites[i].Patients / patients, grid, lanes);
                    Lanes.Add(sum, Lanes.ToBytes(lanes));
                }

                model = Finite(ServerStep.Next(model, sum, 1, grid, average));
            }

            return [.. average.ResultOf(model)];
        }
        finally
        {
            trainers.ForEach(trainer => trainer.Dispose());
        }
    }

    private LocalPrivateTerms TermsOf(ExpectedHospital site, NoiseMultiplier noise, int patients)
    {
        var grid = Release.Grid(noise);
        var together = Math.Sqrt(sites.Count) * grid.SumDeviation; // as much noise as the sums of all sites hold
        return new LocalPrivateTerms
        {
            Steps = StepsPerRound,
            Rate = SamplingRate.All,
            Clipping = Rule.Clipping,
            ExpectedBatch = site.Patients,
            LearningRate = Rule.LearningRate(together, patients),
            Grid = grid,
        };
    }
}
