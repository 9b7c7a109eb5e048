using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Federated.TorchSharp.Tests;

[TestClass]
public class AutogradTests
{
    private DisposeScope? _scope;

    [TestInitialize]
    public void Open() => _scope = NewDisposeScope();

    [TestCleanup]
    public void Close() => _scope!.Dispose();

    [TestMethod]
    public void Gradients_add_up_until_they_are_dropped()
    {
        var x = tensor(new[] { 2.0, 3.0 }, requires_grad: true);

        x.square().sum().backward();
        x.square().sum().backward();
        CollectionAssert.AreEqual(new[] { 8.0, 12.0 }, x.grad!.data<double>().ToArray());

        x.grad = null;
        Assert.IsNull(x.grad);
        x.grad = ones_like(x);
        CollectionAssert.AreEqual(new[] { 1.0, 1.0 }, x.grad!.data<double>().ToArray());
    }

    [TestMethod]
    public void Only_leaves_keep_gradients_unless_asked()
    {
        var leaf = ones(2).requires_grad_();
        var middle = leaf * 2;
        var kept = leaf * 3;
        kept.retain_grad();

        (middle.sum() + kept.sum()).backward();

        Assert.IsTrue(leaf.is_leaf);
        Assert.IsFalse(middle.is_leaf);
        Assert.AreEqual(5f, leaf.grad![0].item<float>());
        Assert.AreEqual(1f, kept.grad![0].item<float>());
    }

    [TestMethod]
    public void Nothing_is_recorded_without_gradients()
    {
        var x = ones(2).requires_grad_();

        using (no_grad())
        {
            Assert.IsFalse(is_grad_enabled());
            Assert.IsFalse((x * 2).requires_grad);
            using (enable_grad())
            {
                Assert.IsTrue((x * 2).requires_grad);
            }

            Assert.IsFalse(is_grad_enabled());
        }

        Assert.IsTrue(is_grad_enabled());
        using (inference_mode())
        {
            Assert.IsTrue(is_inference_mode_enabled());
            Assert.IsFalse((x * 2).requires_grad);
        }

        Assert.IsFalse(is_inference_mode_enabled());
        using (set_grad_enabled(false))
        {
            Assert.IsFalse((x * 2).requires_grad);
        }
    }

    [TestMethod]
    public void Grad_gives_derivatives_and_touches_no_gradient()
    {
        var x = tensor(new[] { 2.0, 3.0 }, requires_grad: true);
        var y = tensor(new[] { 5.0, 7.0 }, requires_grad: true);

        var found = autograd.grad([(x * y).sum()], [x, y]);

        CollectionAssert.AreEqual(new[] { 5.0, 7.0 }, found[0].data<double>().ToArray());
        CollectionAssert.AreEqual(new[] { 2.0, 3.0 }, found[1].data<double>().ToArray());
        Assert.IsNull(x.grad);
    }

    [TestMethod]
    public void Grad_takes_factors_for_outputs_that_are_no_scalars()
    {
        var x = tensor(new[] { 2.0, 3.0 }, requires_grad: true);

        var found = autograd.grad([x.square()], [x], [tensor(new[] { 1.0, 10.0 })]);

        CollectionAssert.AreEqual(new[] { 4.0, 60.0 }, found[0].data<double>().ToArray());
    }

    [TestMethod]
    public void An_unused_input_is_an_error_or_null()
    {
        var (x, unused) = (ones(2).requires_grad_(), ones(2).requires_grad_());

        Assert.Throws<ExternalException>(() => autograd.grad([x.sum()], [unused]));
        var found = autograd.grad([x.sum()], [x, unused], allow_unused: true);

        Assert.IsNotNull(found[0]);
        Assert.IsNull(found[1]);
    }

    [TestMethod]
    public void History_is_freed_unless_it_is_retained()
    {
        var x = ones(2).requires_grad_();
        var loss = x.square().sum();

        loss.backward(retain_graph: true);
        loss.backward();
        var error = Assert.Throws<ExternalException>(() => loss.backward());

        StringAssert.StartsWith(error.Message, "Trying to backward through the graph a second time");
        Assert.AreEqual(4f, x.grad![0].item<float>());
    }

    [TestMethod]
    public void A_recorded_derivative_can_be_differentiated_again()
    {
        var x = tensor(new[] { 2.0 }, requires_grad: true);

        var first = autograd.grad([x.pow(3)], [x], create_graph: true, retain_graph: true)[0];
        var second = autograd.grad([first], [x])[0];

        Assert.AreEqual(12.0, first.item<double>());
        Assert.AreEqual(12.0, second.item<double>());
    }

    [TestMethod]
    public void Backward_takes_factors_and_stops_at_the_inputs_named()
    {
        var (x, y) = (ones(2).requires_grad_(), ones(2).requires_grad_());

        (x * 3 + y).backward([tensor(new[] { 1f, 2f })], inputs: [x]);

        CollectionAssert.AreEqual(new[] { 3f, 6f }, x.grad!.data<float>().ToArray());
        Assert.IsNull(y.grad);
    }

    [TestMethod]
    public void A_detached_tensor_has_no_history_and_the_same_elements()
    {
        var x = ones(2).requires_grad_();
        var detached = (x * 2).detach();

        Assert.IsFalse(detached.requires_grad);
        Assert.AreEqual(2f, detached[0].item<float>());
        Assert.Throws<ExternalException>(() => detached.sum().backward());
    }
}
