using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Federated.TorchSharp.Tests;

[TestClass]
public class MemoryTests
{
    private const int Steps = 10_000;

    // The collector's nursery takes up to 5 MB more or less from one measurement to the next. One step's history left behind is several
    // kilobytes, so a native leak would be tens of megabytes; a leaked tensor object is counted exactly.
    private const long AllowedGrowthBytes = 8 << 20;

    [TestMethod]
    public void Ten_thousand_training_steps_leave_memory_as_it_was()
    {
        using var outer = NewDisposeScope();
        using var model = Models.Mlp(0, float32, 13, 64, 32, 1);
        using var optimizer = optim.SGD(model.parameters(), 0.05, momentum: 0.9);
        var (x, y) = (randn(64, 13), rand(64, 1).gt(0.5).to(float32));
        Train(2_000);
        var (residentBefore, liveBefore) = (Resident(), Tensor.TotalCount);

        Train(Steps);

        Assert.AreEqual(liveBefore, Tensor.TotalCount, "tensors left alive");
        var growth = Resident() - residentBefore;
        Assert.IsLessThan(AllowedGrowthBytes, growth, $"resident memory grew by {growth} bytes in {Steps} steps");

        void Train(int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                var loss = F.binary_cross_entropy_with_logits(model.call(x), y);
                loss.backward();
                optimizer.step();
                Assert.IsTrue(float.IsFinite(loss.item<float>()));
            }
        }
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Environment.WorkingSet;
    }
}
