using Federated.Coordinator.Storage;
using Federated.Federation;
using Federated.Hosting;
using Federated.TransparencyLog;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;

namespace Federated.Coordinator.Log;

/// <summary>Makes files and a signed checkpoint of the entries that the database has, and hands it to the witnesses. One caller at a time.</summary>
/// <remarks>
/// Order, and what is true if we die between two steps:
/// 1. Entries are in the database, forced (<see cref="CoordinatorStore.ForceLog"/>). Before: nobody has heard of them, and whatever they speak of did not happen either, since it is in the
///    same transaction.
/// 2. The files are written, not forced. A crash, or a power cut that takes them, is mended at the next start: they are made from the database again.
/// 3. The checkpoint is signed and shown. Whatever tree of this size is ever signed again has the same entries, since those were on disk before: no two checkpoints disagree, however
///    often we die.
/// Only a database that goes back in time, a restored backup, could make us sign another past. The files then count more entries than it has, and nothing starts
/// (<see cref="Begin"/>); should they be gone too, every witness remembers more than it is shown, and refuses.
/// </remarks>
internal sealed class LogWriter(
    CoordinatorStore store,
    LogFiles files,
    AuditTrail trail,
    NoteSigner signer,
    Witnessing witnessing,
    Members members
)
{
    private const int MostAtOnce = 4096;

    /// <summary>Trees whose partial files stay for readers that are at them.</summary>
    private const int TreesKept = 16;

    private readonly Queue<TreeSize> _trees = new();
    private LogAppender _appender = LogAppender.Empty;

    /// <summary>Takes the log over from disk, before anybody is let in: its first entries, and that this coordinator started.</summary>
    /// <param name="credential">Of this coordinator.</param>
    /// <param name="configuration">Hash of its configuration.</param>
    /// <exception cref="OperatorException">The database is older than the log's files.</exception>
    internal void Begin(ReadOnlyMemory<byte> credential, Digest configuration)
    {
        Resume(); // before anything is added: a start that is refused changes nothing
        if (store.LogSize == 0)
        {
            store.AddToLog(Own(trail.Genesis()));
        }

        members.EnterSelf(credential); // entry 1, and again whenever this coordinator comes with other keys
        store.AddToLog(Own(trail.Started(configuration)));
        Publish();
    }

    /// <summary>A statement of the coordinator's own, of no study.</summary>
    internal static LogLine Own(byte[] entry) => new(entry, null, null);

    private void Resume()
    {
        if (files.ReadCheckpoint() is not { } bytes || !SignedCheckpoint.TryParse(bytes, out var last, out _))
        {
            return; // the first start, or files that are gone: they are made anew
        }

        var head = last.Checkpoint.Head;
        if (head.Size.Value > store.LogSize)
        {
            throw new OperatorException(
                $"The log's files count {head.Size} entries, and the database has {store.LogSize}: it was restored from an older backup. Sites would see a log that lost entries, and take part in nothing.",
                "restore the newest backup of the database; nothing was changed"
            );
        }

        AppendUpTo(head.Size.Value); // every file as the database has it: one that a power cut took is written again
        if (_appender.Head.Root != head.Root)
        {
            throw new OperatorException(
                $"The database's first {head.Size} entries of the log are not those that were published: it was altered, or restored from a backup of another past.",
                "restore the newest backup of the database; nothing was changed"
            );
        }
    }

    /// <summary>Publishes what is in the database and not in the newest checkpoint, if there is anything.</summary>
    internal void Publish()
    {
        var size = store.ForceLog();
        if (_appender.Head.Size.Value == size && witnessing.Size.Value == size)
        {
            return;
        }

        AppendUpTo(size);
        var checkpoint = SignedCheckpoint.Sign(Checkpoint.Of(trail.Origin.Value, _appender.Head), signer);
        files.WriteCheckpoint(checkpoint.ToBytes());
        witnessing.Publish(new PublishedLog(checkpoint, new TiledTree(_appender.Head, files.Read)));
        RemoveOld(_appender.Head.Size);
    }

    private void AppendUpTo(long size)
    {
        while (_appender.Head.Size.Value < size)
        {
            var lines = store.LogFrom(_appender.Head.Size.Value, (int)Math.Min(MostAtOnce, size - _appender.Head.Size.Value));
            var batch = _appender.Append([.. lines.Select(line => line.Entry)]);
            files.Write(batch.Files);
            _appender = batch.After;
        }
    }

    private void RemoveOld(TreeSize size)
    {
        _trees.Enqueue(size);
        if (_trees.Count > TreesKept)
        {
            var old = _trees.Dequeue();
            files.RemoveReplaced(
                Tiling.FilesOf(old).Where(path => !path.IsFull),
                Tiling.FilesOf(size).Where(path => !path.IsFull).ToHashSet()
            );
        }
    }
}
