using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>native/ops.cpp: arithmetic, comparison, reduction and linear algebra.</summary>
internal static unsafe partial class Native
{
    [LibraryImport(Library)]
    internal static partial nint ts_neg(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_abs(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_exp(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_log(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_log1p(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_expm1(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_log2(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_sqrt(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_rsqrt(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_square(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_sin(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_cos(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_sigmoid(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_tanh(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_relu(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_erf(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_floor(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_ceil(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_round(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_sign(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_reciprocal(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_isnan(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_isfinite(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_isinf(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_logical_not(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_bitwise_not(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_any(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_all(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_max(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_min(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_median(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_detach(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_clone(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_contiguous(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_t(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_trace(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_nonzero(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_mul(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_div(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_pow(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_maximum(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_minimum(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_matmul(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_mm(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_bmm(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_mv(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_dot(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_outer(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_atan2(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_eq(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_ne(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_gt(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_ge(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_lt(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_le(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_logical_and(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_logical_or(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_bitwise_and(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_bitwise_or(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_bitwise_xor(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_mul_scalar(nint a, ScalarValue b);

    [LibraryImport(Library)]
    internal static partial nint ts_div_scalar(nint a, ScalarValue b);

    [LibraryImport(Library)]
    internal static partial nint ts_pow_scalar(nint a, ScalarValue b);

    [LibraryImport(Library)]
    internal static partial nint ts_eq_scalar(nint a, ScalarValue b);

    [LibraryImport(Library)]
    internal static partial nint ts_ne_scalar(nint a, ScalarValue b);

    [LibraryImport(Library)]
    internal static partial nint ts_gt_scalar(nint a, ScalarValue b);

    [LibraryImport(Library)]
    internal static partial nint ts_ge_scalar(nint a, ScalarValue b);

    [LibraryImport(Library)]
    internal static partial nint ts_lt_scalar(nint a, ScalarValue b);

    [LibraryImport(Library)]
    internal static partial nint ts_le_scalar(nint a, ScalarValue b);

    [LibraryImport(Library)]
    internal static partial nint ts_remainder_scalar(nint a, ScalarValue b);

    [LibraryImport(Library)]
    internal static partial nint ts_add(nint a, nint b, ScalarValue alpha);

    [LibraryImport(Library)]
    internal static partial nint ts_add_scalar(nint a, ScalarValue b, ScalarValue alpha);

    [LibraryImport(Library)]
    internal static partial nint ts_sub(nint a, nint b, ScalarValue alpha);

    [LibraryImport(Library)]
    internal static partial nint ts_sub_scalar(nint a, ScalarValue b, ScalarValue alpha);

    [LibraryImport(Library)]
    internal static partial int ts_mul_(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial int ts_mul__scalar(nint a, ScalarValue b);

    [LibraryImport(Library)]
    internal static partial int ts_div_(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial int ts_div__scalar(nint a, ScalarValue b);

    [LibraryImport(Library)]
    internal static partial int ts_fill_(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial int ts_fill__scalar(nint a, ScalarValue b);

    [LibraryImport(Library)]
    internal static partial int ts_add_(nint a, nint b, ScalarValue alpha);

    [LibraryImport(Library)]
    internal static partial int ts_add__scalar(nint a, ScalarValue b, ScalarValue alpha);

    [LibraryImport(Library)]
    internal static partial int ts_sub_(nint a, nint b, ScalarValue alpha);

    [LibraryImport(Library)]
    internal static partial int ts_sub__scalar(nint a, ScalarValue b, ScalarValue alpha);

    [LibraryImport(Library)]
    internal static partial nint ts_rsub_scalar(nint a, ScalarValue b);

    [LibraryImport(Library)]
    internal static partial nint ts_scalar_div(ScalarValue a, nint b);

    [LibraryImport(Library)]
    internal static partial int ts_zero_(nint a);

    [LibraryImport(Library)]
    internal static partial int ts_copy_(nint a, nint source, int nonBlocking);

    [LibraryImport(Library)]
    internal static partial nint ts_clamp(nint a, ScalarValue* min, ScalarValue* max);

    [LibraryImport(Library)]
    internal static partial nint ts_clamp_tensor(nint a, nint min, nint max);

    [LibraryImport(Library)]
    internal static partial int ts_clamp_(nint a, ScalarValue* min, ScalarValue* max);

    [LibraryImport(Library)]
    internal static partial nint ts_addmm(nint a, nint b, nint c, double beta, double alpha);

    [LibraryImport(Library)]
    internal static partial nint ts_where(nint condition, nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_einsum(byte* equation, nint* operands, int count);

    [LibraryImport(Library)]
    internal static partial nint ts_lerp(nint a, nint end, nint weight);

    [LibraryImport(Library)]
    internal static partial int ts_allclose(nint a, nint b, double rtol, double atol, int equalNan, int* result);

    [LibraryImport(Library)]
    internal static partial int ts_equal(nint a, nint b, int* result);

    [LibraryImport(Library)]
    internal static partial nint ts_sum(nint a, int dtype);

    [LibraryImport(Library)]
    internal static partial nint ts_sum_dims(nint a, long* dims, int count, int keepdim, int dtype);

    [LibraryImport(Library)]
    internal static partial nint ts_mean(nint a, int dtype);

    [LibraryImport(Library)]
    internal static partial nint ts_mean_dims(nint a, long* dims, int count, int keepdim, int dtype);

    [LibraryImport(Library)]
    internal static partial nint ts_prod(nint a, int dtype);

    [LibraryImport(Library)]
    internal static partial nint ts_std(nint a, int unbiased);

    [LibraryImport(Library)]
    internal static partial nint ts_std_dims(nint a, long* dims, int count, int unbiased, int keepdim);

    [LibraryImport(Library)]
    internal static partial nint ts_var(nint a, int unbiased);

    [LibraryImport(Library)]
    internal static partial nint ts_var_dims(nint a, long* dims, int count, int unbiased, int keepdim);

    [LibraryImport(Library)]
    internal static partial nint ts_any_dim(nint a, long dim, int keepdim);

    [LibraryImport(Library)]
    internal static partial nint ts_all_dim(nint a, long dim, int keepdim);

    [LibraryImport(Library)]
    internal static partial nint ts_amax(nint a, long* dims, int count, int keepdim);

    [LibraryImport(Library)]
    internal static partial nint ts_amin(nint a, long* dims, int count, int keepdim);

    [LibraryImport(Library)]
    internal static partial int ts_max_dim(nint a, long dim, int keepdim, nint* values, nint* indices);

    [LibraryImport(Library)]
    internal static partial int ts_min_dim(nint a, long dim, int keepdim, nint* values, nint* indices);

    [LibraryImport(Library)]
    internal static partial nint ts_argmax(nint a, long* dim, int keepdim);

    [LibraryImport(Library)]
    internal static partial nint ts_argmin(nint a, long* dim, int keepdim);

    [LibraryImport(Library)]
    internal static partial nint ts_cumsum(nint a, long dim, int dtype);

    [LibraryImport(Library)]
    internal static partial int ts_sort(nint a, long dim, int descending, int stable, nint* values, nint* indices);

    [LibraryImport(Library)]
    internal static partial int ts_topk(nint a, long k, long dim, int largest, int sorted, nint* values, nint* indices);

    [LibraryImport(Library)]
    internal static partial nint ts_softmax(nint a, long dim, int dtype);

    [LibraryImport(Library)]
    internal static partial nint ts_log_softmax(nint a, long dim, int dtype);

    [LibraryImport(Library)]
    internal static partial nint ts_logsumexp(nint a, long dim, int keepdim);

    [LibraryImport(Library)]
    internal static partial nint ts_norm(nint a, double p);

    [LibraryImport(Library)]
    internal static partial nint ts_norm_dim(nint a, long dim, int keepdim, double p);

    [LibraryImport(Library)]
    internal static partial nint ts_vector_norm(nint a, double ord, long* dims, int count, int keepdim, int dtype);
}
