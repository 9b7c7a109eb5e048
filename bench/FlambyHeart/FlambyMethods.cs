using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Learning.Training;
using TorchSharp;

namespace Federated.Bench.FlambyHeart;

/// <summary>The trainings that the benchmark compares, each from a seed to the parameters of a model.</summary>
internal sealed class FlambyMethods(FlambyRows rows)
{
    private const double LearningRate = 0.001;
    private const int Epochs = 50;
    private const int Rounds = 15;
    private const int UpdatesPerRound = 100;

    /// <summary>One model on all training rows, standardized together.</summary>
    internal float[] Pooled(int seed)
    {
        using var trainer = new FlambyTrainer(rows.Shape, rows.Pooled.Train, $"flamby-heart/pooled/{seed}");
        return trainer.TrainAdam(Start(seed), LearningRate, Epochs);
    }

    /// <summary>One hospital's own model.</summary>
    internal float[] Local(string hospital, int seed)
    {
        var own = rows.Own.Named(hospital);
        using var trainer = new FlambyTrainer(rows.Shape, own.Train, $"flamby-heart/local/{hospital}/{seed}");
        return trainer.TrainAdam(Start(seed), LearningRate, Epochs);
    }

    /// <summary>FedAvg as published: each hospital weighs by its training rows.</summary>
    internal float[] FedAvg(int seed)
    {
        var trainers = rows
            .Own.Hospitals.Select(hospital => new FlambyTrainer(rows.Shape, hospital.Train, $"flamby-heart/fedavg/{hospital.Name}/{seed}"))
            .ToList();
        try
        {
            var model = Start(seed);
            for (var round = 0; round < Rounds; round++)
            {
                var next = new double[model.Length];
                for (var site = 0; site < trainers.Count; site++)
                {
                    var local = trainers[site].TrainSgd(model, LearningRate, UpdatesPerRound);
                    var share = (double)rows.Own.Hospitals[site].Train.Count / rows.Own.Train.Count;
                    for (var i = 0; i < next.Length; i++)
                    {
                        next[i] += share * local[i];
                    }
                }

                model = [.. next.Select(x => (float)x)];
            }

            return model;
        }
        finally
        {
            trainers.ForEach(trainer => trainer.Dispose());
        }
    }

    /// <summary>
    /// Our own default: the product's trainer, grid and server step with the settings of <see cref="DefaultStudy"/>. Weights are the numbers of training
    /// rows, as in the published FedAvg; they are public here.
    /// </summary>
    internal float[] Ours(FlambyScale scale, int seed)
    {
        var plan = DefaultStudy.Of(
            "flamby-heart",
            "Benchmark on public data.",
            [.. scale.Hospitals.Select(hospital => new PlanSite(hospital.Name, hospital.Train.Count))],
            new HoldoutPlan("the published split", 0.34),
            "logistic",
            "fedavg",
            DefaultStudy.Rounds,
            seed
        );
        var sites = scale.Hospitals.Select(hospital => (hospital.Name, hospital.Train)).ToList();
        return [.. plan.Server.ResultOf(Simulation.Run(rows.Shape, plan, sites, torch.CPU, CancellationToken.None))];
    }

    /// <summary>PyTorch's start of a dense layer: uniform within ±1/√(inputs), weights before bias.</summary>
    private float[] Start(int seed)
    {
        var random = new KeyedRandom($"flamby-heart/start/{seed}");
        var bound = 1 / Math.Sqrt(rows.Shape.Inputs);
        var start = new float[rows.Shape.ParameterCount];
        foreach (ref var parameter in start.AsSpan())
        {
            parameter = (float)(((2 * random.NextDouble()) - 1) * bound);
        }

        return start;
    }
}
