// The C interface between TorchSharp (managed) and libtorch.
//
// Handles: a `handle` owns one reference to a TensorImpl, and is what at::Tensor itself holds, so crossing the border allocates nothing.
// Errors: no C++ exception may cross into managed code. A function that returns a handle returns null, a function that returns `status`
// returns 1, and ts_error() then has libtorch's message for the calling thread.
#pragma once

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/TensorIndexing.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <string>
#include <vector>

#define TS_API extern "C" __attribute__((visibility("default")))

namespace ts {

using handle = c10::TensorImpl*;
using status = int32_t;
using at::Tensor;

// libtorch's own optional became the standard one by 2.4, and its old name goes away after that.
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
using std::nullopt;
using std::optional;
#else
using c10::nullopt;
using c10::optional;
#endif

/// A number as TorchSharp's Scalar holds it. `kind`: 0 integer, 1 floating, 2 boolean.
struct scalar {
    int64_t bits;
    int64_t kind;

    operator at::Scalar() const {
        if (kind == 1) {
            double value;
            std::memcpy(&value, &bits, sizeof value);
            return value;
        }
        return kind == 2 ? at::Scalar(bits != 0) : at::Scalar(bits);
    }
};

/// An optional scalar: null when the managed side passed none.
inline optional<at::Scalar> maybe(const scalar* value) {
    return value ? optional<at::Scalar>(at::Scalar(*value)) : nullopt;
}

/// Where and as what a tensor is created. `dtype` -1 leaves it to libtorch's default.
struct placement {
    int32_t dtype;
    int32_t device_type;
    int32_t device_index;
    int32_t requires_grad;

    c10::Device device() const {
        return {static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index)};
    }

    at::TensorOptions options() const {
        auto result = at::TensorOptions().device(device());
        return dtype < 0 ? result : result.dtype(static_cast<at::ScalarType>(dtype));
    }
};

inline optional<at::ScalarType> maybe_dtype(int32_t dtype) {
    return dtype < 0 ? nullopt : optional<at::ScalarType>(static_cast<at::ScalarType>(dtype));
}

/// Lends a handle to an expression as a Tensor, without touching its reference count.
class ref {
public:
    explicit ref(handle h) : tensor_(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(h)) {}
    ref(const ref&) = delete;
    ref& operator=(const ref&) = delete;
    ~ref() { tensor_.unsafeReleaseTensorImpl(); }

    Tensor* operator->() { return &tensor_; }
    operator Tensor&() { return tensor_; }
    Tensor& operator*() { return tensor_; }

private:
    Tensor tensor_;
};

/// Handles given out and not yet disposed of, whatever thread they belong to.
extern std::atomic<int64_t> live;

/// Gives a tensor's reference to the managed side. An undefined tensor becomes null, which is no error by itself.
inline handle own(Tensor tensor) {
    if (!tensor.defined()) {
        return nullptr;
    }
    live.fetch_add(1, std::memory_order_relaxed);
    return tensor.unsafeReleaseTensorImpl();
}

/// Keeps the exception being handled for ts_error(). To be called from a catch block only.
void remember() noexcept;

/// Runs `f` and gives its tensor away, or keeps the error and returns null.
template <class F>
handle give(F&& f) noexcept {
    try {
        return own(f());
    } catch (...) {
        remember();
        return nullptr;
    }
}

/// Runs `f` for its effect: 0 done, 1 failed.
template <class F>
status run(F&& f) noexcept {
    try {
        f();
        return 0;
    } catch (...) {
        remember();
        return 1;
    }
}

inline optional<Tensor> maybe(handle h) {
    return h ? optional<Tensor>(*ref(h)) : nullopt;
}

inline at::IntArrayRef ints(const int64_t* values, int32_t count) {
    return {values, static_cast<size_t>(count)};
}

/// Copies of the tensors behind an array of handles; a null handle becomes an undefined tensor.
inline std::vector<Tensor> tensors(const handle* handles, int32_t count) {
    std::vector<Tensor> result;
    result.reserve(static_cast<size_t>(count));
    for (int32_t i = 0; i < count; ++i) {
        result.push_back(handles[i] ? *ref(handles[i]) : Tensor());
    }
    return result;
}

} // namespace ts
