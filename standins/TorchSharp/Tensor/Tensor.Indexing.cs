using System.Runtime.CompilerServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Index expressions. Integers and slices give views; tensors give copies.
    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, [.. indices.Select(TensorIndex.Tensor)]);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => select(0, i1);
            set => index_put_(value, i1);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => index(i1, i2);
            set => index_put_(value, i1, i2);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => index(i1, i2, i3);
            set => index_put_(value, i1, i2, i3);
        }

        public Tensor index(params Tensor[] indices) => index([.. indices.Select(TensorIndex.Tensor)]);

        public unsafe Tensor index(params TensorIndex[] indices)
        {
            var parts = Parts(indices);
            fixed (IndexPart* pointer = parts)
            {
                return Own(Native.ts_index(Handle, pointer, parts.Length), this, indices);
            }
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, [.. indices.Select(TensorIndex.Tensor)]);

        public unsafe Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            var parts = Parts(indices);
            fixed (IndexPart* pointer = parts)
            {
                var status = Native.ts_index_put_(Handle, pointer, parts.Length, value.Handle);
                GC.KeepAlive(indices);
                return Same(status, value);
            }
        }

        public unsafe Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            var parts = Parts(indices);
            fixed (IndexPart* pointer = parts)
            {
                return Same(Native.ts_index_put_scalar_(Handle, pointer, parts.Length, value.Value), indices);
            }
        }

        private static IndexPart[] Parts(TensorIndex[] indices) => Array.ConvertAll(indices, part => part.ToNative());
    }
}
