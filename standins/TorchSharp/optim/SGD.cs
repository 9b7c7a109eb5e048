using TorchSharp.Interop;
using TorchSharp.Modules;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>Stochastic gradient descent, with momentum as PyTorch defines it (the rate outside the momentum).</summary>
        public class SGD : torch.optim.Optimizer
        {
            private readonly double _momentum;
            private readonly double _dampening;
            private readonly double _weightDecay;
            private readonly bool _nesterov;
            private readonly bool _maximize;
            private readonly OptimizerBuffers _buffers;

            /// <exception cref="ArgumentException">A factor is negative, or Nesterov lacks momentum or has dampening.</exception>
            public SGD(
                IEnumerable<Parameter> parameters,
                double lr,
                double momentum = 0.0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false,
                bool maximize = false
            )
                : base(parameters, lr)
            {
                if (!(lr >= 0 && momentum >= 0 && weight_decay >= 0))
                {
                    throw new ArgumentException(
                        $"Learning rate ({lr}), momentum ({momentum}) and weight decay ({weight_decay}) may not be negative."
                    );
                }

                if (nesterov && (momentum <= 0 || dampening != 0))
                {
                    throw new ArgumentException("Nesterov momentum requires a momentum and zero dampening.");
                }

                (_momentum, _dampening, _weightDecay) = (momentum, dampening, weight_decay);
                (_nesterov, _maximize) = (nesterov, maximize);
                _buffers = new OptimizerBuffers(Group.Parameters.Count());
            }

            internal override unsafe int Step(nint* parameters, int count)
            {
                fixed (nint* buffers = _buffers.Tensors)
                {
                    return Native.ts_sgd_step(
                        parameters,
                        buffers,
                        count,
                        Group.LearningRate,
                        _momentum,
                        _dampening,
                        _weightDecay,
                        _nesterov ? 1 : 0,
                        _maximize ? 1 : 0
                    );
                }
            }

            protected override void Dispose(bool disposing)
            {
                if (disposing)
                {
                    _buffers.Dispose();
                }

                base.Dispose(disposing);
            }
        }
    }

    public static partial class torch
    {
        public static partial class optim
        {
            /// <inheritdoc cref="Modules.SGD"/>
            public static SGD SGD(
                IEnumerable<Parameter> parameters,
                double learningRate,
                double momentum = 0.0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false,
                bool maximize = false
            ) => new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            /// <inheritdoc cref="Modules.SGD"/>
            public static SGD SGD(
                IEnumerable<(string name, Parameter parameter)> parameters,
                double learningRate,
                double momentum = 0.0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false,
                bool maximize = false
            ) => SGD(parameters.Select(entry => entry.parameter), learningRate, momentum, dampening, weight_decay, nesterov, maximize);
        }
    }
}
