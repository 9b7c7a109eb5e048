using static Federated.TorchSharp.Tests.Reference.Input;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Federated.TorchSharp.Tests.Reference;

internal static class PointwiseCases
{
    private static readonly long[][] s_shapes =
    [
        [],
        [7],
        [3, 4],
        [2, 3, 4],
        [0, 3],
    ];

    public static IEnumerable<Case> All => [.. Unary, .. Binary, .. WithScalar, .. InPlace, .. Selection];

    private static IEnumerable<Case> Unary
    {
        get
        {
            (string Name, Func<Tensor, Tensor> Member, Func<Tensor, Tensor> Function, Func<long[], Input> Domain)[] table =
            [
                ("neg", x => x.neg(), neg, Normal),
                ("abs", x => x.abs(), abs, Normal),
                ("exp", x => x.exp(), exp, Normal),
                ("expm1", x => x.expm1(), expm1, Normal),
                ("log", x => x.log(), log, Positive),
                ("log1p", x => x.log1p(), log1p, Positive),
                ("log2", x => x.log2(), log2, Positive),
                ("sqrt", x => x.sqrt(), sqrt, Positive),
                ("rsqrt", x => x.rsqrt(), rsqrt, Positive),
                ("square", x => x.square(), square, Normal),
                ("sin", x => x.sin(), sin, Normal),
                ("cos", x => x.cos(), cos, Normal),
                ("sigmoid", x => x.sigmoid(), sigmoid, Normal),
                ("tanh", x => x.tanh(), tanh, Normal),
                ("relu", x => x.relu(), relu, Normal),
                ("erf", x => x.erf(), erf, Normal),
                ("floor", x => x.floor(), floor, Normal),
                ("ceil", x => x.ceil(), ceil, Normal),
                ("round", x => x.round(), round, Normal),
                ("sign", x => x.sign(), sign, Normal),
                ("reciprocal", x => x.reciprocal(), x => 1 / x, Positive),
            ];
            foreach (var (name, member, function, domain) in table)
            {
                foreach (var shape in s_shapes)
                {
                    yield return new Case($"{name} {domain(shape)}", $"x.{name}()", member, domain(shape));
                }

                yield return new Case($"{name} as a function", $"torch.{name}(x)", function, domain([3, 4]));
                yield return new Case($"{name} of a transposed view", $"x.t().{name}()", x => member(x.t()), domain([3, 4]));
            }
        }
    }

    private static IEnumerable<Case> Binary
    {
        get
        {
            (string Python, Func<Tensor, Tensor, Tensor> CSharp)[] table =
            [
                ("x + y", (x, y) => x + y),
                ("x - y", (x, y) => x - y),
                ("x * y", (x, y) => x * y),
                ("x / y", (x, y) => x / y),
                ("x ** y", (x, y) => x.pow(y)),
                ("torch.pow(x, y)", pow),
                ("torch.add(x, y, alpha=2.5)", (x, y) => x.add(y, 2.5)),
                ("torch.sub(x, y, alpha=2.5)", (x, y) => x.sub(y, 2.5)),
                ("torch.maximum(x, y)", maximum),
                ("torch.minimum(x, y)", (x, y) => torch_min(x, y)),
            ];
            (long[] X, long[] Y)[] shapes = [([3, 4], [3, 4]), ([3, 4], [4]), ([2, 1, 4], [3, 1]), ([], [5])];
            foreach (var (python, csharp) in table)
            {
                foreach (var (x, y) in shapes)
                {
                    yield return new Case($"{python} {Positive(x)} {Positive(y)}", python, csharp, Positive(x), Positive(y));
                }
            }

            (string Python, Func<Tensor, Tensor, Tensor> CSharp)[] comparisons =
            [
                ("x == y", (x, y) => x == y),
                ("x != y", (x, y) => x.ne(y)),
                ("x < y", (x, y) => x < y),
                ("x <= y", (x, y) => x.le(y)),
                ("x > y", (x, y) => x.gt(y)),
                ("x >= y", (x, y) => x >= y),
                ("torch.eq(x, y)", equal),
            ];
            foreach (var (python, csharp) in comparisons)
            {
                yield return new Case(python, python, csharp, Floats(1, 2, 3, double.NaN), Floats(1, 3, 2, double.NaN))
                {
                    Gradients = false,
                };
            }

            yield return new Case("and", "x & y", (x, y) => x & y, Mask(9), Mask(9));
            yield return new Case("or", "x | y", (x, y) => x | y, Mask(9), Mask(9));
            yield return new Case("xor", "x ^ y", (x, y) => x ^ y, Mask(9), Mask(9));
            yield return new Case("not", "~x", x => ~x, Mask(9));
            yield return new Case("logical_not", "x.logical_not()", x => x.logical_not(), Mask(9));
            yield return new Case("logical_and", "torch.logical_and(x, y)", logical_and, Mask(9), Mask(9));
            yield return new Case("logical_or", "torch.logical_or(x, y)", logical_or, Mask(9), Mask(9));
        }
    }

    private static IEnumerable<Case> WithScalar
    {
        get
        {
            (string Python, Func<Tensor, Tensor> CSharp)[] table =
            [
                ("x + 2", x => x + 2),
                ("2.5 + x", x => 2.5 + x),
                ("x - 2", x => x - 2),
                ("2.5 - x", x => 2.5 - x),
                ("x * 3", x => x * 3),
                ("0.5 * x", x => 0.5 * x),
                ("x / 3", x => x / 3),
                ("3 / x", x => 3 / x),
                ("-x", x => -x),
                ("x ** 3", x => x.pow(3)),
                ("x ** 0.5", x => x.pow(0.5)),
                ("x % 0.25", x => x % 0.25),
                ("x.clamp(0.3, 0.8)", x => x.clamp(0.3, 0.8)),
                ("x.clamp(min=0.5)", x => x.clamp(min: 0.5)),
                ("x.clamp(max=0.5)", x => x.clamp_max(0.5)),
                ("torch.clamp(x, 0, 1)", x => clamp(x, 0, 1)),
                ("x.softmax(-1)", x => x.softmax(-1)),
                ("x.log_softmax(0)", x => x.log_softmax(0)),
                ("F.softplus(x)", x => F.softplus(x)),
                ("F.softplus(x, beta=3, threshold=2)", x => F.softplus(x, 3, 2)),
                ("F.logsigmoid(x)", F.logsigmoid),
                ("F.leaky_relu(x - 0.5, 0.2)", x => F.leaky_relu(x - 0.5, 0.2)),
                ("F.elu(x - 0.5)", x => F.elu(x - 0.5)),
                ("F.gelu(x)", F.gelu),
                ("F.silu(x)", F.silu),
                ("F.relu(x - 0.5)", x => F.relu(x - 0.5)),
                ("torch.sigmoid(x)", F.sigmoid),
                ("torch.tanh(x)", F.tanh),
            ];
            foreach (var (python, csharp) in table)
            {
                yield return new Case(python, python, csharp, Positive(3, 4));
            }

            yield return new Case("x > 0.5", "x > 0.5", x => x > 0.5, Positive(9)) { Gradients = false };
            yield return new Case("0.5 > x", "0.5 > x", x => 0.5 > x, Positive(9)) { Gradients = false };
            yield return new Case("integers + 2", "x + 2", x => x + 2, Integers(9, 5));
            yield return new Case("integers / 2 are floating", "x / 2", x => x / 2, Integers(9, 5));
            yield return new Case("integers * 1.5 are floating", "x * 1.5", x => x * 1.5, Integers(9, 5));
            yield return new Case("isnan", "x.isnan()", isnan, Floats(1, double.NaN, double.PositiveInfinity)) { Gradients = false };
            yield return new Case("isfinite", "x.isfinite()", isfinite, Floats(1, double.NaN, double.NegativeInfinity))
            {
                Gradients = false,
            };
            yield return new Case("isinf", "x.isinf()", isinf, Floats(1, double.NaN, double.NegativeInfinity)) { Gradients = false };
        }
    }

    // In place on a copy: gradients must still reach the input.
    private static IEnumerable<Case> InPlace
    {
        get
        {
            (string Python, Func<Tensor, Tensor, Tensor> CSharp)[] table =
            [
                ("x.clone().add_(y)", (x, y) => x.clone().add_(y)),
                ("x.clone().add_(y, alpha=0.5)", (x, y) => x.clone().add_(y, 0.5)),
                ("x.clone().sub_(y)", (x, y) => x.clone().sub_(y)),
                ("x.clone().sub_(y, alpha=2)", (x, y) => x.clone().sub_(y, 2)),
                ("x.clone().mul_(y)", (x, y) => x.clone().mul_(y)),
                ("x.clone().div_(y)", (x, y) => x.clone().div_(y)),
                ("x.clone().copy_(y)", (x, y) => x.clone().copy_(y)),
                ("x.clone().add_(2).mul_(3).sub_(1).div_(4) + y", (x, y) => x.clone().add_(2).mul_(3).sub_(1).div_(4) + y),
                ("x.clone().clamp_(0.3, 0.8) + y", (x, y) => x.clone().clamp_(0.3, 0.8) + y),
                ("x.clone().relu_() * y", (x, y) => x.clone().relu_() * y),
                ("x.clone().zero_() + y", (x, y) => x.clone().zero_() + y),
                ("x.clone().fill_(7) + y", (x, y) => x.clone().fill_(7) + y),
            ];
            foreach (var (python, csharp) in table)
            {
                yield return new Case(python, python, csharp, Positive(3, 4), Positive(3, 4));
            }
        }
    }

    private static IEnumerable<Case> Selection =>
        [
            new Case("where", "torch.where(x, y, z)", where, Mask(3, 4), Normal(3, 4), Normal(4)),
            new Case("masked_fill", "y.masked_fill(x, 9)", (x, y) => y.masked_fill(x, 9), Mask(3, 4), Normal(3, 4)),
            new Case("masked_fill_", "y.clone().masked_fill_(x, 9)", (x, y) => y.clone().masked_fill_(x, 9), Mask(3, 4), Normal(3, 4)),
            new Case(
                "clamp by tensors",
                "torch.clamp(x, y, z)",
                (x, y, z) => x.clamp(y, z),
                Normal(6),
                Floats(-1, -1, 0, 0, 0, 0),
                Floats(0, 1, 1, 1, 2, 2)
            ),
            new Case("lerp", "torch.lerp(x, y, z)", lerp, Normal(6), Normal(6), Unit(6)),
        ];

    private static Tensor torch_min(Tensor x, Tensor y) => min(x, y);
}
