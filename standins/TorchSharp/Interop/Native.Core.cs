using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>native/core.cpp: errors, lifetime, attributes, threads and gradient modes.</summary>
internal static unsafe partial class Native
{
    private const string Library = "torchshim";

    [LibraryImport(Library)]
    internal static partial byte* ts_error();

    [LibraryImport(Library)]
    internal static partial byte* ts_version();

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial long ts_live();

    [LibraryImport(Library)]
    internal static partial void ts_dispose(nint h);

    [LibraryImport(Library)]
    internal static partial void ts_dispose_many(nint* handles, int count);

    [LibraryImport(Library)]
    internal static partial nint ts_alias(nint a);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int ts_dtype(nint a);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial long ts_dim(nint a);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial long ts_numel(nint a);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int ts_device_type(nint a);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int ts_device_index(nint a);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int ts_is_contiguous(nint a);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int ts_is_leaf(nint a);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int ts_requires_grad(nint a);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial void ts_sizes(nint a, long* sizes);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial void ts_strides(nint a, long* strides);

    [LibraryImport(Library)]
    internal static partial int ts_data(nint a, nint* data);

    [LibraryImport(Library)]
    internal static partial int ts_size(nint a, long dim, long* size);

    [LibraryImport(Library)]
    internal static partial int ts_set_requires_grad(nint a, int value);

    [LibraryImport(Library)]
    internal static partial int ts_retain_grad(nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_grad(nint a);

    [LibraryImport(Library)]
    internal static partial int ts_set_grad(nint a, nint grad);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int ts_grad_enabled();

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial void ts_set_grad_enabled(int enabled);

    [LibraryImport(Library)]
    internal static partial nint ts_inference_begin(int enabled);

    [LibraryImport(Library)]
    internal static partial void ts_inference_end(nint guard);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int ts_inference_enabled();

    [LibraryImport(Library)]
    internal static partial int ts_set_num_threads(int count);

    [LibraryImport(Library)]
    internal static partial int ts_set_num_interop_threads(int count);

    [LibraryImport(Library)]
    internal static partial int ts_get_num_threads();

    [LibraryImport(Library)]
    internal static partial int ts_get_num_interop_threads();

    [LibraryImport(Library)]
    internal static partial int ts_cuda_device_count();

    [LibraryImport(Library)]
    internal static partial int ts_cuda_synchronize(long index);
}
