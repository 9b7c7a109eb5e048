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
                ("neg", x => x.neg(), x => neg(x), Normal),
                ("abs", x => x.abs(), x => abs(x), Normal),
                ("exp", x => x.exp(), x => exp(x), Normal),
                ("expm1", x => x.expm1(), x => expm1(x), Normal),
                ("log", x => x.log(), x => log(x), Positive),
                ("log1p", x => x.log1p(), x => log1p(x), Positive),
                ("log2", x => x.log2(), x => log2(x), Positive),
                ("sqrt", x => x.sqrt(), x => sqrt(x), Positive),
                ("rsqrt", x => x.rsqrt(), x => rsqrt(x), Positive),
                ("square", x => x.square(), x => square(x), Normal),
                ("sin", x => x.sin(), x => sin(x), Normal),
                ("cos", x => x.cos(), x => cos(x), Normal),
                ("sigmoid", x => x.sigmoid(), x => sigmoid(x), Normal),
                ("tanh", x => x.tanh(), x => tanh(x), Normal),
                ("relu", x => x.relu(), x => F.relu(x), Normal),
                ("erf", x => x.erf(), x => erf(x), Normal),
                ("floor", x => x.floor(), x => floor(x), Normal),
                ("ceil", x => x.ceil(), x => ceil(x), Normal),
                ("round", x => x.round(), x => round(x), Normal),
                ("sign", x => x.sign(), x => sign(x), Normal),
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
                ("torch.pow(x, y)", (x, y) => pow(x, y)),
                ("torch.add(x, y, alpha=2.5)", (x, y) => x.add(y, 2.5)),
                ("torch.maximum(x, y)", (x, y) => maximum(x, y)),
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
                ("torch.eq(x, y)", (x, y) => equal(x, y)),
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
            yield return new Case("logical_and", "torch.logical_and(x, y)", (x, y) => logical_and(x, y), Mask(9), Mask(9));
            yield return new Case("logical_or", "torch.logical_or(x, y)", (x, y) => logical_or(x, y), Mask(9), Mask(9));
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
                ("F.logsigmoid(x)", x => F.logsigmoid(x)),
                ("F.leaky_relu(x - 0.5, 0.2)", x => F.leaky_relu(x - 0.5, 0.2)),
                ("F.elu(x - 0.5)", x => F.elu(x - 0.5, 1)),
                ("F.gelu(x)", x => F.gelu(x)),
                ("F.silu(x)", x => F.silu(x)),
                ("F.relu(x - 0.5)", x => F.relu(x - 0.5)),
                ("torch.sigmoid(x)", x => F.sigmoid(x)),
                ("torch.tanh(x)", x => F.tanh(x)),
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
            yield return new Case("isnan", "x.isnan()", x => isnan(x), Floats(1, double.NaN, double.PositiveInfinity))
            {
                Gradients = false,
            };
            yield return new Case("isfinite", "x.isfinite()", x => isfinite(x), Floats(1, double.NaN, double.NegativeInfinity))
            {
                Gradients = false,
            };
            yield return new Case("isinf", "x.isinf()", x => isinf(x), Floats(1, double.NaN, double.NegativeInfinity))
            {
                Gradients = false,
            };
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
            new Case("where", "torch.where(x, y, z)", (x, y, z) => where(x, y, z), Mask(3, 4), Normal(3, 4), Normal(4)),
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
            new Case("lerp", "torch.lerp(x, y, z)", (x, y, z) => lerp(x, y, z), Normal(6), Normal(6), Unit(6)),
        ];

    private static Tensor torch_min(Tensor x, Tensor y) => min(x, y);
}
