using TorchSharp.Modules;

namespace TorchSharp
{
    namespace Modules
    {
        public sealed class Identity : torch.nn.Module<torch.Tensor, torch.Tensor>
        {
            internal Identity()
                : base(nameof(Identity)) { }

            public override torch.Tensor forward(torch.Tensor tensor) => tensor.alias();
        }

        public sealed class Flatten : torch.nn.Module<torch.Tensor, torch.Tensor>
        {
            internal Flatten(long start_dim, long end_dim)
                : base(nameof(Flatten)) => (this.start_dim, this.end_dim) = (start_dim, end_dim);

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

            public override torch.Tensor forward(torch.Tensor tensor)
            {
                var result = torch.nn.functional.dropout(tensor, p, training, inplace);
                return ReferenceEquals(result, tensor) ? tensor.alias() : result;
            }
        }
    }

    public static partial class torch
    {
        public static partial class nn
        {
            public static Identity Identity() => new();

            public static Flatten Flatten(long start_dim = 1, long end_dim = -1) => new(start_dim, end_dim);

            public static Dropout Dropout(double p = 0.5, bool inplace = false) => new(p, inplace);
        }
    }
}
