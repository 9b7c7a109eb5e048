using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Federated.TorchSharp.Tests;

[TestClass]
public class HookTests
{
    [TestMethod]
    public void Hooks_run_in_call_and_not_in_forward()
    {
        using var scope = NewDisposeScope();
        using var layer = ReLU();
        var seen = new List<string>();
        var before = layer.register_forward_pre_hook(
            (_, input) =>
            {
                seen.Add("before");
                return input + 1;
            }
        );
        var after = layer.register_forward_hook(
            (_, input, output) =>
            {
                seen.Add($"after {input.item<float>()}");
                return output * 10;
            }
        );

        Assert.AreEqual(30f, layer.call(tensor(2f)).item<float>());
        Assert.AreEqual(2f, layer.forward(tensor(2f)).item<float>());
        CollectionAssert.AreEqual(new[] { "before", "after 3" }, seen);

        before.remove();
        Assert.AreEqual(20f, layer.call(tensor(2f)).item<float>());
        after.remove();
        Assert.AreEqual(2f, layer.call(tensor(2f)).item<float>());
    }

    [TestMethod]
    public void Hooks_of_layers_run_inside_a_sequence()
    {
        using var scope = NewDisposeScope();
        using var model = Models.Mlp(1, float32, 3, 4, 1);
        var shapes = new List<string>();
        foreach (var layer in model.children().OfType<Linear>())
        {
            layer.register_forward_hook(
                (_, input, output) =>
                {
                    shapes.Add($"{string.Join("x", input.shape)} to {string.Join("x", output.shape)}");
                    return null!;
                }
            );
        }

        model.call(ones(5, 3));

        CollectionAssert.AreEqual(new[] { "5x3 to 5x4", "5x4 to 5x1" }, shapes);
    }

    [TestMethod]
    public void A_module_of_two_arguments_has_hooks_too()
    {
        using var scope = NewDisposeScope();
        using var loss = MSELoss();
        loss.register_forward_pre_hook((_, input, target) => (input * 2, target));

        Assert.AreEqual(4f, loss.call(ones(3), zeros(3)).item<float>());
        Assert.AreEqual(1f, loss.forward(ones(3), zeros(3)).item<float>());
    }
}
