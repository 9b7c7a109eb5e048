using Federated.Federation;
using Federated.Federation.Models;
using Federated.Learning.Models;
using TorchSharp;

namespace Federated.Learning.Tests.Models;

[TestClass]
public sealed class RiskNetworkTests
{
    [TestMethod]
    [DataRow(new int[0], DisplayName = "logistic regression")]
    [DataRow(new[] { 5 }, DisplayName = "a hidden layer")]
    [DataRow(new[] { 4, 7, 3 }, DisplayName = "three hidden layers")]
    public void A_network_takes_and_gives_its_parameters_in_the_order_of_the_shapes_blocks(int[] hidden)
    {
        var shape = new ModelShape(3, hidden);
        var flat = Distinct(shape.ParameterCount);
        using var network = new RiskNetwork(shape, torch.CPU);

        network.Load(flat);

        CollectionAssert.AreEqual(flat, network.Save());
        Assert.HasCount(shape.Blocks.Length, network.Parameters);
        foreach (var (parameter, block) in network.Parameters.Zip(shape.Blocks))
        {
            CollectionAssert.AreEqual(block.Shape.Select(n => (long)n).ToArray(), parameter.shape, block.Name);
            using var values = parameter.detach();
            CollectionAssert.AreEqual(flat[block.Offset..(block.Offset + block.Count)], values.data<float>().ToArray(), block.Name);
        }
    }

    [TestMethod]
    public void The_logit_is_what_the_flat_vector_says_by_hand()
    {
        var shape = new ModelShape(3, 4, 2);
        var flat = Distinct(shape.ParameterCount);
        float[] input = [0.5f, -1f, 0.25f];
        using var network = new RiskNetwork(shape, torch.CPU);
        network.Load(flat);

        using var inputs = torch.tensor(input).view(1, 3);
        using var logits = network.Logits(inputs);

        Assert.AreEqual(ByHand(shape, flat, input), logits.item<float>(), 1e-5);
        CollectionAssert.AreEqual(new long[] { 1 }, logits.shape);
    }

    [TestMethod]
    public void A_vector_of_another_length_is_the_callers_bug()
    {
        using var network = new RiskNetwork(new ModelShape(3), torch.CPU);

        Assert.ThrowsExactly<ArgumentException>(() => network.Load(new float[3]));
        Assert.ThrowsExactly<ArgumentException>(() => network.Load(new float[5]));
    }

    [TestMethod]
    public void There_is_no_gradient_before_a_backward_pass()
    {
        using var network = new RiskNetwork(new ModelShape(3), torch.CPU);

        Assert.ThrowsExactly<InvalidOperationException>(network.Gradient);
    }

    [TestMethod]
    public void A_device_has_a_known_name()
    {
        Assert.AreEqual(DeviceType.CPU, Devices.Of("cpu").type);
        Assert.AreEqual(torch.cuda.is_available() ? DeviceType.CUDA : DeviceType.CPU, Devices.Of("auto").type);
        Assert.Contains("auto, cpu, cuda", Assert.ThrowsExactly<ArgumentException>(() => Devices.Of("tpu")).Message);
    }

    /// <summary>The cases nearest to the limit among those that bench/RESULTS.md times, and what was faster there.</summary>
    [TestMethod]
    [DataRow(new int[0], 4096, 100_000, false, DisplayName = "a logistic regression never is, whatever the batch")]
    [DataRow(new[] { 256, 256 }, 64, 100_000, false, DisplayName = "a wide network in small batches is not")]
    [DataRow(new[] { 256, 256 }, 256, 100_000, true, DisplayName = "a wide network in batches of 256 is")]
    [DataRow(new[] { 64, 32 }, 4096, 500, false, DisplayName = "a step has no more patients than there are")]
    [DataRow(new[] { 64, 32 }, 4096, 10_000, true, DisplayName = "a small network in batches of 4096 is")]
    [DataRow(new[] { 256, 256 }, 0, 500, true, DisplayName = "0 is all patients at once")]
    [DataRow(new[] { 30_000 }, 0, int.MaxValue, true, DisplayName = "the product of the two overflows no number")]
    public void A_GPU_is_worth_it_from_a_size_of_step_on(int[] hidden, int batch, int rows, bool worth)
    {
        var shape = new ModelShape(13, hidden);

        Assert.AreEqual(worth, Devices.IsWorthAGpu(shape, batch, rows));

        var expected = worth && torch.cuda.is_available() ? DeviceType.CUDA : DeviceType.CPU;
        Assert.AreEqual(expected, Devices.Of("auto", shape, batch, rows).type);
        Assert.AreEqual(DeviceType.CPU, Devices.Of("cpu", shape, batch, rows).type);
    }

    [TestMethod]
    public void Asking_for_a_GPU_that_is_not_there_says_what_to_do()
    {
        if (torch.cuda.is_available())
        {
            Assert.AreEqual(DeviceType.CUDA, Devices.Of("cuda").type);
            return;
        }

        Assert.Contains("set the device to cpu", Assert.ThrowsExactly<InvalidOperationException>(() => Devices.Of("cuda")).Message);
        Assert.ThrowsExactly<InvalidOperationException>(
            () => Devices.Of("cuda", new ModelShape(3), batch: 64, rows: 10),
            "asked by name, it is never passed over"
        );
    }

    private static float[] Distinct(int count)
    {
        var random = new KeyedRandom("parameters");
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.4))];
    }

    private static double ByHand(ModelShape shape, float[] flat, float[] input)
    {
        var values = input.Select(x => (double)x).ToArray();
        for (var layer = 0; layer < shape.Layers.Length; layer++)
        {
            var (weight, bias) = (shape.Blocks[2 * layer], shape.Blocks[(2 * layer) + 1]);
            var next = new double[bias.Count];
            for (var i = 0; i < next.Length; i++)
            {
                next[i] = flat[bias.Offset + i];
                for (var j = 0; j < values.Length; j++)
                {
                    next[i] += flat[weight.Offset + (i * values.Length) + j] * values[j];
                }
            }

            values = layer == shape.Layers.Length - 1 ? next : [.. next.Select(x => Math.Max(x, 0))];
        }

        return values.Single();
    }
}
