using System.Text.Json.Nodes;
using Federated.Data;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Learning.Training;
using TorchSharp;

namespace Federated.Learning.Tests.Training;

[TestClass]
public sealed class SiteTrainerTests
{
    private static readonly SiteName Site = SiteName.Parse("alpha");

    // The same round in Python's torch, written from the definitions: the penalty is part of the loss, and the batches are given.
    private const string Reference = """
        import json, sys, torch

        torch.set_num_threads(1)
        case = json.load(sys.stdin)
        widths, n = case['widths'], len(case['labels'])
        x = torch.tensor(case['inputs'], dtype=torch.float32).view(n, widths[0])
        y = torch.tensor(case['labels'], dtype=torch.float32)
        flat = torch.tensor(case['model'], dtype=torch.float32)
        weights, biases, at = [], [], 0
        for inputs, outputs in zip(widths, widths[1:]):
            weights.append(flat[at:at + inputs * outputs].view(outputs, inputs).clone().requires_grad_())
            at += inputs * outputs
            biases.append(flat[at:at + outputs].clone().requires_grad_())
            at += outputs
        parameters = [p for pair in zip(weights, biases) for p in pair]

        def loss(rows):
            h = x[rows]
            for i, (w, b) in enumerate(zip(weights, biases)):
                h = h @ w.t() + b
                if i < len(weights) - 1:
                    h = torch.relu(h)
            p = torch.sigmoid(h.view(-1))
            t = y[rows]
            cross_entropy = -(t * torch.log(p) + (1 - t) * torch.log(1 - p)).mean()
            return cross_entropy + case['weight_decay'] / 2 * sum((w * w).sum() for w in weights)

        batch = case['batch'] or n
        if case['mode'] == 'fedavg':
            for order in case['orders']:
                for start in range(0, n, batch):
                    gradients = torch.autograd.grad(loss(order[start:start + batch]), parameters)
                    with torch.no_grad():
                        for p, g in zip(parameters, gradients):
                            p -= case['learning_rate'] * g
            update = torch.cat([p.detach().reshape(-1) for p in parameters]) - flat
        else:
            gradients = torch.autograd.grad(loss(case['orders'][0][:batch]), parameters)
            update = -torch.cat([g.reshape(-1) for g in gradients])
        print(json.dumps(update.double().tolist()))
        """;

    [TestMethod]
    [DataRow("fedavg", 8, 1, 0.0, new int[0], DisplayName = "fedavg, logistic, one epoch of small batches, the last one smaller")]
    [DataRow("fedavg", 0, 3, 0.0, new int[0], DisplayName = "fedavg, logistic, three steps over everybody")]
    [DataRow("fedavg", 1000, 2, 0.01, new[] { 6 }, DisplayName = "fedavg, a batch larger than the site, weight decay")]
    [DataRow("fedavg", 5, 4, 0.1, new[] { 8, 4 }, DisplayName = "fedavg, two hidden layers, four epochs, weight decay")]
    [DataRow("fedsgd", 0, 1, 0.0, new int[0], DisplayName = "fedsgd, logistic, everybody")]
    [DataRow("fedsgd", 10, 1, 0.05, new[] { 8 }, DisplayName = "fedsgd, one batch, weight decay")]
    public void Pythons_torch_computes_the_same_update(string mode, int batch, int epochs, double decay, int[] hidden)
    {
        var plan = Plan(mode, batch, epochs, decay, hidden);
        var rows = Patients.Encoded(plan, "alpha", 37);
        var model = Model(plan);

        var update = Update(plan, rows, model, round: 3);
        var expected = Python.Run(Reference, Case(plan, rows, model, round: 3)).AsArray();

        Assert.HasCount(update.Length, expected);
        for (var i = 0; i < update.Length; i++)
        {
            Assert.AreEqual(expected[i]!.GetValue<double>(), update[i], 2e-6, $"parameter {i}");
        }

        Assert.IsGreaterThan(1e-3, update.Max(Math.Abs), "the round moved something");
    }

    [TestMethod]
    [DataRow("fedavg")]
    [DataRow("fedsgd")]
    public void The_same_round_gives_the_same_bits_however_often_and_after_whatever_other_round(string mode)
    {
        var plan = Plan(mode, 8, 2, 0.01, [6]);
        var rows = Patients.Encoded(plan, "alpha", 50);
        var model = Model(plan);
        torch.set_num_threads(1);
        using var trainer = new SiteTrainer(plan.Shape, plan.Training, Site, rows, torch.CPU);
        double[] Round(uint number)
        {
            var update = new double[model.Length];
            trainer.Update(model, new RoundNumber(number), update, CancellationToken.None);
            return update;
        }

        var first = Round(1);
        var second = Round(2);

        CollectionAssert.AreEqual(first, Round(1));
        CollectionAssert.AreEqual(second, Update(plan, rows, model, round: 2), "another trainer");
        CollectionAssert.AreNotEqual(first, second, "another round has other batches");
    }

    [TestMethod]
    public void Seed_and_site_name_draw_other_batches()
    {
        var plan = Plan("fedavg", 8, 1, 0, []);
        var rows = Patients.Encoded(plan, "alpha", 50);
        var model = Model(plan);
        var update = Update(plan, rows, model, 1);

        var otherSeed = Update(plan with { Training = plan.Training with { Seed = 8 } }, rows, model, 1);
        var otherSite = Update(plan, rows, model, 1, SiteName.Parse("beta"));

        CollectionAssert.AreNotEqual(update, otherSeed);
        CollectionAssert.AreNotEqual(update, otherSite);
    }

    [TestMethod]
    public void Weight_decay_pulls_on_weights_and_not_on_biases()
    {
        const double decay = 0.25;
        var plain = Plan("fedsgd", 0, 1, 0, [6]);
        var rows = Patients.Encoded(plain, "alpha", 30);
        var model = Model(plain);

        var without = Update(plain, rows, model, 1);
        var with = Update(Plan("fedsgd", 0, 1, decay, [6]), rows, model, 1);

        foreach (var block in plain.Shape.Blocks)
        {
            for (var i = block.Offset; i < block.Offset + block.Count; i++)
            {
                var pull = block.Name.EndsWith("weight") ? -decay * model[i] : 0;
                Assert.AreEqual(without[i] + pull, with[i], 1e-7, $"{block.Name}, parameter {i}");
            }
        }
    }

    [TestMethod]
    public void Training_leaves_the_shared_model_alone()
    {
        var plan = Plan("fedavg", 8, 1, 0, []);
        var model = Model(plan);
        var before = model.ToArray();

        Update(plan, Patients.Encoded(plan, "alpha", 20), model, 1);

        CollectionAssert.AreEqual(before, model);
    }

    [TestMethod]
    public void Nobody_to_train_on_is_the_callers_bug()
    {
        var plan = Plan("fedavg", 8, 1, 0, []);
        var nobody = Patients.Encoded(plan, "alpha", 1).Select([]);

        Assert.ThrowsExactly<ArgumentException>(() => new SiteTrainer(plan.Shape, plan.Training, Site, nobody, torch.CPU));
    }

    [TestMethod]
    public void One_patient_is_enough()
    {
        var plan = Plan("fedavg", 8, 1, 0, []);

        var update = Update(plan, Patients.Encoded(plan, "alpha", 1), Model(plan), 1);

        Assert.IsTrue(update.All(double.IsFinite) && update.Any(x => x != 0));
    }

    private static StudyPlan Plan(string mode, int batch, int epochs, double decay, int[] hidden)
    {
        var plan = SamplePlan.For("alpha", "beta");
        plan = hidden.Length == 0 ? plan : plan.WithHidden(hidden);
        return plan with { Training = plan.Training with { Mode = mode, BatchSize = batch, LocalEpochs = epochs, WeightDecay = decay } };
    }

    /// <summary>A model away from zero, so that weight decay has something to pull on.</summary>
    private static float[] Model(StudyPlan plan)
    {
        var random = new KeyedRandom("model");
        return [.. Enumerable.Range(0, plan.Shape.ParameterCount).Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    private static double[] Update(StudyPlan plan, EncodedRows rows, float[] model, uint round, SiteName? site = null)
    {
        torch.set_num_threads(1);
        using var trainer = new SiteTrainer(plan.Shape, plan.Training, site ?? Site, rows, torch.CPU);
        var update = new double[model.Length];
        trainer.Update(model, new RoundNumber(round), update, CancellationToken.None);
        return update;
    }

    private static JsonObject Case(StudyPlan plan, EncodedRows rows, float[] model, uint round)
    {
        // The batches as documented: one stream a round, one shuffle an epoch; no shuffle where a gradient takes everybody.
        var random = new KeyedRandom($"federated/shuffle/{plan.Training.Seed}/{Site}/{round}");
        var orders = new JsonArray();
        for (var epoch = 0; epoch < plan.Training.LocalEpochs; epoch++)
        {
            int[] order = [.. Enumerable.Range(0, rows.Count)];
            random.Shuffle(order.AsSpan());
            orders.Add(Array(order));
        }

        return new JsonObject
        {
            ["mode"] = plan.Training.Mode,
            ["widths"] = Array([plan.Shape.Inputs, .. plan.Shape.Layers.Select(layer => layer.Outputs)]),
            ["inputs"] = Array(rows.Inputs.ToArray()),
            ["labels"] = Array(rows.Labels.ToArray()),
            ["model"] = Array(model),
            ["orders"] = orders,
            ["batch"] = plan.Training.BatchSize,
            ["learning_rate"] = plan.Training.LearningRate,
            ["weight_decay"] = plan.Training.WeightDecay,
        };
    }

    private static JsonArray Array<T>(T[] items) => new([.. items.Select(item => (JsonNode)JsonValue.Create(item)!)]);
}
