using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Shape. Views share elements with the tensor they are taken of.
    public partial class Tensor
    {
        public unsafe Tensor view(params long[] shape)
        {
            fixed (long* values = shape)
            {
                return Own(Native.ts_view(Handle, values, shape.Length), this);
            }
        }

        public unsafe Tensor reshape(params long[] shape)
        {
            fixed (long* values = shape)
            {
                return Own(Native.ts_reshape(Handle, values, shape.Length), this);
            }
        }

        public Tensor permute(params long[] permutation) => Permute(permutation);

        private unsafe Tensor Permute(ReadOnlySpan<long> permutation)
        {
            fixed (long* values = permutation)
            {
                return Own(Native.ts_permute(Handle, values, permutation.Length), this);
            }
        }

        public unsafe Tensor repeat(params long[] sizes)
        {
            fixed (long* values = sizes)
            {
                return Own(Native.ts_repeat(Handle, values, sizes.Length), this);
            }
        }

        public Tensor view_as(Tensor other) => view(other.shape);

        /// <param name="sizes">Wanted sizes; −1 keeps one.</param>
        /// <param name="isImplicit">Whether the expansion counts as broadcasting.</param>
        public unsafe Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false)
        {
            fixed (long* values = sizes)
            {
                return Own(Native.ts_expand(Handle, values, sizes.Length, isImplicit ? 1 : 0), this);
            }
        }

        public Tensor expand(params long[] sizes) => expand(sizes.AsSpan());

        public Tensor expand_as(Tensor other) => expand(other.shape);

        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Own(Native.ts_flatten(Handle, start_dim, end_dim), this);

        /// <summary>A matrix transposed; vectors and scalars as they are.</summary>
        public Tensor t() => Own(Native.ts_t(Handle), this);

        /// <summary>All dimensions reversed.</summary>
        public Tensor T
        {
            get
            {
                Span<long> order = stackalloc long[(int)Dimensions];
                for (var i = 0; i < order.Length; i++)
                {
                    order[i] = order.Length - 1 - i;
                }

                return Permute(order);
            }
        }

        public Tensor transpose(long dim0, long dim1) => Own(Native.ts_transpose(Handle, dim0, dim1), this);

        public Tensor unsqueeze(long dim) => Own(Native.ts_unsqueeze(Handle, dim), this);

        public unsafe Tensor squeeze(long? dim = null)
        {
            var one = dim ?? 0;
            return Own(Native.ts_squeeze(Handle, dim is null ? null : &one), this);
        }

        public Tensor slice(long dim, long start, long finish, long step) => Own(Native.ts_slice(Handle, dim, start, finish, step), this);

        public Tensor narrow(long dim, long start, long length) => Own(Native.ts_narrow(Handle, dim, start, length), this);

        public Tensor select(long dim, long index) => Own(Native.ts_select(Handle, dim, index), this);

        public unsafe Tensor[] split(long size, int dim = 0) =>
            Parts((int)this.size(dim), (results, room) => Native.ts_split(Handle, size, dim, results, room));

        public unsafe Tensor[] split(long[] sizes, long dim = 0) =>
            Parts(
                sizes.Length,
                (results, _) =>
                {
                    fixed (long* values = sizes)
                    {
                        return Native.ts_split_sizes(Handle, values, sizes.Length, dim, results);
                    }
                }
            );

        public Tensor[] chunk(long chunks, long dim = 0)
        {
            var length = size((int)dim);
            return split(Math.Max(1, (length + chunks - 1) / chunks), (int)dim);
        }

        public unsafe Tensor[] unbind(long dimension = 0L) =>
            Parts((int)size((int)dimension), (results, room) => Native.ts_unbind(Handle, dimension, results, room));

        public Tensor index_select(long dim, Tensor index) => Own(Native.ts_index_select(Handle, dim, index.Handle), this, index);

        public Tensor gather(long dim, Tensor index) => Own(Native.ts_gather(Handle, dim, index.Handle), this, index);

        public Tensor masked_select(Tensor mask) => Own(Native.ts_masked_select(Handle, mask.Handle), this, mask);

        public Tensor masked_fill(Tensor mask, Scalar value) => Own(Native.ts_masked_fill(Handle, mask.Handle, value.Value), this, mask);

        public Tensor nonzero() => Own(Native.ts_nonzero(Handle), this);

        private unsafe delegate int Split(nint* results, int room);

        private unsafe Tensor[] Parts(int room, Split split)
        {
            var handles = new nint[Math.Max(room, 1)];
            int count;
            fixed (nint* results = handles)
            {
                count = split(results, handles.Length);
            }

            if (count < 0)
            {
                Errors.Throw();
            }

            var parts = new Tensor[count];
            for (var i = 0; i < count; i++)
            {
                parts[i] = Own(handles[i], this);
            }

            return parts;
        }
    }
}
