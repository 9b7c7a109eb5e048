using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static class autograd
    {
        /// <summary>Derivatives of Σ outputs · grad_outputs by each input, without touching any tensor's gradient.</summary>
        /// <param name="outputs">Tensors with history.</param>
        /// <param name="inputs">Tensors that they were computed from.</param>
        /// <param name="grad_outputs">One factor an output; none for scalars.</param>
        /// <param name="retain_graph">Keeps the history for another call. Not implied by <paramref name="create_graph"/>: pass both.</param>
        /// <param name="create_graph">Records the derivatives themselves, for derivatives of higher order.</param>
        /// <param name="allow_unused">Gives null for an input that no output depends on, which is an error otherwise.</param>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">
        /// libtorch refused. The genuine TorchSharp may end the process instead: check arguments before.
        /// </exception>
        public static unsafe IList<Tensor> grad(
            IList<Tensor> outputs,
            IList<Tensor> inputs,
            IList<Tensor>? grad_outputs = null,
            bool retain_graph = false,
            bool create_graph = false,
            bool allow_unused = false
        )
        {
            var results = new nint[inputs.Count];
            var factors = Handles.Of(grad_outputs);
            fixed (nint* of = Handles.Of(outputs))
            fixed (nint* by = Handles.Of(inputs))
            fixed (nint* with = factors)
            fixed (nint* found = results)
            {
                Errors.Check(
                    Native.ts_autograd_grad(
                        of,
                        outputs.Count,
                        by,
                        inputs.Count,
                        with,
                        factors.Length,
                        retain_graph ? 1 : 0,
                        create_graph ? 1 : 0,
                        allow_unused ? 1 : 0,
                        found
                    )
                );
            }

            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return Array.ConvertAll(results, handle => handle == 0 ? null! : new Tensor(handle));
        }

        /// <summary>Adds derivatives of Σ tensors · grad_tensors to the gradients of the leaves, or of <paramref name="inputs"/> only.</summary>
        public static unsafe void backward(
            IList<Tensor> tensors,
            IList<Tensor>? grad_tensors = null,
            bool? retain_graph = null,
            bool create_graph = false,
            IList<Tensor>? inputs = null
        )
        {
            var factors = Handles.Of(grad_tensors);
            var leaves = Handles.Of(inputs);
            fixed (nint* roots = Handles.Of(tensors))
            fixed (nint* with = factors)
            fixed (nint* into = leaves)
            {
                Errors.Check(
                    Native.ts_backward_many(
                        roots,
                        tensors.Count,
                        with,
                        factors.Length,
                        (retain_graph ?? create_graph) ? 1 : 0,
                        create_graph ? 1 : 0,
                        into,
                        leaves.Length
                    )
                );
            }

            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
            GC.KeepAlive(inputs);
        }
    }
}
