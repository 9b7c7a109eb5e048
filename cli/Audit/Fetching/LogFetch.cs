using Federated.Audit;
using Federated.Hosting;
using Federated.Identity;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;
using Federated.TransparencyLog.Verification;

namespace Federated.Cli.Audit.Fetching;

/// <summary>Brings the log's own files in a folder up to a checkpoint: what arrives is the tree that the checkpoint names, and the one that is there, grown.</summary>
/// <param name="client">Calls to the coordinator.</param>
/// <param name="folder">Where the log lies, or is to lie.</param>
/// <param name="root">The consortium's.</param>
internal sealed class LogFetch(AuditClient client, AuditFolder folder, ConsortiumRoot root)
{
    private LogContents? _contents; // of the log that is in the folder, once it was read

    /// <summary>Asks how far the log is. What is offered is of the log that is here, if there is one, and signed with its key.</summary>
    /// <exception cref="OperatorException">It is not.</exception>
    internal async Task<OfferedLog> OfferAsync(CancellationToken cancellationToken)
    {
        var offer = await client.CheckpointsAsync(cancellationToken);
        var origin = (folder.Checkpoint ?? offer.Newest).Checkpoint.Origin;
        return offer.Newest.Checkpoint.Origin == origin && (offer.Cosigned is null || offer.Cosigned.Checkpoint.Origin == origin)
            ? offer
            : throw new OperatorException(
                $"{folder.Root} holds the log '{origin}', and the coordinator offers '{offer.Newest.Checkpoint.Origin}': another log, of which this one says nothing.",
                "check --coordinator, or fetch into a new folder"
            );
    }

    /// <summary>Fetches what is missing and checks all of it. The files have arrived, and are not in their places yet.</summary>
    /// <param name="offered">A checkpoint that the coordinator offers (<see cref="OfferAsync"/>), or the one that is here.</param>
    /// <param name="cancellationToken">Ends the fetch.</param>
    /// <returns>What the entries up to there say, and the checkpoint with those lines that count.</returns>
    /// <exception cref="LogAlarmException">It is not the log that is there, grown.</exception>
    /// <exception cref="OperatorException">What came is not what the checkpoint names.</exception>
    internal async Task<(LogContents Contents, SignedCheckpoint Checkpoint)> ArriveAsync(
        SignedCheckpoint offered,
        CancellationToken cancellationToken
    )
    {
        var (before, head) = (folder.Head, offered.Checkpoint.Head);
        if (head.Size < before.Size || (head.Size == before.Size && head.Root != before.Root))
        {
            throw Another(offered);
        }

        await client.LogFilesAsync(before.Size, head.Size, folder, cancellationToken);
        var contents = Read(head, before, out var fault);
        if (fault is not null && before.Size.Value > 0)
        {
            // Damage here, or another history there: the whole of it tells which.
            folder.DropLogFiles();
            await client.LogFilesAsync(new TreeSize(0), head.Size, folder, cancellationToken);
            _contents = null;
            contents = Read(head, before, out fault);
        }

        if (fault is not null)
        {
            folder.DropLogFiles();
            throw folder.Checkpoint is { } known
                ? new LogAlarmException(
                    $"The coordinator offers a log of {head.Size} entries, and what it sends does not show that this is the log of {before.Size} that it showed before: {fault}",
                    known,
                    offered
                )
                : new OperatorException(
                    $"What the coordinator sends is not the log that its checkpoint of {head.Size} entries names: {fault}",
                    "try again; if it stays, its data were damaged or it lies: tell the consortium"
                );
        }

        if (contents.Counted(offered, out fault) is not { } counted)
        {
            folder.DropLogFiles();
            throw new OperatorException(
                $"The checkpoint of {head.Size} entries that the coordinator offers does not count: {fault}",
                "try again; if it stays, tell the consortium"
            );
        }

        if (new TiledTree(head, ReadTile).RootAt(before.Size) != before.Root)
        {
            folder.DropLogFiles();
            throw Another(counted);
        }

        _contents = contents;
        return (contents, counted);
    }

    /// <summary>A checkpoint that contradicts the one that is there.</summary>
    internal LogAlarmException Another(SignedCheckpoint offered)
    {
        var (known, head) = (folder.Head, offered.Checkpoint.Head);
        return new LogAlarmException(
            head.Size < known.Size
                    ? $"The coordinator offers a log of {head.Size} entries; it showed {known.Size} before: it lost entries, or was restored from an older backup."
                : head.Size == known.Size
                    ? $"The coordinator shows two logs of {head.Size} entries: one with the root {known.Root} before, one with {head.Root} now."
                : $"The log of {head.Size} entries that the coordinator offers does not begin with the {known.Size} that it showed before: it shows two histories.",
            folder.Checkpoint!,
            offered
        );
    }

    /// <summary>Reads the entries that arrived, and all files that the checkpoint counts unless the older ones were read before.</summary>
    private LogContents Read(TreeHead head, TreeHead before, out string? fault)
    {
        if (_contents is { } known && known.Size == before.Size.Value)
        {
            fault = Later(known, head);
            return known;
        }

        var contents = new LogContents(root);
        var failed = LogVerifier.VerifyTree(head, ReadTile, contents.Take, Environment.ProcessorCount);
        fault = failed is null ? null : $"{failed.Place}: {failed.Fault}";
        return contents;
    }

    private string? Later(LogContents known, TreeHead head)
    {
        try
        {
            var tree = new TiledTree(head, ReadTile);
            for (var index = known.Size; index < head.Size.Value; index++)
            {
                var place = new LeafIndex(index);
                if (known.Take(place, tree.Entry(place).Span) is { } fault)
                {
                    return $"entry {index}: {fault}";
                }
            }

            return null;
        }
        catch (CorruptLogException e)
        {
            return e.Message;
        }
    }

    private byte[]? ReadTile(TilePath path) => folder.Read(path.ToString());
}
