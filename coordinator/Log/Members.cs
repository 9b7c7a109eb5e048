using Federated.Coordinator.Storage;
using Federated.Federation;
using Federated.Hosting;
using Federated.Identity;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Trees;

namespace Federated.Coordinator.Log;

/// <summary>
/// Sites whose keys are in the log: each is entered with its credential when it greets, before anything that it says or cosigns. Thread-safe.
/// </summary>
internal sealed class Members
{
    private readonly CredentialBook _credentials;
    private readonly CoordinatorStore _store;
    private readonly AuditTrail _trail;
    private readonly Witnessing _witnessing;
    private readonly Lock _lock = new();
    private readonly Dictionary<SiteName, NoteKey> _keys = []; // guarded by _lock; of those that greeted
    private readonly HashSet<string> _registered; // guarded by _lock; credentials that the log has

    /// <summary>Reads from the log which credentials it has.</summary>
    public Members(CredentialBook credentials, CoordinatorStore store, AuditTrail trail, Witnessing witnessing)
    {
        (_credentials, _store, _trail, _witnessing) = (credentials, store, trail, witnessing);
        _registered =
        [
            .. store
                .LogOf(null, int.MaxValue)
                .Select(bytes => SealedEntry.TryParse(bytes, out var known, out _) ? known.Entry.Body : null)
                .OfType<KeyRegistration>()
                .Select(body => body.Credential),
        ];
    }

    /// <summary>Why a site's credential does not count today, or null.</summary>
    internal string? Refusal(SiteName site, ReadOnlyMemory<byte> credential) =>
        Read(site, credential, out var fault) is null ? fault : null;

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
            if (_registered.Add(System.Text.Encoding.UTF8.GetString(credential.Span)))
            {
                _store.AddToLog(LogWriter.Own(_trail.Registered(credential)));
            }

            _keys[site] = member.LogKey(name);
        }

        _witnessing.Enter(site, member.WitnessKey(name), credential, logSize);
    }

    /// <summary>The key that a site signs entries with; null if it has not greeted.</summary>
    internal NoteKey? LogKeyOf(SiteName site)
    {
        lock (_lock)
        {
            return _keys.GetValueOrDefault(site);
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
