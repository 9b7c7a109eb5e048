using Federated.Federation.Models;

namespace Federated.Federation.Tests.Models;

[TestClass]
public sealed class ModelShapeTests
{
    [TestMethod]
    public void Logistic_regression_is_one_layer()
    {
        var shape = new ModelShape(13);

        Assert.AreEqual(13, shape.Inputs);
        Assert.AreEqual(14, shape.ParameterCount);
        Assert.AreEqual("layers.0.weight [1, 13] @0; layers.0.bias [1] @13", Text(shape));
    }

    [TestMethod]
    public void Layers_follow_each_other_weight_before_bias()
    {
        var shape = new ModelShape(3, 4, 2);

        Assert.AreEqual(
            "layers.0.weight [4, 3] @0; layers.0.bias [4] @12; layers.1.weight [2, 4] @16; layers.1.bias [2] @24; "
                + "layers.2.weight [1, 2] @26; layers.2.bias [1] @28",
            Text(shape)
        );
        Assert.AreEqual(29, shape.ParameterCount);
    }

    [TestMethod]
    public void Blocks_cover_the_flat_vector_without_gap_or_overlap()
    {
        var random = new KeyedRandom("shapes");
        for (var i = 0; i < 100; i++)
        {
            int[] hidden = [.. Enumerable.Range(0, random.NextInt32(5)).Select(_ => 1 + random.NextInt32(40))];
            var shape = new ModelShape(1 + random.NextInt32(40), hidden);

            var next = 0;
            foreach (var block in shape.Blocks)
            {
                Assert.AreEqual(next, block.Offset);
                next += block.Count;
            }

            Assert.AreEqual(next, shape.ParameterCount);
            Assert.AreEqual(next, ModelShape.CountParameters(shape.Inputs, hidden));
            Assert.AreEqual(shape.Layers.Sum(layer => layer.ParameterCount), shape.ParameterCount);
            Assert.AreEqual(1, shape.Layers[^1].Outputs);
        }
    }

    [TestMethod]
    [DataRow(0, 4, DisplayName = "no input")]
    [DataRow(4, 0, DisplayName = "an empty layer")]
    [DataRow(4, -1, DisplayName = "a negative layer")]
    public void A_layer_has_a_width(int inputs, int hidden) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new ModelShape(inputs, hidden));

    private static string Text(ModelShape shape) =>
        string.Join("; ", shape.Blocks.Select(b => $"{b.Name} [{string.Join(", ", b.Shape)}] @{b.Offset}"));
}
