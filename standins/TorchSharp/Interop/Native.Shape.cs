using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>native/shape.cpp: views, joins, indexing and conversion.</summary>
internal static unsafe partial class Native
{
    [LibraryImport(Library)]
    internal static partial nint ts_view(nint a, long* sizes, int dims);

    [LibraryImport(Library)]
    internal static partial nint ts_reshape(nint a, long* sizes, int dims);

    [LibraryImport(Library)]
    internal static partial nint ts_flatten(nint a, long start, long end);

    [LibraryImport(Library)]
    internal static partial nint ts_transpose(nint a, long first, long second);

    [LibraryImport(Library)]
    internal static partial nint ts_permute(nint a, long* order, int dims);

    [LibraryImport(Library)]
    internal static partial nint ts_unsqueeze(nint a, long dim);

    [LibraryImport(Library)]
    internal static partial nint ts_squeeze(nint a, long* dim);

    [LibraryImport(Library)]
    internal static partial nint ts_expand(nint a, long* sizes, int dims, int isImplicit);

    [LibraryImport(Library)]
    internal static partial nint ts_repeat(nint a, long* counts, int dims);

    [LibraryImport(Library)]
    internal static partial nint ts_slice(nint a, long dim, long start, long end, long step);

    [LibraryImport(Library)]
    internal static partial nint ts_narrow(nint a, long dim, long start, long length);

    [LibraryImport(Library)]
    internal static partial nint ts_select(nint a, long dim, long index);

    [LibraryImport(Library)]
    internal static partial nint ts_index_select(nint a, long dim, nint index);

    [LibraryImport(Library)]
    internal static partial nint ts_gather(nint a, long dim, nint index);

    [LibraryImport(Library)]
    internal static partial int ts_scatter_(nint a, long dim, nint index, nint source);

    [LibraryImport(Library)]
    internal static partial int ts_index_add_(nint a, long dim, nint index, nint source, ScalarValue alpha);

    [LibraryImport(Library)]
    internal static partial nint ts_masked_select(nint a, nint mask);

    [LibraryImport(Library)]
    internal static partial nint ts_masked_fill(nint a, nint mask, ScalarValue value);

    [LibraryImport(Library)]
    internal static partial int ts_masked_fill_(nint a, nint mask, ScalarValue value);

    [LibraryImport(Library)]
    internal static partial nint ts_diag(nint a, long diagonal);

    [LibraryImport(Library)]
    internal static partial nint ts_tril(nint a, long diagonal);

    [LibraryImport(Library)]
    internal static partial nint ts_triu(nint a, long diagonal);

    [LibraryImport(Library)]
    internal static partial nint ts_cat(nint* parts, int count, long dim);

    [LibraryImport(Library)]
    internal static partial nint ts_stack(nint* parts, int count, long dim);

    [LibraryImport(Library)]
    internal static partial int ts_split(nint a, long size, long dim, nint* results, int room);

    [LibraryImport(Library)]
    internal static partial int ts_split_sizes(nint a, long* sizes, int parts, long dim, nint* results);

    [LibraryImport(Library)]
    internal static partial int ts_unbind(nint a, long dim, nint* results, int room);

    [LibraryImport(Library)]
    internal static partial nint ts_index(nint a, IndexPart* parts, int count);

    [LibraryImport(Library)]
    internal static partial int ts_index_put_(nint a, IndexPart* parts, int count, nint value);

    [LibraryImport(Library)]
    internal static partial int ts_index_put_scalar_(nint a, IndexPart* parts, int count, ScalarValue value);

    [LibraryImport(Library)]
    internal static partial nint ts_to(nint a, Placement where, int copy, int nonBlocking);

    [LibraryImport(Library)]
    internal static partial int ts_item(nint a, ScalarValue* result);
}
