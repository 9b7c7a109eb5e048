using Federated.Coordinator.Storage;
using Federated.Federation;
using Federated.Hosting;
using Federated.Identity;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Trees;

namespace Federated.Coordinator.Log;

/// <summary>
/// Members whose keys are in the log: a site is entered with its credential when it greets, before anything that it says or cosigns. Thread-safe.
/// </summary>
/// <remarks>
/// An entry is signed with the key that counts at its place. So where a site comes with other keys, or the root revokes it, it is suspended first: from then on nothing that it signs is
/// taken. Its studies then write what they took before, and only then is the change itself appended.
/// </remarks>
internal sealed class Members
{
    private readonly CredentialBook _credentials;
    private readonly CoordinatorStore _store;
    private readonly AuditTrail _trail;
    private readonly Witnessing _witnessing;
    private readonly Lock _lock = new();
    private readonly Dictionary<SiteName, NoteKey> _keys = []; // guarded by _lock; of those that greeted, and are not suspended
    private readonly Registrations _registered; // guarded by _lock

    /// <summary>Reads from the log whose keys it has.</summary>
    /// <exception cref="OperatorException">The log is another consortium's.</exception>
    public Members(CredentialBook credentials, CoordinatorStore store, TlsIdentity tls, AuditTrail trail, Witnessing witnessing)
    {
        (_credentials, _store, _trail, _witnessing) = (credentials, store, trail, witnessing);
        _registered = Registrations.Read(store.LogOf(null, int.MaxValue).Reverse(), tls);
    }

    /// <summary>This coordinator; null before <see cref="EnterSelf"/>.</summary>
    internal PeerIdentity? Self { get; private set; }

    /// <summary>Number of the newest revocation list in the log; 0 for none.</summary>
    internal long Revocations
    {
        get
        {
            lock (_lock)
            {
                return _registered.Revocations;
            }
        }
    }

    /// <summary>This coordinator's credentials, one for each log key that the log has of it, the oldest first.</summary>
    internal IReadOnlyList<ReadOnlyMemory<byte>> OwnCredentials
    {
        get
        {
            lock (_lock)
            {
                return _registered.OfCoordinator;
            }
        }
    }

    /// <summary>Why a site's credential does not count today, or null.</summary>
    internal string? Refusal(SiteName site, ReadOnlyMemory<byte> credential)
    {
        if (Read(site, credential, out var fault) is not { } member)
        {
            return fault;
        }

        lock (_lock)
        {
            return _registered.IsRevoked(member.Holder)
                    ? $"the credential of {site} was revoked; this member takes part in nothing any more."
                : _registered.HolderOfSameKey(member) is { } other
                    ? $"one of its keys is also that of {Roles.NameOf(other.Role)} '{other.Name}': every member makes its own, with fed pki request."
                : null;
        }
    }

    /// <summary>Has the log register this coordinator's own keys, if they are new.</summary>
    /// <param name="credential">The root's word on them.</param>
    internal void EnterSelf(ReadOnlyMemory<byte> credential)
    {
        if (!_credentials.CheckMember(credential, out var self, out var fault))
        {
            throw new OperatorException($"This coordinator's own credential does not count: {fault}", "ask the consortium for another");
        }

        lock (_lock)
        {
            Self = self.Holder;
            RegisterUnderLock(credential, self);
        }
    }

    /// <summary>Suspends a site that comes with other keys than the log has of it.</summary>
    /// <returns>True if it did: its studies have to hear of it before <see cref="Enter"/>.</returns>
    internal bool SuspendIfNew(SiteName site, ReadOnlyMemory<byte> credential)
    {
        lock (_lock)
        {
            if (Read(site, credential, out _) is not { } member || _registered.Has(credential, member))
            {
                return false;
            }

            _keys.Remove(site);
            return true; // also where it is suspended already: the greeting before this one may have died half-way
        }
    }

    /// <summary>From here on nothing counts that the site signs.</summary>
    internal void Suspend(SiteName site)
    {
        lock (_lock)
        {
            _keys.Remove(site);
        }

        _witnessing.Leave(site);
    }

    /// <summary>Has the log say which members the root revoked. They are suspended, and their studies have heard of it.</summary>
    /// <param name="file">The root's list, as a file.</param>
    /// <param name="list">What it says.</param>
    internal void Revoke(ReadOnlyMemory<byte> file, RevocationList list)
    {
        lock (_lock)
        {
            _store.AddToLog(LogWriter.Own(_trail.Revoked(file)));
            _registered.Revoke(list);
            foreach (var member in list.Members)
            {
                _keys.Remove(member.Name);
            }
        }
    }

    /// <summary>Enters a site whose session has begun, and asks it to cosign.</summary>
    /// <param name="site">By its certificate.</param>
    /// <param name="credential">As received, and not refused.</param>
    /// <param name="logSize">Entries that it says it cosigned last.</param>
    internal void Enter(SiteName site, ReadOnlyMemory<byte> credential, TreeSize logSize)
    {
        var member = Read(site, credential, out var fault) ?? throw new InvalidOperationException($"{site} was let in: {fault}");
        var name = KeyNames.ForSite(site);
        lock (_lock)
        {
            if (_registered.IsRevoked(member.Holder))
            {
                throw new OperatorException($"{site} was revoked a moment ago.");
            }

            RegisterUnderLock(credential, member);
            _keys[site] = member.LogKey(name);
        }

        _witnessing.Enter(site, member.WitnessKey(name), credential, logSize);
    }

    /// <summary>True if this very credential is the last that the log has of its holder.</summary>
    internal bool IsRegistered(ReadOnlyMemory<byte> credential)
    {
        lock (_lock)
        {
            return _credentials.CheckMember(credential, out var member, out _) && _registered.Has(credential, member);
        }
    }

    /// <summary>Appends what rests on a certificate, unless the log has it revoked.</summary>
    /// <param name="serial">Of the certificate.</param>
    /// <param name="append">Appends; nothing is revoked meanwhile.</param>
    /// <returns>False if it is revoked: nothing was appended.</returns>
    internal bool TryAppend(string serial, Action append)
    {
        lock (_lock)
        {
            if (_registered.IsRevoked(serial))
            {
                return false;
            }

            append();
            return true;
        }
    }

    /// <summary>The key that a site signs entries with; null if it has not greeted.</summary>
    internal NoteKey? LogKeyOf(SiteName site)
    {
        lock (_lock)
        {
            return _keys.GetValueOrDefault(site);
        }
    }

    /// <summary>True if the key that signed a statement still counts.</summary>
    internal bool Counts(SiteEntry entry)
    {
        lock (_lock)
        {
            return CountsUnderLock(entry);
        }
    }

    /// <summary>Appends a statement of no study.</summary>
    /// <returns>Null once it is on disk; or why not.</returns>
    internal string? Append(SiteEntry entry)
    {
        long place;
        var line = entry.ToLine();
        lock (_lock)
        {
            if (!CountsUnderLock(entry))
            {
                return "the site's keys are others by now; say it again.";
            }

            place = _store.AddToLog(line)[0];
        }

        _witnessing.Show(entry.Site, place, line.Hash);
        return null;
    }

    private bool CountsUnderLock(SiteEntry entry) => entry.Key.Equals(_keys.GetValueOrDefault(entry.Site));

    private void RegisterUnderLock(ReadOnlyMemory<byte> credential, ProtocolCredential member)
    {
        if (!_registered.Has(credential, member))
        {
            _store.AddToLog(LogWriter.Own(_trail.Registered(credential)));
            _registered.Add(credential, member);
        }
    }

    private ProtocolCredential? Read(SiteName site, ReadOnlyMemory<byte> credential, out string? fault)
    {
        if (!_credentials.CheckMember(credential, out var member, out fault))
        {
            return null;
        }

        if (member.Holder == new PeerIdentity(Role.Site, site))
        {
            return member;
        }

        fault = $"the credential is that of {Roles.NameOf(member.Holder.Role)} '{member.Holder.Name}'.";
        return null;
    }
}
