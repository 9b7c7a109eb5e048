using TorchSharp.Modules;
using static Federated.TorchSharp.Tests.Reference.Input;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Federated.TorchSharp.Tests.Reference;

internal static class LayerCases
{
    public static IEnumerable<Case> All => [.. Layers, .. Losses];

    private static IEnumerable<Case> Layers =>
        [
            new Case("linear", "F.linear(x, y, z)", (x, y, z) => F.linear(x, y, z), Normal(6, 4), Normal(3, 4), Normal(3)),
            new Case("linear without bias", "F.linear(x, y)", (x, y) => F.linear(x, y), Normal(6, 4), Normal(3, 4)),
            new Case(
                "linear on three dimensions",
                "F.linear(x, y, z)",
                (x, y, z) => F.linear(x, y, z),
                Normal(2, 6, 4),
                Normal(3, 4),
                Normal(3)
            ),
            new Case(
                "Linear",
                "F.linear(x, y, z)",
                (x, y, z) => Own(Linear(y.AsKept(), z.AsKept()), x),
                Normal(6, 4),
                Normal(3, 4),
                Normal(3)
            )
            {
                Gradients = false,
            },
            new Case("ReLU", "torch.nn.ReLU()(x)", x => ReLU().call(x), Normal(3, 4)),
            new Case("ReLU in place", "torch.nn.ReLU(True)(x * 1)", x => ReLU(inplace: true).call(x * 1), Normal(3, 4)),
            new Case("Sigmoid", "torch.nn.Sigmoid()(x)", x => Sigmoid().call(x), Normal(3, 4)),
            new Case("Tanh", "torch.nn.Tanh()(x)", x => Tanh().call(x), Normal(3, 4)),
            new Case("Softplus", "torch.nn.Softplus(2, 5)(x)", x => Softplus(2, 5).call(x), Normal(3, 4)),
            new Case("ELU", "torch.nn.ELU(0.5)(x)", x => ELU(0.5).call(x), Normal(3, 4)),
            new Case("GELU", "torch.nn.GELU()(x)", x => GELU().call(x), Normal(3, 4)),
            new Case("SiLU", "torch.nn.SiLU()(x)", x => SiLU().call(x), Normal(3, 4)),
            new Case("Flatten", "torch.nn.Flatten()(x)", x => Flatten().call(x), Normal(2, 3, 4)),
            new Case("Identity", "torch.nn.Identity()(x) * 2", x => Identity().call(x) * 2, Normal(3)),
            new Case("Dropout in evaluation", "torch.nn.Dropout().eval()(x) * 2", x => Evaluating(Dropout()).call(x) * 2, Normal(20)),
            new Case("Dropout in training", "seeded(5, lambda: torch.nn.Dropout(0.4)(x))", DropoutSeeded, Normal(20)),
            new Case("MLP", "mlp(7, x.dtype, 4, 8, 5, 1)(x)", x => Models.Mlp(7, x.dtype, 4, 8, 5, 1).call(x), Normal(6, 4)),
        ];

    private static IEnumerable<Case> Losses
    {
        get
        {
            foreach (var (reduction, python) in new[] { (Reduction.Mean, "mean"), (Reduction.Sum, "sum"), (Reduction.None, "none") })
            {
                yield return new Case(
                    $"binary_cross_entropy_with_logits, {python}",
                    $"F.binary_cross_entropy_with_logits(x, y, reduction='{python}')",
                    (x, y) => F.binary_cross_entropy_with_logits(x, y, reduction: reduction),
                    Normal(6, 2),
                    Labels(6, 2)
                );
                yield return new Case(
                    $"BCEWithLogitsLoss with weights, {python}",
                    $"torch.nn.BCEWithLogitsLoss(weight=z, pos_weight=w, reduction='{python}')(x, y)",
                    inputs => [BCEWithLogitsLoss(inputs[2].detach(), reduction, inputs[3].detach()).call(inputs[0], inputs[1])],
                    Normal(6, 2),
                    Labels(6, 2),
                    Positive(6, 2),
                    Positive(2)
                )
                {
                    Gradients = false,
                };
                yield return new Case(
                    $"binary_cross_entropy, {python}",
                    $"F.binary_cross_entropy(x, y, reduction='{python}')",
                    (x, y) => BCELoss(reduction: reduction).call(x, y.detach()),
                    Unit(6),
                    Labels(6)
                )
                {
                    Gradients = false,
                };
                yield return new Case(
                    $"mse_loss, {python}",
                    $"F.mse_loss(x, y, reduction='{python}')",
                    (x, y) => MSELoss(reduction).call(x, y),
                    Normal(6, 2),
                    Normal(6, 2)
                );
            }

            yield return new Case(
                "gradient of binary_cross_entropy",
                "F.binary_cross_entropy(torch.sigmoid(x), (y > 0).to(x.dtype), weight=z.detach())",
                (x, y, z) => F.binary_cross_entropy(x.sigmoid(), y.gt(0).to(x.dtype), z.detach()),
                Normal(6),
                Normal(6),
                Positive(6)
            );
            yield return new Case(
                "logits beyond exp's range",
                "F.binary_cross_entropy_with_logits(x, y)",
                (x, y) => F.binary_cross_entropy_with_logits(x, y),
                Floats(-1000, 1000, 0),
                Floats(1, 0, 1)
            );
            yield return new Case(
                "cross_entropy",
                "F.cross_entropy(x, y, label_smoothing=0.1)",
                (x, y) => F.cross_entropy(x, y, label_smoothing: 0.1),
                Normal(6, 3),
                Integers(3, 6)
            );
        }
    }

    private static Parameter AsKept(this Tensor tensor) => Parameter(tensor.detach().clone());

    private static Tensor Own(Linear layer, Tensor x) => layer.call(x);

    private static Dropout Evaluating(Dropout layer)
    {
        layer.eval();
        return layer;
    }

    private static Tensor DropoutSeeded(Tensor x)
    {
        var layer = Dropout(0.4);
        manual_seed(5);
        return layer.call(x);
    }
}
