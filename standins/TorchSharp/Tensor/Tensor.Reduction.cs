using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Reductions, over all elements or along dimensions.
    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => Own(Native.ts_sum(Handle, Code(type)), this);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum([dim], keepdim, type);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => sum(dim.AsSpan(), keepdim, type);

        public unsafe Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null)
        {
            fixed (long* dims = dim)
            {
                return Own(Native.ts_sum_dims(Handle, dims, dim.Length, keepdim ? 1 : 0, Code(type)), this);
            }
        }

        public Tensor mean() => Own(Native.ts_mean(Handle, -1), this);

        public unsafe Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null)
        {
            fixed (long* dims = dimensions)
            {
                return Own(Native.ts_mean_dims(Handle, dims, dimensions.Length, keepdim ? 1 : 0, Code(type)), this);
            }
        }

        public Tensor prod(ScalarType? type = null) => Own(Native.ts_prod(Handle, Code(type)), this);

        public Tensor cumsum(long dim, ScalarType? type = null) => Own(Native.ts_cumsum(Handle, dim, Code(type)), this);

        public Tensor logsumexp(long dim, bool keepdim = false) => Own(Native.ts_logsumexp(Handle, dim, keepdim ? 1 : 0), this);

        /// <summary>Standard deviation; unbiased divides by n − 1.</summary>
        public Tensor std(bool unbiased = true) => Own(Native.ts_std(Handle, unbiased ? 1 : 0), this);

        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std([dim], unbiased, keepdim, type);

        public unsafe Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
        {
            using var cast = type is { } wanted ? to(wanted).DetachFromDisposeScope() : null;
            var self = cast ?? this;
            fixed (long* dims = dimensions)
            {
                return Own(Native.ts_std_dims(self.Handle, dims, dimensions.Length, unbiased ? 1 : 0, keepdim ? 1 : 0), self);
            }
        }

        /// <summary>Variance; unbiased divides by n − 1.</summary>
        public Tensor var(bool unbiased = true) => Own(Native.ts_var(Handle, unbiased ? 1 : 0), this);

        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var([dim], unbiased, keepdim, type);

        public unsafe Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
        {
            using var cast = type is { } wanted ? to(wanted).DetachFromDisposeScope() : null;
            var self = cast ?? this;
            fixed (long* dims = dimensions)
            {
                return Own(Native.ts_var_dims(self.Handle, dims, dimensions.Length, unbiased ? 1 : 0, keepdim ? 1 : 0), self);
            }
        }

        public Tensor any() => Own(Native.ts_any(Handle), this);

        public Tensor any(long dim, bool keepdim = false) => Own(Native.ts_any_dim(Handle, dim, keepdim ? 1 : 0), this);

        public Tensor all() => Own(Native.ts_all(Handle), this);

        public Tensor all(long dim, bool keepdim = false) => Own(Native.ts_all_dim(Handle, dim, keepdim ? 1 : 0), this);

        public Tensor max() => Own(Native.ts_max(Handle), this);

        /// <summary>Along one dimension: the values, and where they stand.</summary>
        public unsafe (Tensor values, Tensor indexes) max(long dim, bool keepdim = false)
        {
            nint values,
                indexes;
            Errors.Check(Native.ts_max_dim(Handle, dim, keepdim ? 1 : 0, &values, &indexes));
            return (Own(values, this), Own(indexes, this));
        }

        public unsafe Tensor argmax() => Own(Native.ts_argmax(Handle, null, 0), this);

        public unsafe Tensor argmax(long dim, bool keepdim = false) => Own(Native.ts_argmax(Handle, &dim, keepdim ? 1 : 0), this);

        public unsafe Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false)
        {
            fixed (long* over = dims)
            {
                return Own(Native.ts_amax(Handle, over, dims.Length, keepdim ? 1 : 0), this);
            }
        }

        public Tensor min() => Own(Native.ts_min(Handle), this);

        /// <summary>Along one dimension: the values, and where they stand.</summary>
        public unsafe (Tensor values, Tensor indexes) min(long dim, bool keepdim = false)
        {
            nint values,
                indexes;
            Errors.Check(Native.ts_min_dim(Handle, dim, keepdim ? 1 : 0, &values, &indexes));
            return (Own(values, this), Own(indexes, this));
        }

        public unsafe Tensor argmin() => Own(Native.ts_argmin(Handle, null, 0), this);

        public unsafe Tensor argmin(long dim, bool keepdim = false) => Own(Native.ts_argmin(Handle, &dim, keepdim ? 1 : 0), this);

        public unsafe Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false)
        {
            fixed (long* over = dims)
            {
                return Own(Native.ts_amin(Handle, over, dims.Length, keepdim ? 1 : 0), this);
            }
        }

        public Tensor median() => Own(Native.ts_median(Handle), this);

        /// <summary>The p-norm of the flattened tensor.</summary>
        public Tensor norm(float p = 2.0f) => Own(Native.ts_norm(Handle, p), this);

        public Tensor norm(int dim, bool keepdim = false, float p = 2.0f) => Own(Native.ts_norm_dim(Handle, dim, keepdim ? 1 : 0, p), this);

        public unsafe (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false)
        {
            nint values,
                indices;
            Errors.Check(Native.ts_sort(Handle, dim, descending ? 1 : 0, stable ? 1 : 0, &values, &indices));
            return (Own(values, this), Own(indices, this));
        }

        public Tensor argsort(long dim = -1, bool descending = false)
        {
            var (values, indices) = sort(dim, descending);
            values.Dispose();
            return indices;
        }

        public unsafe (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true)
        {
            nint values,
                indexes;
            Errors.Check(Native.ts_topk(Handle, k, dim, largest ? 1 : 0, sorted ? 1 : 0, &values, &indexes));
            return (Own(values, this), Own(indexes, this));
        }
    }
}
