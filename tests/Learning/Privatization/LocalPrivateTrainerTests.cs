using Federated.Data;
using Federated.Federation.Models;
using Federated.Learning.Privatization;
using Federated.Privacy;
using Federated.Privacy.Quantization;
using Federated.Privacy.Sampling;

namespace Federated.Learning.Tests.Privatization;

[TestClass]
public sealed class LocalPrivateTrainerTests
{
    private static readonly ModelShape Shape = new(3, 20, 8);

    [TestMethod]
    public void A_round_is_its_steps_one_after_the_other()
    {
        var (rows, model) = (Visits.Of(40, 70), Visits.Model(Shape));
        var terms = Terms(0.05);

        var (update, result) = Update(rows, terms, model, "a round");

        // The same from the definitions, each part of it tested elsewhere.
        var source = Replayed.Source("a round");
        using var sampler = new DiscreteGaussianSampler((int)terms.Grid.ShareSigma, source);
        var batches = new PoissonBatch(40, terms.Rate, source);
        var gradients = new PatientGradients(Shape, rows, terms.Clipping);
        var local = model.ToArray();
        for (var step = 0; step < terms.Steps; step++)
        {
            var (noise, lanes, sum) = (new long[local.Length], new long[local.Length], new double[local.Length]);
            sampler.Fill(noise);
            gradients.Sum(local, batches.Draw(), sum);
            Assert.IsTrue(SiteInput.Quantize(sum, terms.Grid, lanes));
            for (var i = 0; i < local.Length; i++)
            {
                var mean = (lanes[i] + noise[i]) / Math.Pow(2, terms.Grid.ScaleBits) / terms.ExpectedBatch;
                local[i] = (float)(local[i] + (terms.LearningRate * mean));
            }
        }

        Assert.AreEqual(new LocalPrivateResult.Trained(0), result);
        for (var i = 0; i < local.Length; i++)
        {
            Assert.AreEqual((double)local[i] - model[i], update[i], 1e-6 * Math.Abs(local[i]), $"parameter {i}");
        }
    }

    [TestMethod]
    public void A_site_with_nobody_to_train_on_gives_noise_of_every_step()
    {
        var terms = Terms(1.0) with { Steps = 9 };
        var (shape, samples) = (new ModelShape(3, 400), 2001);

        var (update, result) = Update(
            Visits.Of(5, 5).Select([]),
            terms with
            {
                Grid = Grid(shape, 1.0),
            },
            new float[samples],
            "noise",
            shape
        );

        var variance = update.Average(x => x * x);
        var expected =
            9
            * Math.Pow(
                terms.LearningRate * Math.ScaleB((double)Grid(shape, 1.0).ShareSigma, -Grid(shape, 1.0).ScaleBits) / terms.ExpectedBatch,
                2
            );
        Assert.IsInstanceOfType<LocalPrivateResult.Trained>(result);
        Assert.AreEqual(1, variance / expected, 6 * Math.Sqrt(2.0 / samples));
    }

    [TestMethod]
    public void With_little_noise_the_loss_falls()
    {
        var rows = Visits.Of(200, 200);
        var terms = Terms(0.01) with { Steps = 60, Rate = SamplingRate.All, ExpectedBatch = 200, LearningRate = 2 };
        var shape = new ModelShape(3);

        var (update, _) = Update(rows, terms with { Grid = Grid(shape, 0.01) }, new float[4], "falls", shape);

        Assert.IsLessThan(Loss(rows, new double[4]), Loss(rows, update));
    }

    [TestMethod]
    public void Patients_whose_gradients_are_no_numbers_are_counted_in_every_step()
    {
        var rows = Visits.Of(10, 10).With(row: 4, 1, float.NaN);
        var terms = Terms(0.05) with { Rate = SamplingRate.All };

        var (update, result) = Update(rows, terms, Visits.Model(Shape), "ignored");

        Assert.AreEqual(new LocalPrivateResult.Trained(terms.Steps), result);
        Assert.IsTrue(update.All(double.IsFinite));
    }

    [TestMethod]
    public void A_model_that_leaves_the_numbers_is_refused_and_nothing_is_left_of_it()
    {
        var (update, result) = Update(Visits.Of(10, 10), Terms(0.05) with { LearningRate = 1e300 }, Visits.Model(Shape), "away");

        Assert.IsInstanceOfType<LocalPrivateResult.Refused>(result);
        Assert.IsTrue(update.All(x => x == 0));
    }

    [TestMethod]
    public void A_cancelled_round_gives_nothing()
    {
        using var trainer = new LocalPrivateTrainer(Shape, Visits.Of(10, 10), Terms(0.05), Replayed.Source("cancelled"));
        var update = new double[Shape.ParameterCount];

        Assert.ThrowsExactly<OperationCanceledException>(() =>
            trainer.Update(Visits.Model(Shape), update, new CancellationToken(canceled: true))
        );

        Assert.IsTrue(update.All(x => x == 0));
    }

    public static IEnumerable<object[]> Faulty =>
        [
            ["no step", Terms(1) with { Steps = 0 }],
            ["nobody is sampled", Terms(1) with { Rate = default }],
            ["no clipping", Terms(1) with { Clipping = new GradientClipping(double.NaN, ClippingManner.Flat) }],
            ["no manner of clipping", Terms(1) with { Clipping = new GradientClipping(1, (ClippingManner)7) }],
            ["a larger norm than the noise is for", Terms(1) with { Clipping = new GradientClipping(1.01, ClippingManner.Flat) }],
            ["no divisor", Terms(1) with { ExpectedBatch = 0 }],
            ["a divisor that is no number", Terms(1) with { ExpectedBatch = double.NaN }],
            ["no learning rate", Terms(1) with { LearningRate = 0 }],
            ["a grid of another model", Terms(1) with { Grid = Grid(new ModelShape(3), 1) }],
            ["noise that others should add", Terms(1) with { Grid = Grid(Shape, 1, shares: 2) }],
            ["a query that is not rounded so", Terms(1) with { Grid = Grid(Shape, 1, rounding: Rounding.None) }],
        ];

    [TestMethod]
    [DynamicData(nameof(Faulty))]
    public void Terms_that_would_not_be_private_or_train_nothing_are_refused(string reason, LocalPrivateTerms terms)
    {
        Assert.IsNotEmpty(terms.Faults(Shape), reason);
        Assert.ThrowsExactly<ArgumentException>(() => new LocalPrivateTrainer(Shape, Visits.Of(5, 5), terms, Replayed.Source("none")));
    }

    private static (double[] Update, LocalPrivateResult Result) Update(
        EncodedRows rows,
        LocalPrivateTerms terms,
        float[] model,
        string source,
        ModelShape? shape = null
    )
    {
        using var trainer = new LocalPrivateTrainer(shape ?? Shape, rows, terms, Replayed.Source(source));
        var update = new double[model.Length];
        var result = trainer.Update(model, update, CancellationToken.None);
        return (update, result);
    }

    private static LocalPrivateTerms Terms(double noise) =>
        new()
        {
            Steps = 4,
            Rate = new SamplingRate(0.5),
            Clipping = new GradientClipping(1, ClippingManner.Flat),
            ExpectedBatch = 20,
            LearningRate = 0.5,
            Grid = Grid(Shape, noise),
        };

    private static NoisyGrid Grid(ModelShape shape, double noise, int shares = 1, Rounding rounding = Rounding.OfTheSum) =>
        (
            (GridResult.Chosen)
                NoisyGrid.Choose(
                    new GridTerms
                    {
                        Sites = shares,
                        HonestShares = shares,
                        Dimension = shape.ParameterCount,
                        ClippingNorm = 1,
                        SiteBound = 256,
                        Noise = new NoiseMultiplier(noise),
                        LaneBits = 64,
                        Rounding = rounding,
                    }
                )
        ).Grid;

    private static double Loss(EncodedRows rows, double[] model)
    {
        var loss = 0.0;
        for (var r = 0; r < rows.Count; r++)
        {
            var row = rows.Row(r);
            var logit = model[3] + (model[0] * row[0]) + (model[1] * row[1]) + (model[2] * row[2]);
            loss += Math.Log(1 + Math.Exp(rows.Labels.Span[r] == 1 ? -logit : logit));
        }

        return loss;
    }
}
