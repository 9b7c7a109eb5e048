using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;
using Federated.Coordinator.Storage;
using Federated.Coordinator.Studies;
using Federated.Federation;
using Federated.Hosting;
using Federated.Identity;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Tiles;

namespace Federated.Coordinator.Log;

/// <summary>
/// The newest checkpoint that enough sites cosigned for an auditor: a quorum of the roster of the study that the log speaks of last. Kept on disk, so that a restart does not take it away from those
/// who come when the sites are gone. Thread-safe.
/// </summary>
/// <remarks>
/// Nothing rests on the file but what auditors are offered: it is not forced, and without it an auditor waits until sites have cosigned again.
/// </remarks>
internal sealed class CosignedLog(
    CoordinatorStore store,
    LogFiles files,
    Witnessing witnessing,
    StudyRegistry studies,
    TlsIdentity tls,
    FatalFault fault,
    TimeProvider time
) : BackgroundService
{
    private const int MostAtOnce = 4096;

    /// <summary>Cosignatures of several sites come within a moment of each other; they are written together.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private readonly Channel<bool> _came = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, Standing> _standings = []; // guarded by _lock; of the last few checkpoints, by size
    private readonly Dictionary<SiteName, NoteKey> _keys = []; // guarded by _lock; witness keys that count after the entries so far
    private long _read; // guarded by _lock; entries that were looked at
    private Digest? _last; // guarded by _lock; the study of the last entry that is of one
    private SignedCheckpoint? _kept; // guarded by _lock; as on disk

    /// <summary>Takes over what is on disk.</summary>
    /// <exception cref="OperatorException">It is of another log than the database has.</exception>
    internal void Begin()
    {
        lock (_lock)
        {
            if (files.ReadCosigned() is not { } bytes || !SignedCheckpoint.TryParse(bytes, out var kept, out _))
            {
                return; // not yet, or cut by a crash: it is written again
            }

            var (head, newest) = (kept.Checkpoint.Head, witnessing.Newest!.Head);
            if (head.Size > newest.Size || new TiledTree(newest, files.Read).RootAt(head.Size) != head.Root)
            {
                throw new OperatorException(
                    $"Sites have cosigned a log of {head.Size} entries with another past than the database has, which has {newest.Size}: it was altered, or restored from an older backup.",
                    "restore the newest backup of the database"
                );
            }

            _kept = kept;
        }
    }

    /// <summary>The checkpoint, with all cosignatures that are known; null while a quorum has cosigned none.</summary>
    internal SignedCheckpoint? Current
    {
        get
        {
            lock (_lock)
            {
                return BestUnderLock();
            }
        }
    }

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        witnessing.Cosigned += Wake;
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        witnessing.Cosigned -= Wake;
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Keep();
        }
        catch (OperatorException e)
        {
            fault.Stop(e);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var _ in _came.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
            {
                await Task.Delay(Patience, time, stoppingToken).ConfigureAwait(false);
                Keep();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping.
        }
        catch (OperatorException e)
        {
            fault.Stop(e);
        }
    }

    private void Wake() => _came.Writer.TryWrite(true);

    private void Keep()
    {
        lock (_lock)
        {
            if (BestUnderLock() is { } best && !ReferenceEquals(best, _kept) && best.Note.Signatures.Length > 1)
            {
                files.WriteCosigned(best.ToBytes());
                _kept = best;
            }
        }
    }

    private SignedCheckpoint? BestUnderLock()
    {
        var recent = witnessing.Recent();
        foreach (var checkpoint in recent)
        {
            ReadUnderLock(checkpoint.Checkpoint.Head.Size.Value);
        }

        var best = recent.LastOrDefault(checkpoint => IsCosigned(checkpoint, _standings[checkpoint.Checkpoint.Head.Size.Value]));
        foreach (var old in _standings.Keys.Where(size => size < recent[0].Checkpoint.Head.Size.Value).ToList())
        {
            _standings.Remove(old);
        }

        return best is null || (_kept is not null && _kept.Checkpoint.Head.Size > best.Checkpoint.Head.Size) ? _kept
            : _kept is not null
            && _kept.Checkpoint.Head == best.Checkpoint.Head
            && _kept.Note.Signatures.Length >= best.Note.Signatures.Length
                ? _kept
            : best;
    }

    /// <summary>Looks at the entries up to a checkpoint: which study is the last there, and which sites' keys count.</summary>
    private void ReadUnderLock(long size)
    {
        while (_read < size)
        {
            foreach (var line in store.LogFrom(_read, (int)Math.Min(MostAtOnce, size - _read)))
            {
                _read++;
                if (line.Plan is { } plan)
                {
                    _last = studies.TryFind(plan, out _) ? plan : _last; // a refusal may be of a plan that was never registered
                }
                else if (line.Site is null)
                {
                    RegisterUnderLock(line.Entry);
                }
            }
        }

        _standings.TryAdd(size, new Standing(_last, new Dictionary<SiteName, NoteKey>(_keys)));
    }

    private void RegisterUnderLock(ReadOnlyMemory<byte> bytes)
    {
        switch (SealedEntry.TryParse(bytes, out var entry, out _) ? entry.Entry.Body : null)
        {
            case KeyRegistration registration
                when ProtocolCredential.TryReadUnverified(Encoding.UTF8.GetBytes(registration.Credential), out var member, out _)
                    && member.Holder.Role == Role.Site: // whoever greeted with it was judged then
                _keys[member.Holder.Name] = member.WitnessKey(KeyNames.ForSite(member.Holder.Name));
                break;
            case KeyRevocation revocation:
                using (var root = tls.Root.GetECDsaPublicKey()!) // the log was read under it at the start
                {
                    if (RevocationList.TryRead(Encoding.UTF8.GetBytes(revocation.Revocations), root, out var list, out _))
                    {
                        foreach (var member in list.Members.Where(member => member.Role == Role.Site))
                        {
                            _keys.Remove(member.Name);
                        }
                    }
                }

                break;
        }
    }

    private bool IsCosigned(SignedCheckpoint checkpoint, Standing standing)
    {
        if (standing.Last is not { } last)
        {
            return true; // before the first study the log's own signature is enough
        }

        if (!studies.TryFind(last, out var study))
        {
            return false;
        }

        // A key that is registered behind this checkpoint does not count for it.
        var cosigned = study.Plan.Roster.Count(site =>
            standing.Keys.TryGetValue(site, out var key) && checkpoint.Note.Signatures.Any(key.IsNamedBy)
        );
        return cosigned >= LogPolicy.QuorumOf(study.Plan.Roster.Length, study.Plan.Aggregation.Colluders);
    }

    /// <summary>What the log says up to a size.</summary>
    /// <param name="Last">The study of the last entry that is of one; null before the first.</param>
    /// <param name="Keys">Witness keys that count.</param>
    private sealed record Standing(Digest? Last, IReadOnlyDictionary<SiteName, NoteKey> Keys);
}
