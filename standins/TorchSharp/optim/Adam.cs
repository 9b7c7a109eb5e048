using TorchSharp.Interop;
using TorchSharp.Modules;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>Adam (Kingma and Ba 2015), AMSGrad (Reddi et al. 2018), and AdamW's decoupled decay (Loshchilov and Hutter 2019).</summary>
        public class Adam : torch.optim.Optimizer
        {
            private readonly (double First, double Second) _betas;
            private readonly double _eps;
            private readonly double _weightDecay;
            private readonly bool _amsgrad;
            private readonly bool _maximize;
            private readonly bool _decoupled;
            private readonly OptimizerBuffers _buffers;
            private readonly long[] _steps;

            public Adam(
                IEnumerable<Parameter> parameters,
                double lr = 1e-3,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-8,
                double weight_decay = 0,
                bool amsgrad = false,
                bool maximize = false
            )
                : this(parameters, lr, (beta1, beta2), eps, weight_decay, amsgrad, maximize, decoupled: false) { }

            /// <exception cref="ArgumentException">A factor is negative, or a beta lies outside [0, 1).</exception>
            private protected Adam(
                IEnumerable<Parameter> parameters,
                double lr,
                (double First, double Second) betas,
                double eps,
                double weightDecay,
                bool amsgrad,
                bool maximize,
                bool decoupled
            )
                : base(parameters, lr)
            {
                if (!(lr >= 0 && eps >= 0 && weightDecay >= 0))
                {
                    throw new ArgumentException($"Learning rate ({lr}), eps ({eps}) and weight decay ({weightDecay}) may not be negative.");
                }

                if (!(betas.First is >= 0 and < 1 && betas.Second is >= 0 and < 1))
                {
                    throw new ArgumentException($"beta1 ({betas.First}) and beta2 ({betas.Second}) must lie in [0, 1).");
                }

                (_betas, _eps, _weightDecay) = (betas, eps, weightDecay);
                (_amsgrad, _maximize, _decoupled) = (amsgrad, maximize, decoupled);
                var count = Group.Parameters.Count();
                _buffers = new OptimizerBuffers(3 * count);
                _steps = new long[count];
            }

            internal override unsafe int Step(nint* parameters, int count)
            {
                fixed (nint* buffers = _buffers.Tensors)
                fixed (long* steps = _steps)
                {
                    return Native.ts_adam_step(
                        parameters,
                        buffers,
                        steps,
                        count,
                        Group.LearningRate,
                        _betas.First,
                        _betas.Second,
                        _eps,
                        _weightDecay,
                        _amsgrad ? 1 : 0,
                        _maximize ? 1 : 0,
                        _decoupled ? 1 : 0
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

        public class AdamW : Adam
        {
            public AdamW(
                IEnumerable<Parameter> parameters,
                double lr = 1e-3,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-8,
                double weight_decay = 0,
                bool amsgrad = false,
                bool maximize = false
            )
                : base(parameters, lr, (beta1, beta2), eps, weight_decay, amsgrad, maximize, decoupled: true) { }
        }
    }

    public static partial class torch
    {
        public static partial class optim
        {
            public static Adam Adam(
                IEnumerable<Parameter> parameters,
                double lr = 1e-3,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-8,
                double weight_decay = 0,
                bool amsgrad = false,
                bool maximize = false
            ) => new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            public static AdamW AdamW(
                IEnumerable<Parameter> parameters,
                double lr = 1e-3,
                double beta1 = 0.9,
                double beta2 = 0.999,
                double eps = 1e-8,
                double weight_decay = 0,
                bool amsgrad = false,
                bool maximize = false
            ) => new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
        }
    }
}
