using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Element by element; recorded for backward.
    public partial class Tensor
    {
        public Tensor neg() => Own(Native.ts_neg(Handle), this);

        public Tensor abs() => Own(Native.ts_abs(Handle), this);

        public Tensor exp() => Own(Native.ts_exp(Handle), this);

        /// <summary>exp(x) − 1, exact for small x.</summary>
        public Tensor expm1() => Own(Native.ts_expm1(Handle), this);

        public Tensor log() => Own(Native.ts_log(Handle), this);

        /// <summary>log(1 + x), exact for small x.</summary>
        public Tensor log1p() => Own(Native.ts_log1p(Handle), this);

        public Tensor log2() => Own(Native.ts_log2(Handle), this);

        public Tensor sqrt() => Own(Native.ts_sqrt(Handle), this);

        public Tensor rsqrt() => Own(Native.ts_rsqrt(Handle), this);

        public Tensor square() => Own(Native.ts_square(Handle), this);

        public Tensor reciprocal() => Own(Native.ts_reciprocal(Handle), this);

        public Tensor sin() => Own(Native.ts_sin(Handle), this);

        public Tensor cos() => Own(Native.ts_cos(Handle), this);

        public Tensor sigmoid() => Own(Native.ts_sigmoid(Handle), this);

        public Tensor tanh() => Own(Native.ts_tanh(Handle), this);

        public Tensor relu() => Own(Native.ts_relu(Handle), this);

        public Tensor erf() => Own(Native.ts_erf(Handle), this);

        public Tensor floor() => Own(Native.ts_floor(Handle), this);

        public Tensor ceil() => Own(Native.ts_ceil(Handle), this);

        /// <summary>To the nearest integer, halves to even.</summary>
        public Tensor round() => Own(Native.ts_round(Handle), this);

        public Tensor sign() => Own(Native.ts_sign(Handle), this);

        public Tensor isnan() => Own(Native.ts_isnan(Handle), this);

        public Tensor isfinite() => Own(Native.ts_isfinite(Handle), this);

        public Tensor isinf() => Own(Native.ts_isinf(Handle), this);

        public Tensor negative() => neg();

        public Tensor pow(Tensor exponent) => Own(Native.ts_pow(Handle, exponent.Handle), this, exponent);

        public Tensor pow(Scalar exponent) => Own(Native.ts_pow_scalar(Handle, exponent.Value), this);

        public Tensor maximum(Tensor other) => Own(Native.ts_maximum(Handle, other.Handle), this, other);

        public Tensor minimum(Tensor other) => Own(Native.ts_minimum(Handle, other.Handle), this, other);

        /// <summary>Moves what lies outside [min, max] to the nearer bound; a null bound is none.</summary>
        public unsafe Tensor clamp(Scalar? min = null, Scalar? max = null)
        {
            var (low, high) = (min?.Value ?? default, max?.Value ?? default);
            return Own(Native.ts_clamp(Handle, min is null ? null : &low, max is null ? null : &high), this);
        }

        public Tensor clamp(Tensor? min = null, Tensor? max = null) =>
            Own(Native.ts_clamp_tensor(Handle, min?.Handle ?? 0, max?.Handle ?? 0), this, min, max);

        public Tensor clip(Scalar? min = null, Scalar? max = null) => clamp(min, max);

        public Tensor clamp_min(Scalar min) => clamp(min, (Scalar?)null);

        public Tensor clamp_max(Scalar max) => clamp((Scalar?)null, max);

        public Tensor softmax(long dim, ScalarType? dtype = null) => Own(Native.ts_softmax(Handle, dim, Code(dtype)), this);

        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Own(Native.ts_log_softmax(Handle, dim, Code(dtype)), this);

        internal static int Code(ScalarType? dtype) => dtype is { } type ? (int)type : -1;
    }
}
