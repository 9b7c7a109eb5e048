using TorchSharp.Modules;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>x Wᵀ + b; weight [out, in], bias [out].</summary>
        public sealed class Linear : torch.nn.Module<torch.Tensor, torch.Tensor>
        {
            private Parameter _weight;
            private Parameter? _bias;

            internal Linear(Parameter weight, Parameter? bias)
                : base(nameof(Linear))
            {
                _weight = weight;
                _bias = bias;
                (out_features, in_features) = (weight.size(0), weight.size(1));
                // A layer outlives the scope it was made in: it is disposed of with its model.
                register_parameter(nameof(weight), (Parameter)weight.DetachFromDisposeScope());
                if (bias is not null)
                {
                    register_parameter(nameof(bias), (Parameter)bias.DetachFromDisposeScope());
                }
            }

            public long in_features { get; }

            public long out_features { get; }

            public Parameter weight
            {
                get => _weight;
                set => Set(nameof(weight), _weight, value);
            }

            public Parameter? bias
            {
                get => _bias;
                set =>
                    Set(
                        nameof(bias),
                        _bias ?? throw new InvalidOperationException("The layer was made without a bias."),
                        value ?? throw new ArgumentNullException(nameof(value))
                    );
            }

            public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.linear(tensor, _weight, _bias);

            internal override void Replace(string name, torch.Tensor tensor)
            {
                base.Replace(name, tensor);
                if (name == nameof(weight))
                {
                    _weight = (Parameter)tensor;
                }
                else
                {
                    _bias = (Parameter)tensor;
                }
            }

            // The constructor registered the parameters under their public names; the private fields have others.
            protected override void RegisterComponents() { }

            private void Set(string name, Parameter before, Parameter after)
            {
                if (!ReferenceEquals(before, after))
                {
                    Replace(name, after.DetachFromDisposeScope());
                    before.Dispose();
                }
            }
        }
    }

    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>A layer with PyTorch's initial values: uniform in ±1/√inputSize, weight drawn before bias.</summary>
            public static Linear Linear(
                long inputSize,
                long outputSize,
                bool hasBias = true,
                Device? device = null,
                ScalarType? dtype = null
            )
            {
                var weight = empty(outputSize, inputSize, dtype, device).AsParameter();
                init.kaiming_uniform_(weight, a: Math.Sqrt(5));
                if (!hasBias)
                {
                    return new Linear(weight, null);
                }

                var bias = empty(outputSize, dtype, device).AsParameter();
                var bound = inputSize > 0 ? 1 / Math.Sqrt(inputSize) : 0;
                init.uniform_(bias, -bound, bound);
                return new Linear(weight, bias);
            }

            public static Linear Linear(Parameter weight, Parameter? bias = null) => new(weight, bias);
        }
    }
}
