// Factories and random numbers.
#include "shim.h"

using namespace ts;

namespace {
/// Leaves `requires_grad` to the end: factories below autograd ignore it.
Tensor placed(Tensor tensor, placement where) {
    if (where.requires_grad) {
        tensor.set_requires_grad(true);
    }
    return tensor;
}

optional<at::Generator> maybe_generator(at::Generator* generator) {
    return generator ? optional<at::Generator>(*generator) : nullopt;
}
} // namespace

/// Copies `data` (elements of type `source`, row-major) into a new tensor.
TS_API handle ts_from_data(const void* data, int32_t source, const int64_t* sizes, int32_t dims, placement where) {
    return give([=] {
        auto type = static_cast<at::ScalarType>(source);
        auto result = at::empty(ints(sizes, dims), at::TensorOptions().dtype(type));
        if (auto bytes = result.nbytes()) {
            std::memcpy(result.data_ptr(), data, bytes);
        }
        return placed(result.to(where.options().dtype(maybe_dtype(where.dtype).value_or(type))), where);
    });
}

TS_API handle ts_empty(const int64_t* sizes, int32_t dims, placement where) {
    return give([=] { return placed(at::empty(ints(sizes, dims), where.options()), where); });
}
TS_API handle ts_zeros(const int64_t* sizes, int32_t dims, placement where) {
    return give([=] { return placed(at::zeros(ints(sizes, dims), where.options()), where); });
}
TS_API handle ts_ones(const int64_t* sizes, int32_t dims, placement where) {
    return give([=] { return placed(at::ones(ints(sizes, dims), where.options()), where); });
}
TS_API handle ts_full(const int64_t* sizes, int32_t dims, scalar value, placement where) {
    return give([=] { return placed(at::full(ints(sizes, dims), at::Scalar(value), where.options()), where); });
}
TS_API handle ts_arange(scalar start, scalar end, scalar step, placement where) {
    return give([=] { return placed(at::arange(at::Scalar(start), at::Scalar(end), at::Scalar(step), where.options()), where); });
}
TS_API handle ts_linspace(scalar start, scalar end, int64_t steps, placement where) {
    return give([=] { return placed(at::linspace(at::Scalar(start), at::Scalar(end), steps, where.options()), where); });
}
TS_API handle ts_eye(int64_t rows, int64_t columns, placement where) {
    return give([=] { return placed(at::eye(rows, columns, where.options()), where); });
}

TS_API handle ts_rand(const int64_t* sizes, int32_t dims, at::Generator* generator, placement where) {
    return give([=] { return placed(at::rand(ints(sizes, dims), maybe_generator(generator), where.options()), where); });
}
TS_API handle ts_randn(const int64_t* sizes, int32_t dims, at::Generator* generator, placement where) {
    return give([=] { return placed(at::randn(ints(sizes, dims), maybe_generator(generator), where.options()), where); });
}
TS_API handle ts_randint(int64_t low, int64_t high, const int64_t* sizes, int32_t dims, at::Generator* generator, placement where) {
    return give([=] { return placed(at::randint(low, high, ints(sizes, dims), maybe_generator(generator), where.options()), where); });
}
TS_API handle ts_randperm(int64_t n, at::Generator* generator, placement where) {
    return give([=] { return placed(at::randperm(n, maybe_generator(generator), where.options()), where); });
}
TS_API handle ts_bernoulli(handle a, at::Generator* generator) {
    return give([=] { return ref(a)->bernoulli(maybe_generator(generator)); });
}
TS_API handle ts_multinomial(handle a, int64_t samples, int32_t replacement, at::Generator* generator) {
    return give([=] { return ref(a)->multinomial(samples, replacement != 0, maybe_generator(generator)); });
}
TS_API status ts_uniform_(handle a, double low, double high, at::Generator* generator) {
    return run([=] { ref(a)->uniform_(low, high, maybe_generator(generator)); });
}
TS_API status ts_normal_(handle a, double mean, double std, at::Generator* generator) {
    return run([=] { ref(a)->normal_(mean, std, maybe_generator(generator)); });
}

/// A generator of its own on the CPU, or another reference to a CUDA device's default one.
TS_API at::Generator* ts_generator_new(int64_t seed, int32_t device_type, int32_t device_index) {
    at::Generator* result = nullptr;
    run([&] {
        auto device = placement{-1, device_type, device_index, 0}.device();
        result = device.is_cpu() ? new at::Generator(at::make_generator<at::CPUGeneratorImpl>(static_cast<uint64_t>(seed)))
                                 : new at::Generator(at::globalContext().defaultGenerator(device).clone());
        std::lock_guard<std::mutex> lock(result->mutex());
        result->set_current_seed(static_cast<uint64_t>(seed));
    });
    return result;
}
TS_API at::Generator* ts_generator_default() {
    return new at::Generator(at::detail::getDefaultCPUGenerator());
}
TS_API void ts_generator_dispose(at::Generator* generator) { delete generator; }
TS_API int64_t ts_generator_seed(at::Generator* generator) { return static_cast<int64_t>(generator->current_seed()); }
TS_API status ts_generator_set_seed(at::Generator* generator, int64_t seed) {
    return run([=] {
        std::lock_guard<std::mutex> lock(generator->mutex());
        generator->set_current_seed(static_cast<uint64_t>(seed));
    });
}
TS_API handle ts_generator_state(at::Generator* generator) {
    return give([=] { return generator->get_state(); });
}
TS_API status ts_generator_set_state(at::Generator* generator, handle state) {
    return run([=] { generator->set_state(*ref(state)); });
}
TS_API status ts_manual_seed(int64_t seed) {
    return run([=] { at::manual_seed(static_cast<uint64_t>(seed)); });
}

TS_API int32_t ts_default_dtype() { return static_cast<int32_t>(at::get_default_dtype_as_scalartype()); }
TS_API status ts_set_default_dtype(int32_t dtype) {
    return run([=] { at::set_default_dtype(c10::scalarTypeToTypeMeta(static_cast<at::ScalarType>(dtype))); });
}
