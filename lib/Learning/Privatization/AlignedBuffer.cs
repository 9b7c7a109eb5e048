using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Federated.Learning.Privatization;

/// <summary>Memory that begins at a cache line: vectors loaded across two lines take twice as long.</summary>
/// <typeparam name="T">Whose size divides a cache line.</typeparam>
internal sealed class AlignedBuffer<T>
    where T : unmanaged
{
    private const int LineBytes = 64;

    private readonly T[] _memory;
    private readonly int _start;

    /// <param name="length">Elements, zero at first.</param>
    internal AlignedBuffer(int length)
    {
        var size = Unsafe.SizeOf<T>();
        _memory = GC.AllocateArray<T>(checked(length + (LineBytes / size)), pinned: true); // unpinned, it would move off the line
        var address = (long)Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0);
        _start = (int)((LineBytes - (address % LineBytes)) % LineBytes) / size;
        Length = length;
    }

    internal int Length { get; }

    internal Span<T> Span => _memory.AsSpan(_start, Length);

    /// <summary>The part from <paramref name="start"/> on.</summary>
    internal Span<T> From(int start, int length) => Span.Slice(start, length);
}
