using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Federated.TorchSharp.Tests;

[TestClass]
public class OptimizerTests
{
    [TestMethod]
    public void A_rate_can_be_changed_between_steps()
    {
        using var scope = NewDisposeScope();
        var parameter = Parameter(zeros(1));
        using var optimizer = optim.SGD([parameter], 1.0);
        parameter.grad = ones(1);

        optimizer.step();
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = 0.25;
        }

        optimizer.step();

        Assert.AreEqual(-1.25f, parameter.item<float>());
    }

    [TestMethod]
    public void An_optimizer_owns_its_buffers()
    {
        var before = Tensor.TotalCount;
        using (var scope = NewDisposeScope())
        {
            using var model = Models.Mlp(1, float32, 3, 4, 1);
            using var optimizer = optim.Adam(model.parameters(), amsgrad: true);
            using (NewDisposeScope())
            {
                model.call(ones(2, 3)).sum().backward();
                optimizer.step();
            }

            model.call(ones(2, 3)).sum().backward();
            optimizer.step();
        }

        Assert.AreEqual(before, Tensor.TotalCount);
    }
}
