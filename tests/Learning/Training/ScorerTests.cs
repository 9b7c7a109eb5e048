using Federated.Fixtures;
using Federated.Learning.Training;
using TorchSharp;

namespace Federated.Learning.Tests.Training;

[TestClass]
public sealed class ScorerTests
{
    [TestMethod]
    public void A_probability_is_the_logistic_function_of_the_logit()
    {
        var plan = SamplePlan.For("alpha");
        var rows = Patients.Encoded(plan, "alpha", 12);
        float[] model = [0.5f, -1f, 2f, 0.25f];
        using var scorer = new Scorer(plan.Shape, torch.CPU);

        var probabilities = scorer.Probabilities(model, rows);

        for (var i = 0; i < rows.Count; i++)
        {
            var x = rows.Row(i);
            var logit = (0.5 * x[0]) - x[1] + (2 * x[2]) + 0.25;
            Assert.AreEqual(1 / (1 + Math.Exp(-logit)), probabilities[i], 1e-6);
        }
    }

    [TestMethod]
    public void Without_rows_there_is_no_score()
    {
        var plan = SamplePlan.For("alpha");
        var nobody = Patients.Encoded(plan, "alpha", 1).Select([]);
        using var scorer = new Scorer(plan.Shape, torch.CPU);

        Assert.IsEmpty(scorer.Probabilities(new float[4], nobody));
        Assert.IsNull(scorer.Score(new float[4], nobody));
    }

    [TestMethod]
    public void A_model_that_gives_no_number_has_no_score()
    {
        var plan = SamplePlan.For("alpha").WithHidden(2);
        var rows = Patients.Encoded(plan, "alpha", 12);
        using var scorer = new Scorer(plan.Shape, torch.CPU);

        // Finite parameters whose logit is infinity minus infinity.
        float[] model = [1e38f, 1e38f, 1e38f, -1e38f, -1e38f, -1e38f, 3e38f, 3e38f, 3e38f, -3e38f, 0];
        Assert.HasCount(plan.Shape.ParameterCount, model);

        Assert.Contains(float.NaN, scorer.Probabilities(model, rows));
        Assert.IsNull(scorer.Score(model, rows));
    }
}
