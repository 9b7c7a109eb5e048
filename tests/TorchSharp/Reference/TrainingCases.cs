using TorchSharp.Modules;
using static Federated.TorchSharp.Tests.Reference.Input;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Federated.TorchSharp.Tests.Reference;

/// <summary>Several steps of every optimizer, and states carried to Python under its own names.</summary>
internal static class TrainingCases
{
    public static IEnumerable<Case> All => [.. Optimizers, .. States, .. Utilities];

    private static IEnumerable<Case> Optimizers
    {
        get
        {
            (string Python, Func<IEnumerable<Parameter>, optim.Optimizer> CSharp)[] table =
            [
                ("SGD(p, 0.3)", p => optim.SGD(p, 0.3)),
                ("SGD(p, 0.1, momentum=0.9)", p => optim.SGD(p, 0.1, momentum: 0.9)),
                ("SGD(p, 0.1, momentum=0.9, dampening=0.2)", p => optim.SGD(p, 0.1, momentum: 0.9, dampening: 0.2)),
                ("SGD(p, 0.1, momentum=0.9, nesterov=True)", p => optim.SGD(p, 0.1, momentum: 0.9, nesterov: true)),
                ("SGD(p, 0.1, weight_decay=0.05)", p => optim.SGD(p, 0.1, weight_decay: 0.05)),
                ("SGD(p, 0.1, momentum=0.5, weight_decay=0.05)", p => optim.SGD(p, 0.1, momentum: 0.5, weight_decay: 0.05)),
                ("SGD(p, 0.1, maximize=True)", p => optim.SGD(p, 0.1, maximize: true)),
                ("Adam(p, 0.01)", p => optim.Adam(p, 0.01)),
                ("Adam(p, 0.01, betas=(0.8, 0.99), eps=1e-6)", p => optim.Adam(p, 0.01, 0.8, 0.99, 1e-6)),
                ("Adam(p, 0.01, weight_decay=0.1)", p => optim.Adam(p, 0.01, weight_decay: 0.1)),
                ("Adam(p, 0.01, amsgrad=True)", p => optim.Adam(p, 0.01, amsgrad: true)),
                ("AdamW(p, 0.01, weight_decay=0.1)", p => optim.AdamW(p, 0.01, weight_decay: 0.1)),
            ];
            foreach (var (python, csharp) in table)
            {
                yield return new Case(
                    python,
                    $"(lambda m: train(m, (lambda p: torch.optim.{python})(m.parameters()), x, y))(mlp(3, x.dtype, 4, 8, 1))",
                    inputs => Train(csharp, inputs[0], inputs[1]),
                    Normal(16, 4),
                    Labels(16, 1)
                )
                {
                    Gradients = false,
                };
            }
        }
    }

    private static IEnumerable<Case> States
    {
        get
        {
            yield return new Case(
                "a state made here runs there",
                "load(mlp(99, x.dtype, 4, 8, 1), ['0.weight', '0.bias', '2.weight', '2.bias'], i[1:])(x)",
                inputs =>
                {
                    using var model = Models.Mlp(1, inputs[0].dtype, 4, 8, 1);
                    string[] names = [.. model.state_dict().Keys];
                    CollectionAssert.AreEqual(new[] { "0.weight", "0.bias", "2.weight", "2.bias" }, names);
                    model.load_state_dict(names.Zip(inputs.Skip(1)).ToDictionary(pair => pair.First, pair => pair.Second));
                    return [model.call(inputs[0])];
                },
                Normal(5, 4),
                Normal(8, 4),
                Normal(8),
                Normal(1, 8),
                Normal(1)
            )
            {
                Gradients = false,
            };
            yield return new Case(
                "a state made there has our names and values",
                "dict(mlp(11, DTYPE, 3, 5, 5, 2).state_dict())",
                inputs => [.. Models.Mlp(11, inputs[0].dtype, 3, 5, 5, 2).state_dict().Values],
                Normal(1)
            )
            {
                Gradients = false,
            };
        }
    }

    private static IEnumerable<Case> Utilities
    {
        get
        {
            foreach (var (bound, type) in new[] { ("0.01", "2"), ("1000", "2"), ("0.01", "1") })
            {
                yield return new Case(
                    $"clip_grad_norm_ to {bound} in norm {type}",
                    $"(lambda m: [m(x).sum().backward(), torch.nn.utils.clip_grad_norm_(m.parameters(), {bound}, {type}).to(torch.float64), *[p.grad for p in m.parameters()]][1:])(mlp(3, x.dtype, 4, 8, 1))",
                    inputs => Clip(inputs[0], double.Parse(bound), double.Parse(type)),
                    Normal(16, 4)
                )
                {
                    Gradients = false,
                };
            }

            yield return new Case(
                "parameters_to_vector",
                "torch.nn.utils.parameters_to_vector(mlp(3, DTYPE, 4, 8, 1).parameters())",
                x => nn.utils.parameters_to_vector(Models.Mlp(3, x.dtype, 4, 8, 1).parameters()),
                Normal(1)
            )
            {
                Gradients = false,
            };
            yield return new Case(
                "vector_to_parameters",
                "(lambda m: [torch.nn.utils.vector_to_parameters(x, m.parameters()), m(y)][1])(mlp(3, x.dtype, 4, 8, 1))",
                (x, y) =>
                {
                    using var model = Models.Mlp(3, x.dtype, 4, 8, 1);
                    nn.utils.vector_to_parameters(x, model.parameters());
                    return model.call(y);
                },
                Normal(49),
                Normal(6, 4)
            )
            {
                Gradients = false,
            };
        }
    }

    private static Tensor[] Train(Func<IEnumerable<Parameter>, optim.Optimizer> make, Tensor x, Tensor y)
    {
        var model = Models.Mlp(3, x.dtype, 4, 8, 1);
        using var optimizer = make(model.parameters());
        var losses = new List<Tensor>();
        for (var i = 0; i < 6; i++)
        {
            optimizer.zero_grad();
            var loss = F.binary_cross_entropy_with_logits(model.call(x), y);
            loss.backward();
            optimizer.step();
            losses.Add(loss);
        }

        return [.. model.parameters(), stack(losses)];
    }

    private static Tensor[] Clip(Tensor x, double bound, double type)
    {
        var model = Models.Mlp(3, x.dtype, 4, 8, 1);
        model.call(x).sum().backward();
        var norm = nn.utils.clip_grad_norm_(model.parameters(), bound, type);
        return [tensor(norm), .. model.parameters().Select(parameter => parameter.grad!)];
    }
}
