using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Federated.TorchSharp.Tests;

[TestClass]
public class ModuleTests
{
    [TestMethod]
    public void A_module_registers_its_fields_by_name()
    {
        using var model = new RiskModel();

        CollectionAssert.AreEqual(
            new[] { "scale", "hidden.weight", "hidden.bias", "head.0.weight", "head.0.bias" },
            model.named_parameters().Select(entry => entry.name).ToArray()
        );
        CollectionAssert.AreEqual(new[] { "mean" }, model.named_buffers().Select(entry => entry.name).ToArray());
        CollectionAssert.AreEqual(new[] { "hidden", "head", "head.0" }, model.named_modules().Select(entry => entry.name).ToArray());
        CollectionAssert.AreEqual(
            new[] { "scale", "hidden.weight", "hidden.bias", "head.0.weight", "head.0.bias", "mean" },
            model.state_dict().Keys.ToArray()
        );
    }

    [TestMethod]
    public void A_state_is_copied_and_checked_first()
    {
        using var scope = NewDisposeScope();
        using var from = Models.Mlp(1, float32, 3, 4, 1);
        using var to = Models.Mlp(2, float32, 3, 4, 1);
        var x = randn(5, 3);

        var (missing, unexpected) = to.load_state_dict(from.state_dict());

        Assert.IsEmpty(missing);
        Assert.IsEmpty(unexpected);
        Assert.IsTrue(from.call(x).Equals(to.call(x)));
        from.parameters().First().detach().zero_();
        Assert.IsFalse(from.call(x).Equals(to.call(x)), "copied, not shared");
    }

    [TestMethod]
    public void A_state_that_does_not_fit_changes_nothing()
    {
        using var scope = NewDisposeScope();
        using var model = Models.Mlp(1, float32, 3, 4, 1);
        var before = nn.utils.parameters_to_vector(model.parameters());
        var lacking = model.state_dict().Skip(1).ToDictionary(entry => entry.Key, entry => zeros_like(entry.Value));
        var unfitting = model.state_dict().ToDictionary(entry => entry.Key, entry => zeros_like(entry.Value));
        unfitting["2.bias"] = zeros(2);

        Assert.Throws<InvalidOperationException>(() => model.load_state_dict(lacking));
        Assert.Throws<ArgumentException>(() => model.load_state_dict(unfitting));
        Assert.IsTrue(before.Equals(nn.utils.parameters_to_vector(model.parameters())));

        var (missing, _) = model.load_state_dict(lacking, strict: false);
        CollectionAssert.AreEqual(new[] { "0.weight" }, missing.ToArray());
    }

    [TestMethod]
    public void A_sequence_frees_what_its_layers_hand_on()
    {
        using var model = Models.Mlp(1, float32, 3, 4, 4, 1);
        using var x = ones(5, 3);
        using var unrecorded = no_grad();
        var before = Tensor.TotalCount;

        using var result = model.call(x);

        Assert.AreEqual(before + 1, Tensor.TotalCount);
    }

    [TestMethod]
    public void Training_reaches_every_layer()
    {
        using var model = Sequential(("drop", Dropout()), ("line", Linear(2, 1)));
        Assert.IsTrue(model.training);

        model.eval();
        Assert.IsTrue(model.modules().All(module => !module.training));

        model.train();
        Assert.IsTrue(model.modules().All(module => module.training));
        CollectionAssert.AreEqual(new[] { "line.weight", "line.bias" }, model.named_parameters().Select(entry => entry.name).ToArray());
    }

    [TestMethod]
    public void Another_element_type_reaches_every_parameter_and_buffer()
    {
        using var scope = NewDisposeScope();
        using var model = new RiskModel();
        model.call(ones(2, 3)).sum().backward();

        var same = model.to(float64);

        Assert.AreSame(model, same);
        Assert.IsTrue(model.state_dict().Values.All(value => value.dtype == float64));
        Assert.IsTrue(model.parameters().All(parameter => parameter.requires_grad && parameter.is_leaf));
        Assert.IsTrue(model.parameters().All(parameter => parameter.grad!.dtype == float64));
        Assert.AreEqual(float64, model.call(ones(2, 3, dtype: float64)).dtype);
        Assert.Throws<ArgumentException>(() => model.to(int64));
    }

    [TestMethod]
    public void Zeroing_drops_gradients_or_sets_them_to_zero()
    {
        using var scope = NewDisposeScope();
        using var model = Models.Mlp(1, float32, 3, 4, 1);
        using var optimizer = optim.SGD(model.parameters(), 0.1);

        model.call(ones(2, 3)).sum().backward();
        model.zero_grad(set_to_none: false);
        Assert.IsTrue(model.parameters().All(parameter => parameter.grad!.count() == 0));

        model.zero_grad();
        Assert.IsTrue(model.parameters().All(parameter => parameter.grad is null));

        model.call(ones(2, 3)).sum().backward();
        optimizer.zero_grad();
        Assert.IsTrue(model.parameters().All(parameter => parameter.grad is null));
    }

    [TestMethod]
    public void A_module_disposes_of_all_in_it()
    {
        var before = Tensor.TotalCount;

        new RiskModel().Dispose();

        Assert.AreEqual(before, Tensor.TotalCount);
    }

    private sealed class RiskModel : Module<Tensor, Tensor>
    {
        private readonly Parameter scale = Parameter(ones(1));
        private readonly Tensor mean = zeros(3);
        private readonly Linear hidden = Linear(3, 4);
        private readonly Sequential head = Sequential(Linear(4, 1));

        public RiskModel()
            : base(nameof(RiskModel)) => RegisterComponents();

        public override Tensor forward(Tensor input) => head.call(hidden.call(input - mean).relu()) * scale;
    }
}

file static class Counting
{
    /// <summary>Elements other than zero.</summary>
    public static long count(this Tensor tensor) => (tensor != 0).sum().item<long>();
}
