using Federated.Coordinator.Hosting;
using Federated.Coordinator.Sessions;
using Federated.Coordinator.Studies;
using Federated.Federation;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Trees;
using Federated.TransparencyLog.Witnesses;
using Federated.V1;
using Google.Protobuf;
using Refusal = Federated.TransparencyLog.Witnesses.WitnessRefusal;

namespace Federated.Coordinator.Log;

/// <summary>
/// Asks every connected site to cosign the log as it grows, over the stream that the site opened, and knows which checkpoints enough of a study's sites have cosigned. Thread-safe.
/// </summary>
internal sealed class Witnessing(SessionRegistry sessions, CoordinatorLog log, TimeProvider time)
{
    /// <summary>A study that is under way uses one of the last few.</summary>
    private const int MostKept = 16;

    /// <summary>Own entries that a site is shown at once; the rest comes with the next question.</summary>
    private const int MostOwn = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<SiteName, Witness> _witnesses = []; // guarded by _lock
    private readonly List<PublishedLog> _published = []; // guarded by _lock; the newest last
    private TaskCompletionSource? _settling; // guarded by _lock; somebody waits until all have answered that are waited for
    private IReadOnlyList<WitnessQuorum> _awaited = []; // guarded by _lock; without whom that wait does not end

    /// <summary>Somebody cosigned. Raised outside the lock; must not block.</summary>
    internal event Action? Cosigned;

    /// <summary>Somebody waits for a checkpoint of what is in the database. Raised outside the lock; must not block.</summary>
    internal event Action? Wanted;

    /// <summary>A study waits until so many entries are cosigned: they are published at once, and not with what comes next.</summary>
    internal void Want(long size)
    {
        if (Size.Value < size)
        {
            Wanted?.Invoke();
        }
    }

    /// <summary>Entries of the newest checkpoint.</summary>
    internal TreeSize Size
    {
        get
        {
            lock (_lock)
            {
                return _published.Count == 0 ? new TreeSize(0) : _published[^1].Head.Size;
            }
        }
    }

    /// <summary>A new checkpoint, signed; its files are there.</summary>
    internal void Publish(PublishedLog published)
    {
        lock (_lock)
        {
            _published.Add(published);
            if (_published.Count > MostKept)
            {
                _published.RemoveAt(0);
            }

            foreach (var (site, witness) in _witnesses)
            {
                AskUnderLock(site, witness);
            }
        }
    }

    /// <summary>A site connected.</summary>
    /// <param name="site">Its name.</param>
    /// <param name="key">Its witness key, by its credential.</param>
    /// <param name="credential">The root's word, as a file.</param>
    /// <param name="size">Entries that it says it cosigned last.</param>
    internal void Enter(SiteName site, NoteKey key, ReadOnlyMemory<byte> credential, TreeSize size)
    {
        lock (_lock)
        {
            var witness = new Witness(key, credential, size);
            if (_witnesses.TryGetValue(site, out var before))
            {
                witness.GoOnFrom(before);
                if (!before.Key.Equals(key))
                {
                    _published.ForEach(published => published.Remove(site)); // a quorum of keys that count is wanted
                }
            }

            _witnesses[site] = witness;
            if (_published.Count > 0 && size > _published[^1].Head.Size)
            {
                // It will refuse whatever we show it, and it is right: somebody's disk went back in time, and it is probably ours.
                witness.HasRefused = true;
                log.LogBehind(site.Value, size.Value, _published[^1].Head.Size.Value);
                var shorter = new AddCheckpointRequest(_published[^1].Head.Size, [], _published[^1].Checkpoint);
                sessions.Send(
                    site,
                    new CoordinatorMessage { LogGrowth = new LogGrowth { Request = UnsafeByteOperations.UnsafeWrap(shorter.ToBytes()) } }
                ); // so that its operator hears of it too
                return;
            }

            AskUnderLock(site, witness);
        }
    }

    /// <summary>An entry of a site is in the database, at that place: it is to be shown that it is in the log.</summary>
    internal void Show(SiteName site, long place, Digest hash)
    {
        lock (_lock)
        {
            if (_witnesses.TryGetValue(site, out var witness))
            {
                witness.Unshown[place] = hash;
                AskUnderLock(site, witness);
            }
        }
    }

    /// <summary>A site's keys count no more.</summary>
    internal void Leave(SiteName site)
    {
        lock (_lock)
        {
            _witnesses.Remove(site);
            _published.ForEach(published => published.Remove(site));
            SettleUnderLock();
        }
    }

    /// <summary>
    /// Ends once every connected witness that is prompt has answered what it was asked last, and of the others as many as studies wait for. A new checkpoint before that would be cosigned by some and
    /// the old one by others, and under steady growth no checkpoint by a quorum. Who is slow without being needed holds up nobody: prompt witnesses cosign every checkpoint, also the one that it is at.
    /// </summary>
    /// <param name="most">Who has not answered by then is not waited for again before it does.</param>
    /// <param name="awaited">Of studies that wait for the log.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task SettledAsync(TimeSpan most, IReadOnlyList<WitnessQuorum> awaited, CancellationToken cancellationToken)
    {
        Task settled;
        lock (_lock)
        {
            _settling = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            settled = _settling.Task;
            _awaited = awaited;
            SettleUnderLock();
        }

        try
        {
            await settled.WaitAsync(most, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            lock (_lock)
            {
                foreach (var witness in _witnesses.Values.Where(witness => witness.Asked is not null))
                {
                    witness.IsSlow = true;
                }
            }
        }
    }

    /// <summary>A site's answer to what it was asked.</summary>
    /// <returns>Why it does not count, or null.</returns>
    internal string? Answer(SiteName site, ReadOnlySpan<byte> line)
    {
        lock (_lock)
        {
            if (!_witnesses.TryGetValue(site, out var witness) || witness.Asked is not { } asked)
            {
                return "it was asked to cosign nothing.";
            }

            if (witness.Verified(asked.Checkpoint, line) is not { } cosignature)
            {
                return $"it is no cosignature of this site over the checkpoint of {asked.Head.Size} entries.";
            }

            asked.Add(site, cosignature);
            witness.Answered(time.GetElapsedTime(witness.AskedAt ?? time.GetTimestamp()));
            (witness.Size, witness.Asked, witness.AskedAt, witness.IsSlow) = (asked.Head.Size, null, null, false);
            AskUnderLock(site, witness);
            SettleUnderLock();
        }

        Cosigned?.Invoke();
        return null;
    }

    /// <summary>A site does not cosign.</summary>
    internal void Refused(SiteName site, TreeSize has, uint code)
    {
        lock (_lock)
        {
            if (!_witnesses.TryGetValue(site, out var witness) || witness.Asked is not { } asked)
            {
                return;
            }

            if (code == (uint)Refusal.OtherOldSize && has <= asked.Head.Size && has != witness.Size)
            {
                // It began elsewhere than we believed, as after a greeting that was overtaken.
                witness.Size = has;
                witness.Asked = null;
                AskUnderLock(site, witness);
                return;
            }

            witness.HasRefused = true;
            SettleUnderLock();
        }

        log.WitnessRefuses(site.Value, Enum.IsDefined((Refusal)code) ? ((Refusal)code).ToString() : $"code {code}", has.Value);
    }

    /// <summary>The newest checkpoint of at least so many entries that enough of these sites cosigned, or null.</summary>
    internal PublishedLog? For(IReadOnlyCollection<SiteName> roster, int quorum, long leastSize)
    {
        lock (_lock)
        {
            return _published.FindLast(published =>
                published.Head.Size.Value >= leastSize && roster.Count(published.IsCosignedBy) >= quorum
            );
        }
    }

    /// <summary>The newest checkpoint, or null before the first; with every cosignature that came.</summary>
    internal PublishedLog? Newest
    {
        get
        {
            lock (_lock)
            {
                return _published.Count == 0 ? null : _published[^1];
            }
        }
    }

    /// <summary>The last few checkpoints, the oldest first, each with every cosignature that came.</summary>
    internal IReadOnlyList<SignedCheckpoint> Recent()
    {
        lock (_lock)
        {
            return [.. _published.Select(published => published.With(published.Witnesses))];
        }
    }

    /// <summary>Sites of a roster that have not cosigned the newest checkpoint, for people.</summary>
    internal IReadOnlyList<SiteName> Silent(IReadOnlyCollection<SiteName> roster)
    {
        lock (_lock)
        {
            return _published.Count == 0 ? [.. roster] : [.. roster.Where(site => !_published[^1].IsCosignedBy(site))];
        }
    }

    /// <summary>Says to a site which checkpoint its next invitation names, who cosigned it, and that its study's past is in it.</summary>
    /// <param name="site">Whom.</param>
    /// <param name="plan">Which study.</param>
    /// <param name="roster">Its sites.</param>
    /// <param name="published">The checkpoint.</param>
    /// <param name="milestone">The study's last.</param>
    /// <param name="charge">The site's last charge, of whichever study; null where there is none, or no ledger to compare.</param>
    internal void Tell(
        SiteName site,
        Digest plan,
        IReadOnlyCollection<SiteName> roster,
        PublishedLog published,
        PlacedEntry milestone,
        PlacedEntry? charge
    )
    {
        LogShown shown;
        lock (_lock)
        {
            if (!_witnesses.TryGetValue(site, out var witness))
            {
                return; // gone meanwhile
            }

            var cosigners = roster.Where(published.IsCosignedBy).ToList();
            shown = new LogShown
            {
                PlanHash = StudyMessages.BytesOf(plan),
                Request = UnsafeByteOperations.UnsafeWrap(RequestUnderLock(witness, published, published.With(cosigners)).ToBytes()),
                Past = ShownUnderLock(published, milestone),
            };
            if (charge is not null && charge.Place < published.Head.Size.Value)
            {
                shown.Charge = ShownUnderLock(published, charge);
            }

            foreach (var cosigner in cosigners.Select(name => _witnesses.GetValueOrDefault(name)).OfType<Witness>())
            {
                if (witness.Told.Add(Digest.Of(cosigner.Credential.Span)))
                {
                    shown.Credentials.Add(UnsafeByteOperations.UnsafeWrap(cosigner.Credential));
                }
            }
        }

        sessions.Send(site, new CoordinatorMessage { LogShown = shown });
    }

    private void AskUnderLock(SiteName site, Witness witness)
    {
        if (witness.Asked is not null || witness.HasRefused || _published.Count == 0)
        {
            return;
        }

        var newest = _published[^1];
        var own = witness.Unshown.TakeWhile(entry => entry.Key < newest.Head.Size.Value).Take(MostOwn).ToList();
        if (newest.IsCosignedBy(site) && own.Count == 0)
        {
            return;
        }

        var request = RequestUnderLock(witness, newest, newest.Checkpoint);
        var growth = new LogGrowth { Request = UnsafeByteOperations.UnsafeWrap(request.ToBytes()) };
        foreach (var (place, hash) in own)
        {
            var at = new EntryPlace { EntryHash = StudyMessages.BytesOf(hash), Index = (ulong)place };
            at.Path.Add(PathOf(newest, place));
            growth.Own.Add(at);
            witness.Unshown.Remove(place);
        }

        (witness.Asked, witness.AskedAt) = (newest, witness.AskedAt ?? time.GetTimestamp());
        sessions.Send(site, new CoordinatorMessage { LogGrowth = growth });
    }

    private static ShownEntry ShownUnderLock(PublishedLog published, PlacedEntry entry)
    {
        var shown = new ShownEntry { Entry = UnsafeByteOperations.UnsafeWrap(entry.Bytes), Index = (ulong)entry.Place };
        shown.Path.Add(PathOf(published, entry.Place));
        return shown;
    }

    private void SettleUnderLock()
    {
        if (!_witnesses.Any(known => IsWaitedForUnderLock(known.Key, known.Value)))
        {
            _settling?.TrySetResult();
        }
    }

    private bool IsWaitedForUnderLock(SiteName site, Witness witness) =>
        witness is { Asked: not null, HasRefused: false, IsSlow: false }
        && sessions.TryFind(site, out _)
        && (witness.IsPrompt || _awaited.Any(quorum => quorum.Wants(site, _published[^1])));

    /// <summary>From where the site is once it has heard what was said to it before.</summary>
    private static AddCheckpointRequest RequestUnderLock(Witness witness, PublishedLog published, SignedCheckpoint signed)
    {
        var from = witness.Asked?.Head.Size ?? witness.Size;
        from = from < published.Head.Size ? from : published.Head.Size; // it has seen this one already
        return new AddCheckpointRequest(from, ConsistencyProof.Of(from, published.Head.Size, published.Tree.Subtree), signed);
    }

    private static IEnumerable<ByteString> PathOf(PublishedLog published, long place) =>
        InclusionProof.Of(new LeafIndex(place), published.Head.Size, published.Tree.Subtree).Select(StudyMessages.BytesOf);
}

/// <summary>An entry, and where in the log it is.</summary>
internal sealed record PlacedEntry(ReadOnlyMemory<byte> Bytes, long Place);

/// <summary>As many sites of a roster as have to cosign before a study goes on.</summary>
/// <param name="Roster">Of its plan.</param>
/// <param name="Least">How many.</param>
internal sealed record WitnessQuorum(IReadOnlyCollection<SiteName> Roster, int Least)
{
    /// <summary>True if it counts on a site, and too few have cosigned that checkpoint.</summary>
    internal bool Wants(SiteName site, PublishedLog published) => Roster.Contains(site) && Roster.Count(published.IsCosignedBy) < Least;
}
