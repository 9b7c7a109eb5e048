using static Federated.TorchSharp.Tests.Reference.Input;
using static TorchSharp.torch;

namespace Federated.TorchSharp.Tests.Reference;

/// <summary>New tensors, and random ones by seed: PyTorch's generator gives the same numbers here.</summary>
internal static class FactoryCases
{
    public static IEnumerable<Case> All
    {
        get
        {
            (string Python, Func<Tensor> CSharp)[] table =
            [
                ("torch.zeros(2, 3)", () => zeros(2, 3)),
                ("torch.zeros(3, dtype=torch.int64)", () => zeros(3, int64)),
                ("torch.ones(2, 3, 4)", () => ones(2, 3, 4)),
                ("torch.full((2, 2), 2.5)", () => full(2, 2, 2.5)),
                ("torch.full((3,), 7)", () => full(3, 7)),
                ("torch.full((2, 2), 2.5, dtype=torch.float64)", () => full([2, 2], 2.5, float64)),
                ("torch.arange(5)", () => arange(5)),
                ("torch.arange(2, 5)", () => arange(2, 5)),
                ("torch.arange(0, 1, 0.25)", () => arange(0, 1, 0.25)),
                ("torch.arange(4, dtype=torch.float64)", () => arange(4, dtype: float64)),
                ("torch.linspace(0, 1, 5)", () => linspace(0, 1, 5)),
                ("torch.eye(3)", () => eye(3)),
                ("torch.eye(2, 3, dtype=torch.float64)", () => eye(2, 3, float64)),
                ("torch.tensor([1.5, 2.5])", () => tensor(new[] { 1.5f, 2.5f })),
                ("torch.tensor([1.5, 2.5], dtype=torch.float64)", () => tensor(new[] { 1.5, 2.5 })),
                (
                    "torch.tensor([[1, 2], [3, 4]])",
                    () =>
                        tensor(
                            new long[,]
                            {
                                { 1, 2 },
                                { 3, 4 },
                            }
                        )
                ),
                ("torch.tensor([1, 2], dtype=torch.int32)", () => tensor(new[] { 1, 2 })),
                ("torch.tensor([True, False])", () => tensor(new[] { true, false })),
                ("torch.tensor([1, 255], dtype=torch.uint8)", () => tensor(new byte[] { 1, 255 })),
                ("torch.tensor([[1., 2., 3.]])", () => tensor(new[] { 1f, 2, 3 }, [1, 3])),
                ("torch.tensor([1., 2.], dtype=torch.float64)", () => tensor(new[] { 1f, 2 }, dtype: float64)),
                ("torch.tensor(3.5)", () => tensor(3.5f)),
            ];
            foreach (var (python, csharp) in table)
            {
                yield return new Case(python, python, _ => [csharp()]) { Gradients = false };
            }

            (string Python, Func<Tensor> CSharp)[] random =
            [
                ("torch.randn(5)", () => randn(5)),
                ("torch.randn(40, 3)", () => randn(40, 3)),
                ("torch.randn(17, dtype=torch.float64)", () => randn(17, float64)),
                ("torch.rand(2, 3)", () => rand(2, 3)),
                ("torch.rand(9, dtype=torch.float64)", () => rand([9], float64)),
                ("torch.randint(0, 100, (6,))", () => randint(0, 100, [6])),
                ("torch.randint(7, (6,))", () => randint(7, [6])),
                ("torch.randperm(20)", () => randperm(20)),
                ("torch.bernoulli(torch.full((20,), 0.3))", () => bernoulli(full(20, 0.3))),
                ("torch.multinomial(torch.ones(9), 4)", () => multinomial(ones(9), 4)),
                ("torch.empty(6).uniform_(-2, 3)", () => empty(6).uniform_(-2, 3)),
                ("torch.empty(6).normal_(1, 3)", () => empty(6).normal_(1, 3)),
                ("torch.nn.Linear(5, 3).weight", () => nn.Linear(5, 3).weight),
                ("torch.nn.Linear(5, 3).bias", () => nn.Linear(5, 3).bias!),
                ("torch.nn.Linear(5, 3, dtype=torch.float64).weight", () => nn.Linear(5, 3, dtype: float64).weight),
                ("torch.nn.init.xavier_uniform_(torch.empty(3, 5))", () => nn.init.xavier_uniform_(empty(3, 5))),
                ("torch.nn.init.xavier_normal_(torch.empty(3, 5), 2)", () => nn.init.xavier_normal_(empty(3, 5), 2)),
                ("torch.nn.init.kaiming_uniform_(torch.empty(3, 5))", () => nn.init.kaiming_uniform_(empty(3, 5))),
                (
                    "torch.nn.init.kaiming_uniform_(torch.empty(3, 5), a=2, mode='fan_out')",
                    () => nn.init.kaiming_uniform_(empty(3, 5), 2, nn.init.FanInOut.FanOut)
                ),
                (
                    "torch.nn.init.kaiming_normal_(torch.empty(3, 5), nonlinearity='relu')",
                    () => nn.init.kaiming_normal_(empty(3, 5), nonlinearity: nn.init.NonlinearityType.ReLU)
                ),
                ("torch.nn.init.uniform_(torch.empty(4), -1, 1)", () => nn.init.uniform_(empty(4), -1, 1)),
                ("torch.nn.init.normal_(torch.empty(4), 0, 2)", () => nn.init.normal_(empty(4), 0, 2)),
                ("torch.nn.init.zeros_(torch.empty(4))", () => nn.init.zeros_(empty(4))),
                ("F.dropout(torch.ones(50), 0.3)", () => nn.functional.dropout(ones(50), 0.3)),
            ];
            foreach (var (python, csharp) in random)
            {
                foreach (var seed in new[] { 0, 42 })
                {
                    yield return Seeded(seed, python, csharp);
                }
            }

            foreach (var like in new[] { "zeros", "ones" })
            {
                yield return new Case(
                    $"{like}_like",
                    $"torch.{like}_like(x)",
                    like == "ones" ? x => ones_like(x) : x => zeros_like(x),
                    Normal(2, 3)
                )
                {
                    Gradients = false,
                };
            }

            yield return new Case("full_like", "torch.full_like(x, 3)", x => full_like(x, 3), Normal(2, 3)) { Gradients = false };
            yield return new Case("randn_like", "seeded(1, lambda: torch.randn_like(x))", x => After(1, () => randn_like(x)), Normal(2, 3))
            {
                Gradients = false,
            };
            yield return new Case("rand_like", "seeded(1, lambda: torch.rand_like(x))", x => After(1, () => rand_like(x)), Normal(2, 3))
            {
                Gradients = false,
            };
            yield return new Case("own generator", "torch.randn(5, generator=torch.Generator().manual_seed(9))", _ => [WithGenerator(9)])
            {
                Gradients = false,
            };
        }
    }

    private static Case Seeded(int seed, string python, Func<Tensor> csharp) =>
        new($"{python} after seed {seed}", $"seeded({seed}, lambda: {python})", _ => [After(seed, csharp)]) { Gradients = false };

    private static Tensor After(int seed, Func<Tensor> make)
    {
        manual_seed(seed);
        return make();
    }

    private static Tensor WithGenerator(ulong seed)
    {
        using var generator = new Generator(seed);
        return randn(5, generator: generator);
    }
}
