using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog.Verification;

/// <summary>Verifies a whole log from its files: signatures and quorum of the checkpoint, every entry, every hash of every tile, and the root.</summary>
/// <remarks>
/// Everything is computed from the entries and compared with what the files say, so a changed byte anywhere shows, with its file. Files that the checkpoint does not
/// count are not asked for: <see cref="Tiling.FilesOf"/> lists those that it does.
/// </remarks>
public static class LogVerifier
{
    private const int BundlesPerThread = 16;

    /// <summary>Name of the checkpoint's file.</summary>
    public const string CheckpointFile = "checkpoint";

    /// <summary>Verifies everything; ends at the first fault.</summary>
    /// <param name="checkpoint">Bytes of the file <c>checkpoint</c>.</param>
    /// <param name="policy">Which checkpoints count. It must know every key that signed: a line that nobody verifies could be changed unseen, and is a fault here.</param>
    /// <param name="source">Where the files are; called by one thread, for each bundle and tile once and in order.</param>
    /// <param name="visit">Sees every entry, in order, on the calling thread; null for none.</param>
    /// <param name="parallelism">Threads that hash, at least 1.</param>
    public static LogVerdict Verify(
        ReadOnlyMemory<byte> checkpoint,
        LogPolicy policy,
        TileSource source,
        EntryVisitor? visit = null,
        int parallelism = 1
    )
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(parallelism, 1);
        if (!SignedCheckpoint.TryParse(checkpoint, out var read, out var fault) || !policy.TryVerify(read, out var verified, out fault))
        {
            return new LogVerdict.Failed(CheckpointFile, fault);
        }

        if (policy.UnknownLines(read).FirstOrDefault() is { } line)
        {
            return new LogVerdict.Failed(
                CheckpointFile,
                $"a signature line of '{line.Name}' (key {line.Id:x8}) is of nobody who is known here."
            );
        }

        return VerifyTree(verified.Head, source, visit, parallelism) is { } failed ? failed : new LogVerdict.Verified(verified);
    }

    /// <summary>
    /// Verifies entries, tiles and root against a checkpoint that nobody has judged yet: where the keys that judge it stand in the log itself. Null if all of it
    /// is what the head binds; nothing may be relied on before the checkpoint was judged too.
    /// </summary>
    /// <param name="head">Size and root as the checkpoint says them.</param>
    /// <param name="source">As for <see cref="Verify"/>.</param>
    /// <param name="visit">As for <see cref="Verify"/>.</param>
    /// <param name="parallelism">Threads that hash, at least 1.</param>
    public static LogVerdict.Failed? VerifyTree(TreeHead head, TileSource source, EntryVisitor? visit = null, int parallelism = 1)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(parallelism, 1);
        try
        {
            return VerifyFiles(head, source, visit, parallelism);
        }
        catch (CorruptLogException e)
        {
            return new LogVerdict.Failed(e.Path?.ToString() ?? "tile", e.Fault);
        }
    }

    private static LogVerdict.Failed? VerifyFiles(TreeHead head, TileSource source, EntryVisitor? visit, int parallelism)
    {
        var size = head.Size.Value;
        var above = new ExpectedTiles(source);
        var tree = new CompactTree();
        var window = new BundleWork[parallelism == 1 ? 1 : parallelism * BundlesPerThread];
        for (var i = 0; i < window.Length; i++)
        {
            window[i] = new BundleWork();
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = parallelism };
        for (var first = 0L; first * TilePath.FullWidth < size; first += window.Length)
        {
            var count = (int)Math.Min(window.Length, ((size - 1) / TilePath.FullWidth) - first + 1);
            for (var i = 0; i < count; i++)
            {
                window[i].Load(source, first + i, size);
            }

            if (count == 1)
            {
                window[0].Check();
            }
            else
            {
                Parallel.For(0, count, options, i => window[i].Check());
            }

            foreach (var bundle in window.AsSpan(0, count))
            {
                if (bundle.Fault is { } fault)
                {
                    throw fault;
                }

                if (visit is not null && Visit(bundle, visit) is { } failed)
                {
                    return failed;
                }

                bundle.AppendTo(tree, above);
            }
        }

        above.CheckPartial(size);
        return tree.Root() == head.Root
            ? null
            : new LogVerdict.Failed(CheckpointFile, $"the {size} entries have the root {tree.Root()}, not the one that was signed.");
    }

    private static LogVerdict.Failed? Visit(BundleWork bundle, EntryVisitor visit)
    {
        var entries = new EntryBundle(bundle.Bytes);
        for (var index = bundle.FirstEntry; entries.TryNext(out var entry); index++)
        {
            if (visit(new LeafIndex(index), entry) is { } fault)
            {
                return new LogVerdict.Failed($"entry {index}", fault);
            }
        }

        return null;
    }
}
