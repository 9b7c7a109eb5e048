using Federated.Federation;
using Federated.Hosting;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;

namespace Federated.Node.Journal;

/// <summary>
/// Statements of this site that it has not yet been shown in the log: <c>STATE/log/pending/HASH</c>, a file each, said again in every session until the coordinator proves that they
/// are in it. Not thread-safe.
/// </summary>
internal sealed class PendingEntries(StateFolder state)
{
    private readonly Dictionary<Digest, Pending> _entries = Read(state);

    /// <summary>All that may be said, the oldest first.</summary>
    internal IEnumerable<Pending> Sayable => All.Where(entry => !entry.IsHeld);

    /// <summary>All of them, the oldest first.</summary>
    internal IEnumerable<Pending> All => _entries.Values.OrderBy(entry => entry.File, StringComparer.Ordinal);

    /// <summary>Keeps a statement.</summary>
    /// <param name="bytes">Signed.</param>
    /// <param name="now">Orders the files.</param>
    /// <param name="isHeld">True if it is not to be said yet.</param>
    internal void Add(ReadOnlyMemory<byte> bytes, DateTimeOffset now, bool isHeld = false)
    {
        var hash = Digest.Of(bytes.Span);
        StateFolder.Create(state.Log);
        StateFolder.Create(FolderOf(state));
        var file = Path.Combine(FolderOf(state), $"{now.ToUnixTimeMilliseconds():d15}-{hash}");
        PrivateFiles.WriteWhole(file, bytes.Span);
        _entries[hash] = new Pending(file, bytes) { IsHeld = isHeld };
    }

    /// <summary>The log has it.</summary>
    /// <returns>The statement; null if none of that hash was pending.</returns>
    internal Pending? Find(Digest hash) => _entries.GetValueOrDefault(hash);

    /// <summary>Lets go of a statement that was found in the log.</summary>
    internal void Remove(Digest hash)
    {
        if (_entries.Remove(hash, out var entry))
        {
            File.Delete(entry.File);
        }
    }

    /// <summary>Goes by the ledger: drops charges whose line was announced and never written, and says none of which that is uncertain.</summary>
    /// <param name="isWritten">Of a ledger by name, the number of a line and its hash; null where nobody knows.</param>
    internal void Compare(Func<Digest, long, Digest, bool?> isWritten)
    {
        foreach (var (hash, pending) in _entries.ToList())
        {
            if (SealedEntry.TryParse(pending.Bytes, out var statement, out _) && statement.Entry.Body is PrivacyCharge charge)
            {
                var written = isWritten(charge.Ledger, charge.LedgerLine, charge.LedgerHash);
                pending.IsHeld = written is null;
                if (written == false)
                {
                    Remove(hash);
                }
            }
        }
    }

    /// <summary>Signs anew what another key signed: this site has other keys since, and the log takes only what its present one says.</summary>
    /// <param name="own">The present key.</param>
    /// <param name="sign">Signs an entry with it.</param>
    /// <param name="now">Orders the files.</param>
    internal void Renew(NoteKey own, Func<LogEntry, byte[]> sign, DateTimeOffset now)
    {
        foreach (var (hash, pending) in _entries.ToList())
        {
            if (SealedEntry.TryParse(pending.Bytes, out var statement, out _) && !statement.TryVerify([own], out _, out _))
            {
                Add(sign(statement.Entry), now, pending.IsHeld);
                Remove(hash);
            }
        }
    }

    private static string FolderOf(StateFolder state) => Path.Combine(state.Log, "pending");

    private static Dictionary<Digest, Pending> Read(StateFolder state)
    {
        var entries = new Dictionary<Digest, Pending>();
        if (Directory.Exists(FolderOf(state)))
        {
            foreach (var file in Directory.GetFiles(FolderOf(state)).Order(StringComparer.Ordinal))
            {
                if (file.EndsWith(".partial", StringComparison.Ordinal))
                {
                    File.Delete(file); // we died while it was written: nobody was told of it
                    continue;
                }

                var bytes = TextFiles.ReadBytes(file);
                entries[Digest.Of(bytes)] = new Pending(file, bytes);
            }
        }

        return entries;
    }
}

/// <summary>A statement that is not known to be in the log.</summary>
/// <param name="file">Where it is kept.</param>
/// <param name="bytes">Signed.</param>
internal sealed class Pending(string file, ReadOnlyMemory<byte> bytes)
{
    internal string File => file;

    internal ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>True while it is uncertain whether what it says is so.</summary>
    internal bool IsHeld { get; set; }

    /// <summary>Trees that this site accepted since it first said the statement; over all sessions, or else a coordinator that ends them could keep it out for ever.</summary>
    internal int Passed { get; set; }
}
