using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // In place: each returns the tensor itself. Not allowed on a leaf that requires a gradient while operations are recorded.
    public partial class Tensor
    {
        public Tensor add_(Tensor target) => Same(Native.ts_add_(Handle, target.Handle, ScalarValue.One), target);

        public Tensor add_(Tensor target, Scalar alpha) => Same(Native.ts_add_(Handle, target.Handle, alpha.Value), target);

        public Tensor add_(Scalar scalar) => Same(Native.ts_add__scalar(Handle, scalar.Value, ScalarValue.One));

        public Tensor add_(Scalar scalar, Scalar alpha) => Same(Native.ts_add__scalar(Handle, scalar.Value, alpha.Value));

        public Tensor sub_(Tensor target) => Same(Native.ts_sub_(Handle, target.Handle, ScalarValue.One), target);

        public Tensor sub_(Scalar target) => Same(Native.ts_sub__scalar(Handle, target.Value, ScalarValue.One));

        public Tensor mul_(Tensor target) => Same(Native.ts_mul_(Handle, target.Handle), target);

        public Tensor mul_(Scalar target) => Same(Native.ts_mul__scalar(Handle, target.Value));

        public Tensor div_(Tensor target) => Same(Native.ts_div_(Handle, target.Handle), target);

        public Tensor div_(Scalar target) => Same(Native.ts_div__scalar(Handle, target.Value));

        public Tensor fill_(Scalar value) => Same(Native.ts_fill__scalar(Handle, value.Value));

        public Tensor zero_() => Same(Native.ts_zero_(Handle));

        /// <summary>Copies elements, converting their type and broadcasting their shape.</summary>
        public Tensor copy_(Tensor source, bool nonBlocking = false) =>
            Same(Native.ts_copy_(Handle, source.Handle, nonBlocking ? 1 : 0), source);

        public unsafe Tensor clamp_(Scalar? min = null, Scalar? max = null)
        {
            var (low, high) = (min?.Value ?? default, max?.Value ?? default);
            return Same(Native.ts_clamp_(Handle, min is null ? null : &low, max is null ? null : &high));
        }

        public Tensor relu_() => Same(Native.ts_relu_(Handle));

        public Tensor masked_fill_(Tensor mask, Scalar value) => Same(Native.ts_masked_fill_(Handle, mask.Handle, value.Value), mask);

        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha)
        {
            var status = Native.ts_index_add_(Handle, dim, index.Handle, source.Handle, alpha.Value);
            GC.KeepAlive(index);
            return Same(status, source);
        }

        public Tensor scatter_(long dim, Tensor index, Tensor src)
        {
            var status = Native.ts_scatter_(Handle, dim, index.Handle, src.Handle);
            GC.KeepAlive(index);
            return Same(status, src);
        }

        public Tensor uniform_(double from, double to, Generator? generator = null) =>
            Same(Native.ts_uniform_(Handle, from, to, generator?.Handle ?? 0), generator);

        public Tensor normal_(double mean = 0.0, double std = 1.0, Generator? generator = null) =>
            Same(Native.ts_normal_(Handle, mean, std, generator?.Handle ?? 0), generator);
    }
}
