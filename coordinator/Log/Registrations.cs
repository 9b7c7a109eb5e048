using System.Security.Cryptography.X509Certificates;
using Federated.Federation;
using Federated.Hosting;
using Federated.Identity;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;

namespace Federated.Coordinator.Log;

/// <summary>Whose keys count at the end of the log, by what stands in it. Not thread-safe.</summary>
internal sealed class Registrations
{
    private readonly Dictionary<PeerIdentity, (Digest File, ProtocolCredential Credential)> _members = [];

    private readonly OrderedDictionary<string, ReadOnlyMemory<byte>> _ofCoordinator = []; // by log key; earlier ones too: checkpoints that they signed are still shown

    private RevocationList _revoked = new(0, [], []);

    /// <summary>Credentials of the coordinator as files, one for each log key that it has had, the oldest first.</summary>
    internal IReadOnlyList<ReadOnlyMemory<byte>> OfCoordinator => [.. _ofCoordinator.Values];

    /// <summary>Number of the newest revocation list in the log; 0 for none.</summary>
    internal long Revocations => _revoked.Number;

    /// <summary>True if the log's newest list names a member.</summary>
    internal bool IsRevoked(PeerIdentity member) => _revoked.Members.Contains(member);

    /// <summary>True if the log's newest list names a certificate.</summary>
    internal bool IsRevoked(string serial) => _revoked.Serials.Contains(serial, StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads them from the log's entries.</summary>
    /// <param name="entries">The coordinator's own that are of no study, in order.</param>
    /// <param name="tls">Holds the root.</param>
    /// <exception cref="OperatorException">The log has one that this root did not sign.</exception>
    internal static Registrations Read(IEnumerable<ReadOnlyMemory<byte>> entries, TlsIdentity tls)
    {
        var members = new Registrations();
        using var root = tls.Root.GetECDsaPublicKey() ?? throw new OperatorException($"The root '{tls.Root.Subject}' has no EC key.");
        foreach (var bytes in entries)
        {
            var body = SealedEntry.TryParse(bytes, out var entry, out var fault) ? entry.Entry.Body : null;
            if (
                body is KeyRegistration registered
                && ProtocolCredential.TryRead(Bytes(registered.Credential), root, out var credential, out fault)
            )
            {
                members.Add(Bytes(registered.Credential), credential);
            }
            else if (body is KeyRevocation revoked && RevocationList.TryRead(Bytes(revoked.Revocations), root, out var list, out fault))
            {
                members.Revoke(list);
            }

            if (fault is not null)
            {
                throw new OperatorException(
                    $"The audit log in the database has keys that do not count under this root: {fault}",
                    "a consortium with another root begins with another state folder"
                );
            }
        }

        return members;
    }

    /// <summary>True if this credential is the last that the log has of its holder.</summary>
    internal bool Has(ReadOnlyMemory<byte> file, ProtocolCredential credential) =>
        _members.TryGetValue(credential.Holder, out var known) && known.File == Digest.Of(file.Span);

    /// <summary>Who else has one of these keys, or null: two names would be one hand.</summary>
    internal PeerIdentity? HolderOfSameKey(ProtocolCredential credential) =>
        _members
            .Where(other => other.Key != credential.Holder && other.Value.Credential.Keys.All.Intersect(credential.Keys.All).Any())
            .Select(other => other.Key)
            .FirstOrDefault();

    /// <summary>A member's credential stands in the log.</summary>
    internal void Add(ReadOnlyMemory<byte> file, ProtocolCredential credential)
    {
        _members[credential.Holder] = (Digest.Of(file.Span), credential);
        if (credential.Holder.Role == Role.Coordinator)
        {
            _ofCoordinator.TryAdd(credential.Keys.Log, file);
        }
    }

    /// <summary>A revocation list stands in the log.</summary>
    internal void Revoke(RevocationList list)
    {
        _revoked = list;
        foreach (var member in list.Members)
        {
            _members.Remove(member);
        }
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
