using Federated.Federation.Models;
using Federated.Learning.Privatization;
using Federated.Learning.Training;
using TorchSharp;

namespace Federated.Learning.Tests.Privatization;

/// <summary>A row's risk is a function of that row and the model alone: what the sensitivity of the evaluation's counts rests on.</summary>
[TestClass]
public sealed class RowScorerTests
{
    [TestMethod]
    [DataRow(new int[0], DisplayName = "logistic")]
    [DataRow(new[] { 64, 32 }, DisplayName = "two hidden layers")]
    [DataRow(new[] { 3 }, DisplayName = "a narrow layer")]
    public void A_row_scores_the_same_bits_alone_and_among_any_others(int[] hidden)
    {
        var rows = Visits.Of(41, 41);
        var shape = new ModelShape(rows.Width, hidden);
        var model = Visits.Model(shape);
        var scorer = new RowScorer(shape);

        var together = scorer.Risks(model, rows);

        for (var i = 0; i < rows.Count; i++)
        {
            Assert.AreEqual(together[i], scorer.Risks(model, rows.Select([i])).Single());
            Assert.AreEqual(together[i], scorer.Risks(model, rows.Select([.. Enumerable.Range(i, rows.Count - i).Reverse()]))[^1]);
        }
    }

    [TestMethod]
    [DataRow(new int[0], DisplayName = "logistic")]
    [DataRow(new[] { 64, 32 }, DisplayName = "two hidden layers")]
    public void Risks_are_those_of_the_tensor_library_but_for_its_rounding(int[] hidden)
    {
        var rows = Visits.Of(41, 41);
        var shape = new ModelShape(rows.Width, hidden);
        var model = Visits.Model(shape);
        using var torchs = new Scorer(shape, torch.CPU);

        var theirs = torchs.Probabilities(model, rows);
        var ours = new RowScorer(shape).Risks(model, rows);

        for (var i = 0; i < ours.Length; i++)
        {
            Assert.AreEqual(theirs[i], ours[i], 1e-5);
        }
    }

    [TestMethod]
    public void Rows_of_another_width_are_refused()
    {
        var rows = Visits.Of(3, 3);
        var shape = new ModelShape(rows.Width + 1);

        Assert.ThrowsExactly<ArgumentException>(() => new RowScorer(shape).Risks(new float[shape.ParameterCount], rows));
    }
}
