// Errors, lifetime, a tensor's attributes, threads and gradient modes.
#include "shim.h"

using namespace ts;

std::atomic<int64_t> ts::live{0};

namespace {
thread_local std::string last_error;

// The C++ frames below libtorch's message say nothing to a C# caller; they start on a line of their own.
std::string without_frames(std::string message) {
    for (const char* mark : {"\nException raised from", "\nframe #0"}) {
        if (auto at = message.find(mark); at != std::string::npos) {
            message.resize(at);
        }
    }
    return message;
}
} // namespace

void ts::remember() noexcept {
    try {
        throw;
    } catch (const c10::Error& e) {
        last_error = without_frames(e.what_without_backtrace());
    } catch (const std::exception& e) {
        last_error = without_frames(e.what());
    } catch (...) {
        last_error = "libtorch threw something that is not an exception";
    }
}

TS_API const char* ts_error() { return last_error.c_str(); }
TS_API const char* ts_version() { return TORCH_VERSION; }
TS_API int64_t ts_live() { return live.load(std::memory_order_relaxed); }

TS_API void ts_dispose(handle h) {
    live.fetch_sub(1, std::memory_order_relaxed);
    c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(h);
}

TS_API void ts_dispose_many(const handle* handles, int32_t count) {
    for (int32_t i = 0; i < count; ++i) {
        ts_dispose(handles[i]);
    }
}

TS_API handle ts_alias(handle a) {
    return give([=] { return Tensor(*ref(a)); });
}

TS_API int32_t ts_dtype(handle a) { return static_cast<int32_t>(ref(a)->scalar_type()); }
TS_API int64_t ts_dim(handle a) { return a->dim(); }
TS_API int64_t ts_numel(handle a) { return a->numel(); }
TS_API int32_t ts_device_type(handle a) { return static_cast<int32_t>(a->device().type()); }
TS_API int32_t ts_device_index(handle a) { return a->device().index(); }
TS_API int32_t ts_is_contiguous(handle a) { return a->is_contiguous(); }
TS_API int32_t ts_is_leaf(handle a) { return ref(a)->is_leaf(); }
TS_API int32_t ts_requires_grad(handle a) { return ref(a)->requires_grad(); }

TS_API void ts_sizes(handle a, int64_t* sizes) {
    auto from = a->sizes();
    std::copy(from.begin(), from.end(), sizes);
}

TS_API void ts_strides(handle a, int64_t* strides) {
    auto from = a->strides();
    std::copy(from.begin(), from.end(), strides);
}

TS_API status ts_data(handle a, void** data) {
    return run([=] { *data = ref(a)->data_ptr(); });
}

TS_API status ts_size(handle a, int64_t dim, int64_t* size) {
    return run([=] { *size = ref(a)->size(dim); });
}

TS_API status ts_set_requires_grad(handle a, int32_t value) {
    return run([=] { ref(a)->set_requires_grad(value != 0); });
}

TS_API status ts_retain_grad(handle a) {
    return run([=] { ref(a)->retain_grad(); });
}

TS_API handle ts_grad(handle a) {
    return give([=] { return Tensor(ref(a)->grad()); });
}

TS_API status ts_set_grad(handle a, handle grad) {
    return run([=] { ref(a)->mutable_grad() = grad ? *ref(grad) : Tensor(); });
}

TS_API int32_t ts_grad_enabled() { return c10::GradMode::is_enabled(); }
TS_API void ts_set_grad_enabled(int32_t enabled) { c10::GradMode::set_enabled(enabled != 0); }

// An inference-mode guard restores the mode of the thread that made it: it is to be ended on that thread.
TS_API void* ts_inference_begin(int32_t enabled) { return new c10::InferenceMode(enabled != 0); }
TS_API void ts_inference_end(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }
TS_API int32_t ts_inference_enabled() { return c10::InferenceMode::is_enabled(); }

TS_API status ts_set_num_threads(int32_t count) {
    return run([=] { at::set_num_threads(count); });
}
TS_API status ts_set_num_interop_threads(int32_t count) {
    return run([=] { at::set_num_interop_threads(count); });
}
TS_API int32_t ts_get_num_threads() { return at::get_num_threads(); }
TS_API int32_t ts_get_num_interop_threads() { return static_cast<int32_t>(at::get_num_interop_threads()); }

TS_API int32_t ts_cuda_device_count() { return static_cast<int32_t>(torch::cuda::device_count()); }

TS_API status ts_cuda_synchronize(int64_t index) {
    return run([=] { torch::cuda::synchronize(index); });
}
