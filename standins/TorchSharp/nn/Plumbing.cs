using TorchSharp.Modules;

namespace TorchSharp
{
    namespace Modules
    {
        public sealed class Identity : torch.nn.Module<torch.Tensor, torch.Tensor>
        {
            internal Identity()
                : base(nameof(Identity)) { }

            public override torch.Tensor forward(torch.Tensor input) => input.alias();
        }

        public sealed class Flatten : torch.nn.Module<torch.Tensor, torch.Tensor>
        {
            internal Flatten(long startDim, long endDim)
                : base(nameof(Flatten)) => (start_dim, end_dim) = (startDim, endDim);

            public long start_dim { get; set; }

            public long end_dim { get; set; }

            public override torch.Tensor forward(torch.Tensor input) => input.flatten(start_dim, end_dim);
        }

        /// <summary>In training sets each element to zero with probability p and scales the others by 1/(1 − p).</summary>
        public sealed class Dropout : torch.nn.Module<torch.Tensor, torch.Tensor>
        {
            internal Dropout(double p, bool inplace)
                : base(nameof(Dropout)) => (this.p, this.inplace) = (p, inplace);

            public double p { get; set; }

            public bool inplace { get; set; }

            public override torch.Tensor forward(torch.Tensor input)
            {
                var result = torch.nn.functional.dropout(input, p, training, inplace);
                return ReferenceEquals(result, input) ? input.alias() : result;
            }
        }
    }

    public static partial class torch
    {
        public static partial class nn
        {
            public static Identity Identity() => new();

            public static Flatten Flatten(long startDim = 1, long endDim = -1) => new(startDim, endDim);

            public static Dropout Dropout(double p = 0.5, bool inplace = false) => new(p, inplace);
        }
    }
}
