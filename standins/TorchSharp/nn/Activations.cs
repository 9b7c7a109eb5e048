using TorchSharp.Modules;

namespace TorchSharp
{
    namespace Modules
    {
        public sealed class ReLU : torch.nn.Module<torch.Tensor, torch.Tensor>
        {
            internal ReLU(bool inplace)
                : base(nameof(ReLU)) => this.inplace = inplace;

            public bool inplace { get; set; }

            // In place gives another object over the same tensor, so that the caller may dispose of input and result alike.
            public override torch.Tensor forward(torch.Tensor tensor) => inplace ? tensor.relu_().alias() : tensor.relu();
        }

        public sealed class Sigmoid : torch.nn.Module<torch.Tensor, torch.Tensor>
        {
            internal Sigmoid()
                : base(nameof(Sigmoid)) { }

            public override torch.Tensor forward(torch.Tensor tensor) => tensor.sigmoid();
        }

        public sealed class Tanh : torch.nn.Module<torch.Tensor, torch.Tensor>
        {
            internal Tanh()
                : base(nameof(Tanh)) { }

            public override torch.Tensor forward(torch.Tensor tensor) => tensor.tanh();
        }

        /// <summary>log(1 + e^(βx)) / β, and x itself where βx exceeds the threshold.</summary>
        public sealed class Softplus : torch.nn.Module<torch.Tensor, torch.Tensor>
        {
            internal Softplus(double beta, double threshold)
                : base(nameof(Softplus)) => (this.beta, this.threshold) = (beta, threshold);

            public double beta { get; set; }

            public double threshold { get; set; }

            public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.softplus(tensor, beta, threshold);
        }

        public sealed class ELU : torch.nn.Module<torch.Tensor, torch.Tensor>
        {
            internal ELU(double alpha)
                : base(nameof(ELU)) => this.alpha = alpha;

            public double alpha { get; set; }

            public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.elu(tensor, alpha);
        }

        public sealed class GELU : torch.nn.Module<torch.Tensor, torch.Tensor>
        {
            internal GELU()
                : base(nameof(GELU)) { }

            public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.gelu(tensor);
        }

        public sealed class SiLU : torch.nn.Module<torch.Tensor, torch.Tensor>
        {
            internal SiLU()
                : base(nameof(SiLU)) { }

            public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.silu(tensor);
        }
    }

    public static partial class torch
    {
        public static partial class nn
        {
            public static ReLU ReLU(bool inplace = false) => new(inplace);

            public static Sigmoid Sigmoid() => new();

            public static Tanh Tanh() => new();

            public static Softplus Softplus(double beta = 1.0, double threshold = 20.0) => new(beta, threshold);

            public static ELU ELU(double alpha = 1.0) => new(alpha);

            public static GELU GELU() => new();

            public static SiLU SiLU() => new();
        }
    }
}
