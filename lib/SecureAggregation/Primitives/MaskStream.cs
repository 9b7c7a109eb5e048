namespace Federated.SecureAggregation.Primitives;

/// <summary>The masks: AES-256-CTR keystreams read as lanes, added to a vector or taken from it.</summary>
/// <remarks>
/// G(K) is AES-256-CTR (NIST SP 800-38A, §6.5) over zeros with counter block <c>u64be 1 ‖ u64be block_index</c>, index from 0. Lane e is the
/// little-endian L-bit word at keystream byte e·L/8. Any stretch can be made alone, so tiles run in parallel. A key makes at most 2³²
/// blocks (64 GiB): far from where a block cipher's stream could be told from random (2⁶⁴ blocks).
/// </remarks>
public static class MaskStream
{
    /// <summary>Most blocks of 16 bytes under one key.</summary>
    internal const ulong MostBlocks = 1UL << 32;

    /// <summary>Bytes of the vector that all masks pass over before the next: stays in the second-level cache, so that memory is read and written once.</summary>
    internal const int TileBytes = 64 * 1024;

    private const ulong VectorId = 1;
    private const int BlockBytes = 16;

    /// <summary>Adds or subtracts all masks, in place, modulo 2^L in each lane.</summary>
    /// <param name="lanes">Whole lanes of <paramref name="format"/>.</param>
    /// <param name="format">L.</param>
    /// <param name="terms">The masks. Their keys must not be disposed before this returns.</param>
    /// <param name="parallelism">Most threads, at least 1.</param>
    /// <exception cref="ObjectDisposedException">A key was wiped. The vector may then have some masks and not others: discard it.</exception>
    public static void Apply(Memory<byte> lanes, LaneFormat format, IReadOnlyList<MaskTerm> terms, int parallelism) =>
        Apply(lanes, format, terms, parallelism, firstBlock: 0, portable: !AesNi.IsSupported);

    /// <inheritdoc cref="Apply(Memory{byte}, LaneFormat, IReadOnlyList{MaskTerm}, int)"/>
    /// <param name="lanes">Whole lanes, which start with the block.</param>
    /// <param name="format">L.</param>
    /// <param name="terms">The masks.</param>
    /// <param name="parallelism">Most threads, at least 1.</param>
    /// <param name="firstBlock">Index of the first block: not 0 where <paramref name="lanes"/> is a later part of a vector.</param>
    /// <param name="portable">True not to use AES instructions; the result is the same.</param>
    internal static void Apply(
        Memory<byte> lanes,
        LaneFormat format,
        IReadOnlyList<MaskTerm> terms,
        int parallelism,
        ulong firstBlock,
        bool portable
    )
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentOutOfRangeException.ThrowIfLessThan(parallelism, 1);
        format.DimensionOf(lanes.Span, nameof(lanes));
        CheckBlocks(firstBlock, lanes.Length);
        foreach (var term in terms)
        {
            _ = term.Key.Schedule; // a wiped key is found before the vector changes
        }

        var work = new Work(lanes, format, terms, firstBlock);
        var tiles = (int)(((long)lanes.Length + TileBytes - 1) / TileBytes);
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallelism };
        if (portable)
        {
            ApplyPortably(work, tiles, options);
        }
        else if (parallelism == 1 || tiles <= 1)
        {
            for (var tile = 0; tile < tiles; tile++)
            {
                work.Apply(tile);
            }
        }
        else
        {
            Parallel.For(0, tiles, options, work.Apply);
        }
    }

    /// <summary>The keystream itself, as in published vectors.</summary>
    /// <param name="key">The key.</param>
    /// <param name="destination">Overwritten; any length.</param>
    public static void Keystream(MaskKey key, Span<byte> destination)
    {
        CheckBlocks(0, destination.Length);
        Keystream(key, VectorId, 0, destination, portable: !AesNi.IsSupported);
    }

    /// <summary>The keystream from any counter block on.</summary>
    /// <param name="key">The key.</param>
    /// <param name="vectorId">High 64 bits of each counter block.</param>
    /// <param name="firstBlock">Low 64 bits of the first counter block.</param>
    /// <param name="destination">Overwritten; any length.</param>
    /// <param name="portable">True not to use AES instructions; the result is the same.</param>
    internal static void Keystream(MaskKey key, ulong vectorId, ulong firstBlock, Span<byte> destination, bool portable)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (portable)
        {
            using var ecb = new AesEcb(destination.Length);
            ecb.Seek(vectorId, firstBlock);
            ecb.Write(destination, key.Key);
        }
        else
        {
            destination.Clear(); // 0 + keystream
            AesNi.Combine(destination, key.Schedule, vectorId, firstBlock, sizeof(ulong), subtract: false);
        }
    }

    private static void ApplyPortably(Work work, int tiles, ParallelOptions options) =>
        Parallel.For(
            0,
            tiles,
            options,
            () => new AesEcb(Math.Min(TileBytes, work.Length)),
            (tile, _, ecb) =>
            {
                work.Apply(tile, ecb);
                return ecb;
            },
            ecb => ecb.Dispose()
        );

    private static void CheckBlocks(ulong firstBlock, int bytes)
    {
        var blocks = ((ulong)bytes + BlockBytes - 1) / BlockBytes;
        if (firstBlock > MostBlocks || blocks > MostBlocks - firstBlock)
        {
            throw new ArgumentOutOfRangeException(
                nameof(firstBlock),
                $"{blocks} blocks from {firstBlock} on would pass the limit of {MostBlocks} for one key."
            );
        }
    }

    private sealed class Work(Memory<byte> lanes, LaneFormat format, IReadOnlyList<MaskTerm> terms, ulong firstBlock)
    {
        public int Length => lanes.Length;

        public void Apply(int tile)
        {
            var part = Tile(tile);
            for (var i = 0; i < terms.Count; i++)
            {
                AesNi.Combine(part, terms[i].Key.Schedule, VectorId, Block(tile), format.LaneBytes, terms[i].Subtract);
            }
        }

        public void Apply(int tile, AesEcb ecb)
        {
            var part = Tile(tile);
            ecb.Seek(VectorId, Block(tile));
            for (var i = 0; i < terms.Count; i++)
            {
                ecb.Combine(part, terms[i].Key.Key, format, terms[i].Subtract);
            }
        }

        private ulong Block(int tile) => firstBlock + ((ulong)tile * (TileBytes / BlockBytes));

        private Span<byte> Tile(int tile)
        {
            var start = tile * TileBytes;
            return lanes.Span.Slice(start, Math.Min(TileBytes, lanes.Length - start));
        }
    }
}
