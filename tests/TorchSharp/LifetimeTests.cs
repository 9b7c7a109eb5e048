using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Federated.TorchSharp.Tests;

[TestClass]
public class LifetimeTests
{
    [TestMethod]
    public void A_disposed_tensor_cannot_be_used()
    {
        var tensor = ones(3);
        tensor.Dispose();
        tensor.Dispose(); // twice is once

        Assert.IsTrue(tensor.IsInvalid);
        using var other = ones(3);
        // ObjectDisposedException is one; the genuine package throws its base.
        Assert.Throws<InvalidOperationException>(() => tensor.add(1));
        Assert.Throws<InvalidOperationException>(() => other.add(tensor));
        Assert.Throws<InvalidOperationException>(() => tensor.shape);
        Assert.Throws<InvalidOperationException>(() => tensor.backward());
    }

    [TestMethod]
    public void Two_objects_over_one_native_tensor_are_freed_apart()
    {
        var first = ones(3);
        var second = first.alias();
        first.Dispose();

        Assert.AreEqual(3f, second.sum().item<float>());
        second.Dispose();
    }

    [TestMethod]
    public void A_forgotten_tensor_is_freed_by_the_collector()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;

        Forget();
        Assert.AreEqual(before + 100, Tensor.TotalCount);
        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.AreEqual(before, Tensor.TotalCount);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Forget()
        {
            for (var i = 0; i < 100; i++)
            {
                _ = ones(10);
            }
        }
    }

    [TestMethod]
    public void The_collector_frees_no_operand_while_an_operation_reads_it()
    {
        // Each matrix is garbage the moment its handle was read, and is read for a millisecond after; a thread collects all the time.
        // The allocator writes into what it is given back, and unmaps what is large: a wrong sum, or the end of the process.
        var stop = false;
        var collector = new Thread(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            for (var i = 1; i <= 150; i++)
            {
                Assert.AreEqual(300.0 * 300 * 300 * i * (i + 1), SumOfProduct(i));
            }
        }
        finally
        {
            Volatile.Write(ref stop, true);
            collector.Join();
        }

        // Optimized from the first call: unoptimized code keeps its operands reachable to its end.
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        static double SumOfProduct(int i) => full([300, 300], i, float64).mm(full([300, 300], i + 1, float64)).sum().item<double>();
    }

    [TestMethod]
    public void A_parameter_takes_the_tensor_it_is_made_of()
    {
        var before = Tensor.TotalCount;
        using (var scope = NewDisposeScope())
        {
            var data = ones(3);
            var parameter = nn.Parameter(data);

            Assert.IsTrue(data.IsInvalid);
            Assert.IsTrue(parameter.requires_grad);
            Assert.IsTrue(scope.Contains(parameter));
            Assert.AreEqual(1, scope.DisposablesCount);
        }

        Assert.AreEqual(before, Tensor.TotalCount);
    }

    [TestMethod]
    public void A_layer_outlives_the_scope_it_was_made_in()
    {
        var before = Tensor.TotalCount;
        Linear layer;
        using (NewDisposeScope())
        {
            layer = nn.Linear(3, 2);
        }

        Assert.IsFalse(layer.weight.IsInvalid);
        layer.Dispose();
        Assert.AreEqual(before, Tensor.TotalCount);
    }
}
