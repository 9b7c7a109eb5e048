using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>native/create.cpp: factories and random numbers.</summary>
internal static unsafe partial class Native
{
    [LibraryImport(Library)]
    internal static partial nint ts_from_data(void* data, int source, long* sizes, int dims, Placement where);

    [LibraryImport(Library)]
    internal static partial nint ts_empty(long* sizes, int dims, Placement where);

    [LibraryImport(Library)]
    internal static partial nint ts_zeros(long* sizes, int dims, Placement where);

    [LibraryImport(Library)]
    internal static partial nint ts_ones(long* sizes, int dims, Placement where);

    [LibraryImport(Library)]
    internal static partial nint ts_full(long* sizes, int dims, ScalarValue value, Placement where);

    [LibraryImport(Library)]
    internal static partial nint ts_arange(ScalarValue start, ScalarValue end, ScalarValue step, Placement where);

    [LibraryImport(Library)]
    internal static partial nint ts_linspace(ScalarValue start, ScalarValue end, long steps, Placement where);

    [LibraryImport(Library)]
    internal static partial nint ts_eye(long rows, long columns, Placement where);

    [LibraryImport(Library)]
    internal static partial nint ts_rand(long* sizes, int dims, nint generator, Placement where);

    [LibraryImport(Library)]
    internal static partial nint ts_randn(long* sizes, int dims, nint generator, Placement where);

    [LibraryImport(Library)]
    internal static partial nint ts_randint(long low, long high, long* sizes, int dims, nint generator, Placement where);

    [LibraryImport(Library)]
    internal static partial nint ts_randperm(long n, nint generator, Placement where);

    [LibraryImport(Library)]
    internal static partial nint ts_bernoulli(nint a, nint generator);

    [LibraryImport(Library)]
    internal static partial nint ts_multinomial(nint a, long samples, int replacement, nint generator);

    [LibraryImport(Library)]
    internal static partial int ts_uniform_(nint a, double low, double high, nint generator);

    [LibraryImport(Library)]
    internal static partial int ts_normal_(nint a, double mean, double std, nint generator);

    [LibraryImport(Library)]
    internal static partial nint ts_generator_new(long seed, int deviceType, int deviceIndex);

    [LibraryImport(Library)]
    internal static partial nint ts_generator_default();

    [LibraryImport(Library)]
    internal static partial void ts_generator_dispose(nint generator);

    [LibraryImport(Library)]
    internal static partial long ts_generator_seed(nint generator);

    [LibraryImport(Library)]
    internal static partial int ts_generator_set_seed(nint generator, long seed);

    [LibraryImport(Library)]
    internal static partial nint ts_generator_state(nint generator);

    [LibraryImport(Library)]
    internal static partial int ts_generator_set_state(nint generator, nint state);

    [LibraryImport(Library)]
    internal static partial int ts_manual_seed(long seed);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial int ts_default_dtype();

    [LibraryImport(Library)]
    internal static partial int ts_set_default_dtype(int dtype);
}
