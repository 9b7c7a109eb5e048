using TorchSharp.Interop;
using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <summary>What may change an optimizer's rate between steps.</summary>
            public interface ILearningRateController
            {
                public double LearningRate { get; set; }

                public double InitialLearningRate { get; set; }
            }

            /// <summary>Changes parameters by their gradients, one native call a step.</summary>
            public abstract class Optimizer : IDisposable
            {
                private readonly Parameter[] _parameters;

                private protected Optimizer(IEnumerable<Parameter> parameters, double learningRate)
                {
                    _parameters = [.. parameters];
                    Group = new ParamGroup(_parameters, learningRate);
                }

                public virtual IEnumerable<ILearningRateController> ParamGroups => [Group];

                internal ParamGroup Group { get; }

                public virtual IEnumerable<Parameter> parameters() => _parameters;

                public virtual unsafe void zero_grad()
                {
                    var handles = ParameterHandles(stackalloc nint[InStack]);
                    fixed (nint* pointer = handles)
                    {
                        Errors.Check(Native.ts_zero_grad(pointer, handles.Length, 1));
                    }

                    GC.KeepAlive(this);
                }

                /// <summary>One step by the gradients as they are. A parameter without a gradient stays as it is.</summary>
                /// <param name="closure">Computes the loss anew (and its gradients) before the step.</param>
                /// <returns>What <paramref name="closure"/> returned.</returns>
                public virtual unsafe Tensor? step(Func<Tensor>? closure = null)
                {
                    Tensor? loss = null;
                    if (closure is not null)
                    {
                        using var recorded = enable_grad();
                        loss = closure();
                    }

                    var handles = ParameterHandles(stackalloc nint[InStack]);
                    fixed (nint* pointer = handles)
                    {
                        Errors.Check(Step(pointer, handles.Length));
                    }

                    GC.KeepAlive(this);
                    return loss;
                }

                public void Dispose()
                {
                    Dispose(true);
                    GC.SuppressFinalize(this);
                }

                internal const int InStack = 32;

                internal abstract unsafe int Step(nint* parameters, int count);

                protected virtual void Dispose(bool disposing) { }

                // Read anew for each step: a parameter disposed of in between must be an error here, not in native code.
                private Span<nint> ParameterHandles(Span<nint> room)
                {
                    var handles = _parameters.Length <= room.Length ? room[.._parameters.Length] : new nint[_parameters.Length];
                    for (var i = 0; i < handles.Length; i++)
                    {
                        handles[i] = _parameters[i].Handle;
                    }

                    return handles;
                }
            }
        }
    }

    namespace Modules
    {
        /// <summary>Parameters with the rate they are changed at.</summary>
        public class ParamGroup : torch.optim.ILearningRateController
        {
            internal ParamGroup(IEnumerable<Parameter> parameters, double learningRate)
            {
                Parameters = parameters;
                LearningRate = InitialLearningRate = learningRate;
            }

            public IEnumerable<Parameter> Parameters { get; }

            public double LearningRate { get; set; }

            public double InitialLearningRate { get; set; }
        }

        /// <summary>Native buffers of an optimizer: references to tensors, null until first used.</summary>
        internal sealed class OptimizerBuffers(int count) : IDisposable
        {
            internal readonly nint[] Tensors = new nint[count];

            ~OptimizerBuffers() => Release();

            public void Dispose()
            {
                Release();
                GC.SuppressFinalize(this);
            }

            private void Release()
            {
                foreach (ref var tensor in Tensors.AsSpan())
                {
                    if (tensor != 0)
                    {
                        Native.ts_dispose(tensor);
                        tensor = 0;
                    }
                }
            }
        }
    }
}
