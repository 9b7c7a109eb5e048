using Federated.Data;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Federation.Steps;
using TorchSharp;

namespace Federated.Learning.Training;

/// <summary>
/// A whole study in one process, by the same trainer, grid and step as the real one: what "pooled" and "this site alone" mean in a table,
/// and what benchmarks repeat over many seeds. For data that its caller may see as a whole.
/// </summary>
public static class Simulation
{
    /// <summary>Trains from the initial model to the last round.</summary>
    /// <param name="shape">The model; its input width is that of the rows.</param>
    /// <param name="plan">Everything else; its roster names the weights.</param>
    /// <param name="sites">Training rows of some sites of the roster; the others count as absent.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="cancellationToken">Heeded between rounds.</param>
    /// <returns>The last model; what such a study gives is the optimizer's result of it.</returns>
    /// <exception cref="NotFiniteNumberException">An update or the model is not finite: a real study ends there too.</exception>
    public static ModelState Run(
        ModelShape shape,
        StudyPlan plan,
        IReadOnlyList<(SiteName Site, EncodedRows Rows)> sites,
        torch.Device device,
        CancellationToken cancellationToken
    )
    {
        var grid = plan.Grid;
        var survivors = sites.Select(site => site.Site).ToArray();
        var shares = sites.Select(site => plan.ShareOf(site.Site)).ToArray();
        var trainers = sites.Select(site => new SiteTrainer(shape, plan.Training, site.Site, site.Rows, device)).ToArray();
        try
        {
            var model = InitialModel.Of(shape, plan.Model.Seed);
            var update = new double[shape.ParameterCount];
            var lanes = new int[shape.ParameterCount];
            var sum = new long[shape.ParameterCount];
            while (model.Round.Value < plan.Training.Rounds)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Array.Clear(sum);
                for (var i = 0; i < trainers.Length; i++)
                {
                    trainers[i].Update(model.Parameters.AsSpan(), model.Round.Next, update, CancellationToken.None);
                    if (SiteUpdate.Encode(update, shares[i], grid, lanes) < 0)
                    {
                        throw NotFinite($"{survivors[i]}'s update", model.Round.Next);
                    }

                    Lanes.Add(sum, Lanes.ToBytes(lanes));
                }

                model =
                    ServerStep.Next(model, sum, plan.DivisorOf(survivors), grid, plan.Server)
                    ?? throw NotFinite("the model", model.Round.Next);
            }

            return model;
        }
        finally
        {
            foreach (var trainer in trainers)
            {
                trainer.Dispose();
            }
        }
    }

    private static NotFiniteNumberException NotFinite(string what, RoundNumber round) =>
        new($"In round {round}, {what} is not finite; lower the learning rate.");
}
