using static Federated.TorchSharp.Tests.Reference.Input;
using static TorchSharp.torch;

namespace Federated.TorchSharp.Tests.Reference;

internal static class ShapeCases
{
    public static IEnumerable<Case> All => [.. Views, .. Indexing, .. Joining];

    private static IEnumerable<Case> Views
    {
        get
        {
            (string Python, Func<Tensor, Tensor> CSharp)[] table =
            [
                ("x.view(4, 6)", x => x.view(4, 6)),
                ("x.view(-1)", x => x.view(-1)),
                ("x.reshape(6, -1)", x => x.reshape(6, -1)),
                ("x.flatten()", x => x.flatten()),
                ("x.flatten(1)", x => flatten(x, 1)),
                ("x.flatten(0, 1)", x => x.flatten(0, 1)),
                ("x[0].t()", x => x[0].t()),
                ("x.permute(2, 1, 0)", x => x.T),
                ("x.transpose(0, 2)", x => x.transpose(0, 2)),
                ("x.permute(1, 2, 0)", x => x.permute(1, 2, 0)),
                ("x.permute(1, 2, 0).contiguous().view(-1)", x => x.permute(1, 2, 0).contiguous().view(-1)),
                ("x.unsqueeze(1)", x => x.unsqueeze(1)),
                ("x.unsqueeze(-1).squeeze(-1)", x => squeeze(unsqueeze(x, -1), -1)),
                ("x.unsqueeze(0).squeeze()", x => x.unsqueeze(0).squeeze()),
                ("x.unsqueeze(0).expand(5, -1, -1, -1)", x => x.unsqueeze(0).expand(5, -1, -1, -1)),
                ("x.repeat(2, 1, 1)", x => x.repeat(2, 1, 1)),
                ("x[:, 1:3:2]", x => x.slice(1, 1, 3, 2)),
                ("x.narrow(2, 1, 2)", x => x.narrow(2, 1, 2)),
                ("x.select(1, -1)", x => x.select(1, -1)),
                ("x.clone()", x => x.clone()),
                ("x.detach() * x", x => x.detach() * x),
                ("x.to(torch.float64)", x => x.to(float64)),
                ("x.to(torch.float32)", x => x.to(float32)),
                ("x * 1", x => x.alias() * 1),
                ("x[0].diag()", x => diag(x[0])),
                ("x[0].tril(-1)", x => tril(x[0], -1)),
                ("x[0].triu()", x => x[0].triu()),
            ];
            foreach (var (python, csharp) in table)
            {
                yield return new Case(python, python, csharp, Normal(2, 3, 4));
            }

            yield return new Case("split", "x.split(2, 1)", inputs => inputs[0].split(2, 1), Normal(2, 5));
            yield return new Case("split by sizes", "x.split([1, 3, 1], 1)", inputs => inputs[0].split([1L, 3, 1], 1), Normal(2, 5));
            yield return new Case("chunk", "x.chunk(3)", inputs => chunk(inputs[0], 3), Normal(7));
            yield return new Case("unbind", "x.unbind(1)", inputs => inputs[0].unbind(1), Normal(2, 3));
            yield return new Case("to int64 truncates", "x.to(torch.int64)", x => x.to(int64), Floats(-1.7, 1.7, 0)) { Gradients = false };
            yield return new Case("to bool", "x.to(torch.bool)", x => x.@bool(), Floats(-1.7, 0)) { Gradients = false };
            yield return new Case("to int32", "x.to(torch.int32)", x => x.to(int32), Floats(-1.7, 3)) { Gradients = false };
        }
    }

    private static IEnumerable<Case> Indexing
    {
        get
        {
            (string Python, Func<Tensor, Tensor> CSharp)[] table =
            [
                ("x[1]", x => x[1]),
                ("x[1, 2]", x => x[1, 2]),
                ("x[-1, 2, 3]", x => x[-1, 2, 3]),
                ("x[:, 1]", x => x[TensorIndex.Colon, 1]),
                ("x[..., 1:3]", x => x[TensorIndex.Ellipsis, 1..3]),
                ("x[:, ::2]", x => x[.., TensorIndex.Slice(step: 2)]),
                ("x[..., -2:]", x => x[TensorIndex.Ellipsis, ^2..]),
                ("x[..., :-1]", x => x[TensorIndex.Ellipsis, TensorIndex.Slice(stop: -1)]),
                ("x[:, None, 0]", x => x[TensorIndex.Colon, TensorIndex.None, 0]),
            ];
            foreach (var (python, csharp) in table)
            {
                yield return new Case(python, python, csharp, Normal(2, 3, 4));
            }

            yield return new Case("index_select", "x.index_select(1, y)", (x, y) => x.index_select(1, y), Normal(3, 4), Of(3, 0, 0));
            yield return new Case("gather", "x.gather(1, y)", (x, y) => gather(x, 1, y), Normal(3, 4), Integers(4, 3, 2));
            yield return new Case("x[y]", "x[y]", (x, y) => x[y], Normal(3, 4), Of(2, 2, 1));
            yield return new Case("x[:, y]", "x[:, y]", (x, y) => x[TensorIndex.Colon, y], Normal(3, 4), Of(3, 1));
            yield return new Case("x[y, z]", "x[y, z]", (x, y, z) => x[y, z], Normal(3, 4), Of(2, 2, 1), Of(0, 3, 1));
            yield return new Case("x[mask]", "x[y]", (x, y) => x[y], Normal(3, 4), Mask(3, 4));
            yield return new Case("masked_select", "x.masked_select(y)", (x, y) => masked_select(x, y), Normal(3, 4), Mask(3, 4));
            yield return new Case(
                "index_put_",
                "x.clone().index_put_((y,), z)",
                (x, y, z) => x.clone().index_put_(z, y),
                Normal(5),
                Of(3, 0),
                Normal(2)
            );
            yield return new Case("set a row", "[c := x.clone(), c.__setitem__(1, y)][0]", SetRow, Normal(3, 4), Normal(4));
            yield return new Case("set a slice to a number", "[c := x.clone(), c[:, 1:3].fill_(5)][0]", SetSlice, Normal(3, 4));
            yield return new Case(
                "scatter_",
                "torch.zeros(3, 4, dtype=x.dtype).scatter_(1, y, x)",
                (x, y) => zeros(3, 4, dtype: x.dtype).scatter_(1, y, x),
                Normal(3, 2),
                new Input(
                    "distinct",
                    (_, _) =>
                        tensor(
                            new long[,]
                            {
                                { 0, 3 },
                                { 2, 1 },
                                { 1, 0 },
                            }
                        )
                )
            );
            yield return new Case(
                "index_add_",
                "torch.zeros(3, dtype=x.dtype).index_add_(0, y, x, alpha=2)",
                (x, y) => zeros(3, dtype: x.dtype).index_add_(0, y, x, 2),
                Normal(5),
                Integers(3, 5)
            );
        }
    }

    private static IEnumerable<Case> Joining =>
        [
            new Case("cat rows", "torch.cat((x, y))", (x, y) => cat([x, y]), Normal(2, 3), Normal(1, 3)),
            new Case("cat columns", "torch.cat((x, y), 1)", (x, y) => cat([x, y], 1), Normal(2, 3), Normal(2, 2)),
            new Case("stack", "torch.stack((x, y))", (x, y) => stack([x, y]), Normal(2, 3), Normal(2, 3)),
            new Case("stack last", "torch.stack((x, y, x), -1)", (x, y) => stack([x, y, x], -1), Normal(2, 3), Normal(2, 3)),
        ];

    private static Tensor SetRow(Tensor x, Tensor y)
    {
        var copy = x.clone();
        copy[1] = y;
        return copy;
    }

    private static Tensor SetSlice(Tensor x)
    {
        var copy = x.clone();
        copy.index_put_(5, TensorIndex.Colon, TensorIndex.Slice(1, 3));
        return copy;
    }
}
