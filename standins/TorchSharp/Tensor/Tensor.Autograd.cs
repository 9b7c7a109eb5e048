using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Gradients.
    public partial class Tensor
    {
        public bool requires_grad
        {
            get
            {
                var result = Native.ts_requires_grad(Handle) != 0;
                GC.KeepAlive(this);
                return result;
            }
            set => Same(Native.ts_set_requires_grad(Handle, value ? 1 : 0));
        }

        /// <summary>Whether the tensor is no operation's result: backward leaves gradients in leaves only.</summary>
        public bool is_leaf
        {
            get
            {
                var result = Native.ts_is_leaf(Handle) != 0;
                GC.KeepAlive(this);
                return result;
            }
        }

        /// <summary>What backward has summed up for this tensor, or null. Each read gives a new tensor object over the same storage.</summary>
        public Tensor? grad
        {
            get
            {
                var result = Native.ts_grad(Handle);
                GC.KeepAlive(this);
                return result == 0 ? null : new Tensor(result);
            }
            set => Same(Native.ts_set_grad(Handle, value is null ? 0 : value.Handle), value);
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        /// <summary>Makes backward keep the gradient of this tensor although it is no leaf.</summary>
        public void retain_grad() => Same(Native.ts_retain_grad(Handle));

        /// <summary>Adds to the gradient of every leaf that this tensor was computed from.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">The tensor is not a scalar, has no history, or its history was freed.</exception>
        public void backward(
            IList<Tensor>? grad_tensors = null,
            bool retain_graph = false,
            bool create_graph = false,
            IList<Tensor>? inputs = null
        )
        {
            if (inputs is null && grad_tensors is null)
            {
                Same(Native.ts_backward(Handle, 0, retain_graph || create_graph ? 1 : 0, create_graph ? 1 : 0));
                return;
            }

            autograd.backward([this], grad_tensors, retain_graph || create_graph, create_graph, inputs);
        }
    }
}
