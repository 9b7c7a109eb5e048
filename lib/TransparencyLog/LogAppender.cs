using System.Collections.Immutable;
using Federated.Federation;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog;

/// <summary>A log about to grow: its compact tree and the files at its right edge that are not full. Immutable; a batch yields files and the log after it.</summary>
/// <remarks>
/// Who stores the log must do so in this order, each step durable (file and folder forced to disk) before the next:
/// 1. the files of <see cref="AppendedBatch.Files"/>, in their order, each whole under its name or not at all (written beside it, forced, renamed);
/// 2. the checkpoint over <see cref="LogAppender.Head"/> of <see cref="AppendedBatch.After"/> is signed, and stored in place of the last;
/// 3. it is sent to witnesses, and whoever waits for its entry is answered.
/// A crash in or after 1 leaves files that no checkpoint counts. The restarted log begins at its stored checkpoint (<see cref="Resume"/>), and may write other
/// entries into the same names: nobody was told of the first ones, and no full or partial file that the stored checkpoint counts is among them, since a batch only writes
/// names that are wider or further right. A crash in 2 loses a signature that nobody saw. So no two checkpoints that anybody ever saw disagree. Signing before 1 would promise
/// entries that a crash may lose, and the log could then only stop or fork.
/// </remarks>
public sealed class LogAppender
{
    private readonly CompactTree _tree; // never changed: batches work on a clone
    private readonly ImmutableArray<byte> _bundle; // the partial bundle's bytes, empty if there is none
    private readonly ImmutableArray<ImmutableArray<Digest>> _edge; // by level, the hashes of the partial tile; may be empty

    private LogAppender(CompactTree tree, ImmutableArray<byte> bundle, ImmutableArray<ImmutableArray<Digest>> edge) =>
        (_tree, _bundle, _edge, Head) = (tree, bundle, edge, tree.Head);

    /// <summary>A log without entries.</summary>
    public static LogAppender Empty { get; } = new(new CompactTree(), [], []);

    /// <summary>Size and root.</summary>
    public TreeHead Head { get; }

    /// <summary>A log as its files say, checked against the head: after a restart.</summary>
    /// <param name="head">Of the last checkpoint that was stored.</param>
    /// <param name="source">Where the files are. Files beyond the head are ignored.</param>
    /// <exception cref="CorruptLogException">The right edge is not what the head binds. Do not append: entries were lost.</exception>
    public static LogAppender Resume(TreeHead head, TileSource source)
    {
        var tiles = new TiledTree(head, source);
        var size = head.Size.Value;
        var subtrees = ImmutableArray.CreateBuilder<Digest>();
        for (var (level, at) = (61, 0L); level >= 0; level--)
        {
            if (((size >> level) & 1) == 1)
            {
                subtrees.Add(tiles.Subtree(level, at >> level));
                at += 1L << level;
            }
        }

        var edge = ImmutableArray.CreateBuilder<ImmutableArray<Digest>>();
        for (var level = 0; level < Tiling.Levels(size); level++)
        {
            var count = Tiling.Hashes(size, level);
            var first = count / TilePath.FullWidth * TilePath.FullWidth;
            edge.Add([.. Range(first, count).Select(index => tiles.Subtree(level * TilePath.Height, index))]);
        }

        var bundle = ImmutableArray.CreateBuilder<byte>();
        foreach (var index in Range(size / TilePath.FullWidth * TilePath.FullWidth, size))
        {
            var entry = tiles.Entry(new LeafIndex(index)).Span;
            var place = new byte[EntryBundle.SizeOf(entry)];
            EntryBundle.Write(entry, place);
            bundle.AddRange(place);
        }

        return new LogAppender(new CompactTree(head.Size, subtrees.ToArray()), bundle.ToImmutable(), edge.ToImmutable());
    }

    /// <summary>Adds entries. This log stays as it is.</summary>
    /// <param name="entries">At least one, each of at most 65,535 bytes, in the order that the log will have.</param>
    /// <exception cref="ArgumentException">No entry, or one that is too long: refused as a whole.</exception>
    public AppendedBatch Append(IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        if (entries.Count == 0)
        {
            throw new ArgumentException("A batch without entries would sign the same tree again.", nameof(entries));
        }

        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].Length > EntryBundle.MostEntryBytes)
            {
                throw new ArgumentException(
                    $"Entry {i} of the batch has {entries[i].Length} bytes; {EntryBundle.MostEntryBytes} are allowed. Log a hash of what is larger.",
                    nameof(entries)
                );
            }
        }

        var growth = new LogGrowth(_tree.Clone(), _bundle, _edge);
        foreach (var entry in entries)
        {
            growth.Add(entry.Span);
        }

        growth.WritePartialFiles(Head.Size);
        return new AppendedBatch(growth.FilesInOrder(), new LogAppender(growth.Tree, growth.Bundle, growth.Edge));
    }

    private static IEnumerable<long> Range(long from, long to)
    {
        for (var at = from; at < to; at++)
        {
            yield return at;
        }
    }
}

/// <summary>What a batch of entries makes of a log.</summary>
/// <param name="Files">The files to write, in this order: bundles, then tiles from level 0 upwards. None of them is counted by an earlier checkpoint.</param>
/// <param name="After">The log after the batch; take it as the present one when its checkpoint is stored, and not before.</param>
public sealed record AppendedBatch(ImmutableArray<LogFile> Files, LogAppender After);

/// <summary>A file of a log.</summary>
/// <param name="Path">Its name.</param>
/// <param name="Bytes">All of it.</param>
public sealed record LogFile(TilePath Path, ReadOnlyMemory<byte> Bytes);
