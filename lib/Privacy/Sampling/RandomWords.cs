using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Federated.Federation;

namespace Federated.Privacy.Sampling;

/// <summary>Random 64-bit words from a source, fetched in blocks of 64 KiB, and exact uniform numbers made of them.</summary>
/// <remarks>A word is wiped as it is used: what is left in memory says nothing about noise already drawn. Not thread-safe.</remarks>
internal sealed class RandomWords : IDisposable
{
    internal const int BlockWords = 8192;

    private readonly ulong[] _block = GC.AllocateArray<ulong>(BlockWords, pinned: true); // unpinned, the GC may leave copies behind
    private readonly RandomSource _source;
    private int _used = BlockWords;
    private ulong _bits;
    private int _bitsLeft;
    private bool _disposed;

    internal RandomWords(RandomSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
    }

    /// <summary>Uniform over all 64-bit words.</summary>
    /// <exception cref="ObjectDisposedException">Wiped already: what follows would be no noise.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ulong Next()
    {
        if (_used == BlockWords)
        {
            Refill();
        }

        ref var word = ref _block[_used++];
        var value = word;
        word = 0;
        return value;
    }

    /// <summary>A fair coin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool NextBit()
    {
        if (_bitsLeft == 0)
        {
            (_bits, _bitsLeft) = (Next(), 64);
        }

        var bit = (_bits & 1) == 1;
        _bits >>= 1;
        _bitsLeft--;
        return bit;
    }

    /// <summary>Uniform over 0 … <paramref name="most"/> − 1, exactly (Lemire 2019, arXiv:1805.10941, algorithm 5).</summary>
    /// <param name="most">At least 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ulong Below(ulong most)
    {
        var high = Math.BigMul(Next(), most, out var low);
        return low < most ? Unbiased(high, low, most) : high;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_block.AsSpan()));
        (_bits, _bitsLeft, _used, _disposed) = (0, 0, BlockWords, true);
    }

    /// <summary>The rare rest of <see cref="Below"/>: the division that tells which words would favour some results.</summary>
    private ulong Unbiased(ulong high, ulong low, ulong most)
    {
        var threshold = (0 - most) % most; // 2^64 mod most
        while (low < threshold)
        {
            high = Math.BigMul(Next(), most, out low);
        }

        return high;
    }

    private void Refill()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _source(MemoryMarshal.AsBytes(_block.AsSpan()));
        _used = 0;
    }
}
