using static Federated.TorchSharp.Tests.Reference.Input;
using static TorchSharp.torch;

namespace Federated.TorchSharp.Tests.Reference;

internal static class ReductionCases
{
    public static IEnumerable<Case> All
    {
        get
        {
            (string Python, Func<Tensor, Tensor> CSharp)[] table =
            [
                ("x.sum()", x => x.sum()),
                ("x.sum(1)", x => x.sum(1)),
                ("x.sum(-1, keepdim=True)", x => x.sum(-1, keepdim: true)),
                ("x.sum((0, 2))", x => x.sum([0, 2])),
                ("torch.sum(x, (0, 1), keepdim=True)", x => sum(x, [0, 1], keepdim: true)),
                ("x.sum(dtype=torch.float64)", x => x.sum(float64)),
                ("x.mean()", x => x.mean()),
                ("x.mean((1,))", x => x.mean([1])),
                ("torch.mean(x, (0, 2), keepdim=True)", x => mean(x, [0, 2], keepdim: true)),
                ("x.std()", x => x.std()),
                ("x.std(unbiased=False)", x => x.std(false)),
                ("x.std(1)", x => x.std(1)),
                ("x.std((0, 1), unbiased=False, keepdim=True)", x => std(x, [0, 1], unbiased: false, keepdim: true)),
                ("x.var()", x => x.var()),
                ("x.var(2, unbiased=False)", x => x.var(2, unbiased: false)),
                ("x.var((0, 2), keepdim=True)", x => var(x, [0, 2], keepdim: true)),
                ("x.prod()", x => x.prod()),
                ("x.cumsum(1)", x => x.cumsum(1)),
                ("x.logsumexp(1)", x => x.logsumexp(1)),
                ("x.logsumexp(0, keepdim=True)", x => logsumexp(x, 0, keepdim: true)),
                ("x.max()", x => x.max()),
                ("x.min()", x => min(x)),
                ("x.amax((0, 2))", x => x.amax([0, 2])),
                ("x.amin((1,), keepdim=True)", x => amin(x, [1], keepdim: true)),
                ("x.median()", x => x.median()),
                ("x.norm()", x => x.norm()),
                ("x.norm(1)", x => x.norm(1.0f)),
                ("x.norm(2, 1)", x => x.norm(1)),
                ("torch.norm(x, 3, 2, keepdim=True)", x => norm(x, 2, keepdim: true, p: 3)),
                ("torch.linalg.vector_norm(x)", x => linalg.vector_norm(x)),
                ("torch.linalg.vector_norm(x, 1)", x => linalg.vector_norm(x, 1)),
                ("torch.linalg.vector_norm(x, float('inf'))", x => linalg.vector_norm(x, double.PositiveInfinity)),
                ("torch.linalg.vector_norm(x, 2, dim=(1, 2))", x => linalg.vector_norm(x, 2, [1, 2])),
                ("torch.linalg.vector_norm(x, 3, dim=(0,), keepdim=True)", x => linalg.vector_norm(x, 3, [0], keepdim: true)),
            ];
            foreach (var (python, csharp) in table)
            {
                yield return new Case(python, python, csharp, Normal(2, 3, 4));
            }

            yield return new Case("max along", "x.max(1)", inputs => Pair(inputs[0].max(1)), Normal(3, 4));
            yield return new Case("min along", "x.min(0, keepdim=True)", inputs => Pair(min(inputs[0], 0, keepdim: true)), Normal(3, 4));
            yield return new Case("sort", "x.sort(1, descending=True)", inputs => Pair(inputs[0].sort(1, descending: true)), Normal(3, 4));
            yield return new Case("topk", "x.topk(2)", inputs => Pair(inputs[0].topk(2)), Normal(3, 4));

            (string Python, Func<Tensor, Tensor> CSharp, Input Input)[] unrecorded =
            [
                ("x.argmax()", x => x.argmax(), Normal(3, 4)),
                ("x.argmax(1, keepdim=True)", x => argmax(x, 1, keepdim: true), Normal(3, 4)),
                ("x.argmin()", x => argmin(x), Normal(3, 4)),
                ("x.argmin(0)", x => x.argmin(0), Normal(3, 4)),
                ("x.argsort(0)", x => x.argsort(0), Normal(5)),
                ("x.any()", x => any(x), Mask(3, 4)),
                ("x.any(1)", x => x.any(1), Mask(3, 4)),
                ("x.all()", x => all(x), Mask(2, 2)),
                ("x.all(0, keepdim=True)", x => x.all(0, keepdim: true), Mask(3, 4)),
                ("x.sum() of booleans", x => x.sum(), Mask(3, 4)),
                ("x.nonzero()", x => nonzero(x), Mask(3, 4)),
            ];
            foreach (var (python, csharp, input) in unrecorded)
            {
                yield return new Case(python, python.Split(" of ")[0], csharp, input) { Gradients = false };
            }
        }
    }

    private static Tensor[] Pair((Tensor, Tensor) pair) => [pair.Item1, pair.Item2];
}
