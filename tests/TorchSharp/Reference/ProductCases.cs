using static Federated.TorchSharp.Tests.Reference.Input;
using static TorchSharp.torch;

namespace Federated.TorchSharp.Tests.Reference;

internal static class ProductCases
{
    public static IEnumerable<Case> All =>
        [
            new Case("mm", "torch.mm(x, y)", (x, y) => mm(x, y), Normal(3, 4), Normal(4, 5)),
            new Case("mm of views", "x.t().mm(y.t())", (x, y) => x.t().mm(y.t()), Normal(4, 3), Normal(5, 4)),
            new Case("mm, larger than one block", "x @ y", (x, y) => matmul(x, y), Normal(70, 300), Normal(300, 90)),
            new Case("bmm", "torch.bmm(x, y)", (x, y) => bmm(x, y), Normal(2, 3, 4), Normal(2, 4, 5)),
            new Case("mv", "torch.mv(x, y)", (x, y) => mv(x, y), Normal(3, 4), Normal(4)),
            new Case("dot", "torch.dot(x, y)", (x, y) => dot(x, y), Normal(4), Normal(4)),
            new Case("outer", "torch.outer(x, y)", (x, y) => outer(x, y), Normal(3), Normal(4)),
            new Case("matmul of vectors", "x @ y", (x, y) => x.matmul(y), Normal(4), Normal(4)),
            new Case("matmul, batched and broadcast", "x @ y", (x, y) => matmul(x, y), Normal(2, 1, 3, 4), Normal(5, 4, 2)),
            new Case("addmm", "torch.addmm(x, y, z)", (x, y, z) => addmm(x, y, z, 1, 1), Normal(5), Normal(3, 4), Normal(4, 5)),
            new Case(
                "addmm scaled",
                "torch.addmm(x, y, z, beta=0.5, alpha=2)",
                (x, y, z) => x.addmm(y, z, 0.5f, 2),
                Normal(3, 5),
                Normal(3, 4),
                Normal(4, 5)
            ),
            new Case("trace", "x.trace()", x => x.trace(), Normal(4, 4)),
            new Case("einsum, product", "torch.einsum('ij,jk->ik', x, y)", (x, y) => einsum("ij,jk->ik", x, y), Normal(3, 4), Normal(4, 5)),
            new Case(
                "einsum, per row outer",
                "torch.einsum('bi,bj->bij', x, y)",
                (x, y) => einsum("bi,bj->bij", x, y),
                Normal(6, 3),
                Normal(6, 4)
            ),
            new Case(
                "einsum, weighted sum",
                "torch.einsum('b,bi,bj->ij', x, y, z)",
                (x, y, z) => einsum("b,bi,bj->ij", x, y, z),
                Normal(6),
                Normal(6, 3),
                Normal(6, 4)
            ),
            new Case("einsum, row norms", "torch.einsum('bi,bi->b', x, x)", x => einsum("bi,bi->b", x, x), Normal(6, 3)),
            new Case(
                "einsum, ellipsis",
                "torch.einsum('...i,i->...', x, y)",
                (x, y) => einsum("...i,i->...", x, y),
                Normal(2, 3, 4),
                Normal(4)
            ),
            new Case(
                "second derivative",
                "(lambda v: torch.autograd.grad(torch.autograd.grad((v ** 3).sum(), v, create_graph=True)[0].sum(), v))(x.requires_grad_())",
                inputs =>
                {
                    inputs[0].requires_grad_();
                    var first = autograd.grad([inputs[0].pow(3).sum()], [inputs[0]], create_graph: true, retain_graph: true)[0];
                    return [.. autograd.grad([first.sum()], [inputs[0]])];
                },
                Normal(5)
            )
            {
                Gradients = false,
            },
        ];
}
