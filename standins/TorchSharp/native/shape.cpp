// Views, joins, indexing and conversion.
#include "shim.h"

using namespace ts;

TS_API handle ts_view(handle a, const int64_t* sizes, int32_t dims) {
    return give([=] { return ref(a)->view(ints(sizes, dims)); });
}
TS_API handle ts_reshape(handle a, const int64_t* sizes, int32_t dims) {
    return give([=] { return ref(a)->reshape(ints(sizes, dims)); });
}
TS_API handle ts_flatten(handle a, int64_t start, int64_t end) {
    return give([=] { return ref(a)->flatten(start, end); });
}
TS_API handle ts_transpose(handle a, int64_t first, int64_t second) {
    return give([=] { return ref(a)->transpose(first, second); });
}
TS_API handle ts_permute(handle a, const int64_t* order, int32_t dims) {
    return give([=] { return ref(a)->permute(ints(order, dims)); });
}
TS_API handle ts_unsqueeze(handle a, int64_t dim) {
    return give([=] { return ref(a)->unsqueeze(dim); });
}
TS_API handle ts_squeeze(handle a, const int64_t* dim) {
    return give([=] { return dim ? ref(a)->squeeze(*dim) : ref(a)->squeeze(); });
}
TS_API handle ts_expand(handle a, const int64_t* sizes, int32_t dims, int32_t is_implicit) {
    return give([=] { return ref(a)->expand(ints(sizes, dims), is_implicit != 0); });
}
TS_API handle ts_repeat(handle a, const int64_t* counts, int32_t dims) {
    return give([=] { return ref(a)->repeat(ints(counts, dims)); });
}
TS_API handle ts_slice(handle a, int64_t dim, int64_t start, int64_t end, int64_t step) {
    return give([=] { return ref(a)->slice(dim, start, end, step); });
}
TS_API handle ts_narrow(handle a, int64_t dim, int64_t start, int64_t length) {
    return give([=] { return ref(a)->narrow(dim, start, length); });
}
TS_API handle ts_select(handle a, int64_t dim, int64_t index) {
    return give([=] { return ref(a)->select(dim, index); });
}
TS_API handle ts_index_select(handle a, int64_t dim, handle index) {
    return give([=] { return ref(a)->index_select(dim, *ref(index)); });
}
TS_API handle ts_gather(handle a, int64_t dim, handle index) {
    return give([=] { return ref(a)->gather(dim, *ref(index)); });
}
TS_API status ts_scatter_(handle a, int64_t dim, handle index, handle source) {
    return run([=] { ref(a)->scatter_(dim, *ref(index), *ref(source)); });
}
TS_API status ts_index_add_(handle a, int64_t dim, handle index, handle source, scalar alpha) {
    return run([=] { ref(a)->index_add_(dim, *ref(index), *ref(source), at::Scalar(alpha)); });
}
TS_API handle ts_masked_select(handle a, handle mask) {
    return give([=] { return ref(a)->masked_select(*ref(mask)); });
}
TS_API handle ts_masked_fill(handle a, handle mask, scalar value) {
    return give([=] { return ref(a)->masked_fill(*ref(mask), at::Scalar(value)); });
}
TS_API status ts_masked_fill_(handle a, handle mask, scalar value) {
    return run([=] { ref(a)->masked_fill_(*ref(mask), at::Scalar(value)); });
}
TS_API handle ts_diag(handle a, int64_t diagonal) {
    return give([=] { return ref(a)->diag(diagonal); });
}
TS_API handle ts_tril(handle a, int64_t diagonal) {
    return give([=] { return ref(a)->tril(diagonal); });
}
TS_API handle ts_triu(handle a, int64_t diagonal) {
    return give([=] { return ref(a)->triu(diagonal); });
}

TS_API handle ts_cat(const handle* parts, int32_t count, int64_t dim) {
    return give([=] { return at::cat(tensors(parts, count), dim); });
}
TS_API handle ts_stack(const handle* parts, int32_t count, int64_t dim) {
    return give([=] { return at::stack(tensors(parts, count), dim); });
}

namespace {
status give_all(const std::vector<Tensor>& parts, handle* results, int32_t room) {
    TORCH_CHECK(static_cast<int32_t>(parts.size()) <= room, "expected at most ", room, " parts, got ", parts.size());
    for (size_t i = 0; i < parts.size(); ++i) {
        results[i] = own(parts[i]);
    }
    return static_cast<status>(parts.size());
}
} // namespace

/// Returns the number of parts, or -1. `results` has room for the size of the dimension.
TS_API int32_t ts_split(handle a, int64_t size, int64_t dim, handle* results, int32_t room) {
    int32_t count = -1;
    run([&] { count = give_all(ref(a)->split(size, dim), results, room); });
    return count;
}
TS_API int32_t ts_split_sizes(handle a, const int64_t* sizes, int32_t parts, int64_t dim, handle* results) {
    int32_t count = -1;
    run([&] { count = give_all(ref(a)->split_with_sizes(ints(sizes, parts), dim), results, parts); });
    return count;
}
TS_API int32_t ts_unbind(handle a, int64_t dim, handle* results, int32_t room) {
    int32_t count = -1;
    run([&] { count = give_all(ref(a)->unbind(dim), results, room); });
    return count;
}

/// One part of an index expression, as the managed TensorIndex lays it out.
struct index_part {
    int64_t kind; // 0 integer, 1 slice, 2 boolean, 3 tensor, 4 ellipsis, 5 new axis
    int64_t start; // also the integer, and the boolean
    int64_t stop;
    int64_t step;
    int64_t given; // bit 0 start, bit 1 stop, bit 2 step
    handle tensor;
};

namespace {
std::vector<at::indexing::TensorIndex> parts_of(const index_part* parts, int32_t count) {
    using at::indexing::TensorIndex;
    std::vector<TensorIndex> result;
    result.reserve(static_cast<size_t>(count));
    for (int32_t i = 0; i < count; ++i) {
        const auto& part = parts[i];
        auto bound = [&](int bit, int64_t value) { return part.given & bit ? optional<int64_t>(value) : nullopt; };
        switch (part.kind) {
        case 0: result.emplace_back(part.start); break;
        case 1: result.emplace_back(at::indexing::Slice(bound(1, part.start), bound(2, part.stop), bound(4, part.step))); break;
        case 2: result.emplace_back(part.start != 0); break;
        case 3: result.emplace_back(*ref(part.tensor)); break;
        case 4: result.emplace_back(at::indexing::Ellipsis); break;
        default: result.emplace_back(nullopt); break;
        }
    }
    return result;
}
} // namespace

TS_API handle ts_index(handle a, const index_part* parts, int32_t count) {
    return give([=] { return ref(a)->index(parts_of(parts, count)); });
}
TS_API status ts_index_put_(handle a, const index_part* parts, int32_t count, handle value) {
    return run([=] { ref(a)->index_put_(parts_of(parts, count), *ref(value)); });
}
TS_API status ts_index_put_scalar_(handle a, const index_part* parts, int32_t count, scalar value) {
    return run([=] { ref(a)->index_put_(parts_of(parts, count), at::Scalar(value)); });
}

/// `dtype` -1 keeps the type, `where.device_type` -1 keeps the device.
TS_API handle ts_to(handle a, placement where, int32_t copy, int32_t non_blocking) {
    return give([=] {
        ref self(a);
        auto type = maybe_dtype(where.dtype).value_or(self->scalar_type());
        auto device = where.device_type < 0 ? self->device() : where.device();
        return self->to(device, type, non_blocking != 0, copy != 0);
    });
}

/// The one element of a tensor on any device, converted to double or, for integer and boolean types, to int64 in `bits`.
TS_API status ts_item(handle a, scalar* result) {
    return run([=] {
        auto value = ref(a)->item();
        if (value.isFloatingPoint()) {
            auto number = value.toDouble();
            std::memcpy(&result->bits, &number, sizeof number);
            result->kind = 1;
        } else {
            result->bits = value.isBoolean() ? value.toBool() : value.toLong();
            result->kind = value.isBoolean() ? 2 : 0;
        }
    });
}
