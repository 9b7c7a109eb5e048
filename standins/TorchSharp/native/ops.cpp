// Arithmetic, comparison, reduction and linear algebra.
#include "shim.h"

using namespace ts;

#define UNARY(name) \
    TS_API handle ts_##name(handle a) { \
        return give([=] { return ref(a)->name(); }); \
    }
UNARY(neg) UNARY(abs) UNARY(exp) UNARY(log) UNARY(log1p) UNARY(expm1) UNARY(log2) UNARY(sqrt) UNARY(rsqrt) UNARY(square) UNARY(sin) UNARY(cos)
UNARY(sigmoid) UNARY(tanh) UNARY(relu) UNARY(erf) UNARY(floor) UNARY(ceil) UNARY(round) UNARY(sign) UNARY(reciprocal)
UNARY(isnan) UNARY(isfinite) UNARY(isinf) UNARY(logical_not) UNARY(bitwise_not) UNARY(any) UNARY(all) UNARY(max) UNARY(min) UNARY(median)
UNARY(detach) UNARY(clone) UNARY(contiguous) UNARY(t) UNARY(trace) UNARY(nonzero)
#undef UNARY

#define BINARY(name) \
    TS_API handle ts_##name(handle a, handle b) { \
        return give([=] { return ref(a)->name(*ref(b)); }); \
    }
BINARY(mul) BINARY(div) BINARY(pow) BINARY(maximum) BINARY(minimum) BINARY(matmul) BINARY(mm) BINARY(bmm) BINARY(mv) BINARY(dot) BINARY(outer)
BINARY(atan2) BINARY(eq) BINARY(ne) BINARY(gt) BINARY(ge) BINARY(lt) BINARY(le) BINARY(logical_and) BINARY(logical_or) BINARY(bitwise_and) BINARY(bitwise_or) BINARY(bitwise_xor)
#undef BINARY

#define WITH_SCALAR(name) \
    TS_API handle ts_##name##_scalar(handle a, scalar b) { \
        return give([=] { return ref(a)->name(at::Scalar(b)); }); \
    }
WITH_SCALAR(mul) WITH_SCALAR(div) WITH_SCALAR(pow) WITH_SCALAR(eq) WITH_SCALAR(ne) WITH_SCALAR(gt) WITH_SCALAR(ge) WITH_SCALAR(lt) WITH_SCALAR(le)
WITH_SCALAR(remainder)
#undef WITH_SCALAR

#define WITH_ALPHA(name) \
    TS_API handle ts_##name(handle a, handle b, scalar alpha) { \
        return give([=] { return ref(a)->name(*ref(b), at::Scalar(alpha)); }); \
    } \
    TS_API handle ts_##name##_scalar(handle a, scalar b, scalar alpha) { \
        return give([=] { return ref(a)->name(at::Scalar(b), at::Scalar(alpha)); }); \
    }
WITH_ALPHA(add) WITH_ALPHA(sub)
#undef WITH_ALPHA

// In place: the managed side goes on with the tensor it has, so there is nothing to give back.
#define IN_PLACE(name) \
    TS_API status ts_##name(handle a, handle b) { \
        return run([=] { ref(a)->name(*ref(b)); }); \
    } \
    TS_API status ts_##name##_scalar(handle a, scalar b) { \
        return run([=] { ref(a)->name(at::Scalar(b)); }); \
    }
IN_PLACE(mul_) IN_PLACE(div_) IN_PLACE(fill_)
#undef IN_PLACE

#define IN_PLACE_ALPHA(name) \
    TS_API status ts_##name(handle a, handle b, scalar alpha) { \
        return run([=] { ref(a)->name(*ref(b), at::Scalar(alpha)); }); \
    } \
    TS_API status ts_##name##_scalar(handle a, scalar b, scalar alpha) { \
        return run([=] { ref(a)->name(at::Scalar(b), at::Scalar(alpha)); }); \
    }
IN_PLACE_ALPHA(add_) IN_PLACE_ALPHA(sub_)
#undef IN_PLACE_ALPHA

TS_API handle ts_rsub_scalar(handle a, scalar b) {
    return give([=] { return at::rsub(*ref(a), at::Scalar(b)); });
}
TS_API handle ts_scalar_div(scalar a, handle b) {
    return give([=] { return ref(b)->reciprocal().mul(at::Scalar(a)); });
}
TS_API status ts_zero_(handle a) {
    return run([=] { ref(a)->zero_(); });
}
TS_API status ts_copy_(handle a, handle source, int32_t non_blocking) {
    return run([=] { ref(a)->copy_(*ref(source), non_blocking != 0); });
}
TS_API handle ts_clamp(handle a, const scalar* min, const scalar* max) {
    return give([=] { return ref(a)->clamp(maybe(min), maybe(max)); });
}
TS_API handle ts_clamp_tensor(handle a, handle min, handle max) {
    return give([=] { return ref(a)->clamp(maybe(min), maybe(max)); });
}
TS_API status ts_clamp_(handle a, const scalar* min, const scalar* max) {
    return run([=] { ref(a)->clamp_(maybe(min), maybe(max)); });
}
TS_API handle ts_addmm(handle a, handle b, handle c, double beta, double alpha) {
    return give([=] { return ref(a)->addmm(*ref(b), *ref(c), beta, alpha); });
}
TS_API handle ts_where(handle condition, handle a, handle b) {
    return give([=] { return at::where(*ref(condition), *ref(a), *ref(b)); });
}
TS_API handle ts_einsum(const char* equation, const handle* operands, int32_t count) {
    return give([=] { return at::einsum(equation, tensors(operands, count)); });
}
TS_API handle ts_lerp(handle a, handle end, handle weight) {
    return give([=] { return ref(a)->lerp(*ref(end), *ref(weight)); });
}
TS_API status ts_allclose(handle a, handle b, double rtol, double atol, int32_t equal_nan, int32_t* result) {
    return run([=] { *result = ref(a)->allclose(*ref(b), rtol, atol, equal_nan != 0); });
}

TS_API status ts_equal(handle a, handle b, int32_t* result) {
    return run([=] { *result = ref(a)->equal(*ref(b)); });
}

TS_API handle ts_sum(handle a, int32_t dtype) {
    return give([=] { return ref(a)->sum(maybe_dtype(dtype)); });
}
TS_API handle ts_sum_dims(handle a, const int64_t* dims, int32_t count, int32_t keepdim, int32_t dtype) {
    return give([=] { return ref(a)->sum(ints(dims, count), keepdim != 0, maybe_dtype(dtype)); });
}
TS_API handle ts_mean(handle a, int32_t dtype) {
    return give([=] { return ref(a)->mean(maybe_dtype(dtype)); });
}
TS_API handle ts_mean_dims(handle a, const int64_t* dims, int32_t count, int32_t keepdim, int32_t dtype) {
    return give([=] { return ref(a)->mean(ints(dims, count), keepdim != 0, maybe_dtype(dtype)); });
}
TS_API handle ts_prod(handle a, int32_t dtype) {
    return give([=] { return ref(a)->prod(maybe_dtype(dtype)); });
}
TS_API handle ts_std(handle a, int32_t unbiased) {
    return give([=] { return ref(a)->std(unbiased != 0); });
}
TS_API handle ts_std_dims(handle a, const int64_t* dims, int32_t count, int32_t unbiased, int32_t keepdim) {
    return give([=] { return ref(a)->std(ints(dims, count), unbiased != 0, keepdim != 0); });
}
TS_API handle ts_var(handle a, int32_t unbiased) {
    return give([=] { return ref(a)->var(unbiased != 0); });
}
TS_API handle ts_var_dims(handle a, const int64_t* dims, int32_t count, int32_t unbiased, int32_t keepdim) {
    return give([=] { return ref(a)->var(ints(dims, count), unbiased != 0, keepdim != 0); });
}
TS_API handle ts_any_dim(handle a, int64_t dim, int32_t keepdim) {
    return give([=] { return ref(a)->any(dim, keepdim != 0); });
}
TS_API handle ts_all_dim(handle a, int64_t dim, int32_t keepdim) {
    return give([=] { return ref(a)->all(dim, keepdim != 0); });
}
TS_API handle ts_amax(handle a, const int64_t* dims, int32_t count, int32_t keepdim) {
    return give([=] { return ref(a)->amax(ints(dims, count), keepdim != 0); });
}
TS_API handle ts_amin(handle a, const int64_t* dims, int32_t count, int32_t keepdim) {
    return give([=] { return ref(a)->amin(ints(dims, count), keepdim != 0); });
}
TS_API status ts_max_dim(handle a, int64_t dim, int32_t keepdim, handle* values, handle* indices) {
    return run([=] {
        auto [v, i] = ref(a)->max(dim, keepdim != 0);
        *values = own(v);
        *indices = own(i);
    });
}
TS_API status ts_min_dim(handle a, int64_t dim, int32_t keepdim, handle* values, handle* indices) {
    return run([=] {
        auto [v, i] = ref(a)->min(dim, keepdim != 0);
        *values = own(v);
        *indices = own(i);
    });
}
TS_API handle ts_argmax(handle a, const int64_t* dim, int32_t keepdim) {
    return give([=] { return ref(a)->argmax(dim ? optional<int64_t>(*dim) : nullopt, keepdim != 0); });
}
TS_API handle ts_argmin(handle a, const int64_t* dim, int32_t keepdim) {
    return give([=] { return ref(a)->argmin(dim ? optional<int64_t>(*dim) : nullopt, keepdim != 0); });
}
TS_API handle ts_cumsum(handle a, int64_t dim, int32_t dtype) {
    return give([=] { return ref(a)->cumsum(dim, maybe_dtype(dtype)); });
}
TS_API status ts_sort(handle a, int64_t dim, int32_t descending, int32_t stable, handle* values, handle* indices) {
    return run([=] {
        auto [v, i] = ref(a)->sort(optional<bool>(stable != 0), dim, descending != 0);
        *values = own(v);
        *indices = own(i);
    });
}
TS_API status ts_topk(handle a, int64_t k, int64_t dim, int32_t largest, int32_t sorted, handle* values, handle* indices) {
    return run([=] {
        auto [v, i] = ref(a)->topk(k, dim, largest != 0, sorted != 0);
        *values = own(v);
        *indices = own(i);
    });
}
TS_API handle ts_softmax(handle a, int64_t dim, int32_t dtype) {
    return give([=] { return ref(a)->softmax(dim, maybe_dtype(dtype)); });
}
TS_API handle ts_log_softmax(handle a, int64_t dim, int32_t dtype) {
    return give([=] { return ref(a)->log_softmax(dim, maybe_dtype(dtype)); });
}
TS_API handle ts_logsumexp(handle a, int64_t dim, int32_t keepdim) {
    return give([=] { return ref(a)->logsumexp(dim, keepdim != 0); });
}
TS_API handle ts_norm(handle a, double p) {
    return give([=] { return ref(a)->norm(at::Scalar(p)); });
}
TS_API handle ts_norm_dim(handle a, int64_t dim, int32_t keepdim, double p) {
    return give([=] { return ref(a)->norm(optional<at::Scalar>(p), at::IntArrayRef(dim), keepdim != 0); });
}
/// `dims` null: the norm of the flattened tensor.
TS_API handle ts_vector_norm(handle a, double ord, const int64_t* dims, int32_t count, int32_t keepdim, int32_t dtype) {
    return give([=] {
        at::OptionalIntArrayRef over = dims ? at::OptionalIntArrayRef(ints(dims, count)) : nullopt;
        return at::linalg_vector_norm(*ref(a), ord, over, keepdim != 0, maybe_dtype(dtype));
    });
}
