using System.Collections.Immutable;
using System.Text;
using Federated.Federation;
using Federated.Identity;
using Federated.TransparencyLog.Notes;

namespace Federated.Audit.Checks;

/// <summary>A member whose keys count at a place of the log.</summary>
/// <param name="Credential">What the root signed.</param>
/// <param name="File">SHA-256 of the credential's file.</param>
/// <param name="Log">The key of its entries, under its name.</param>
/// <param name="Witness">The key of its cosignatures, under its name.</param>
internal sealed record RegisteredMember(ProtocolCredential Credential, Digest File, NoteKey Log, NoteKey Witness);

/// <summary>Which keys count at a place of the log, by the root's own documents in it. Not thread-safe; what <see cref="Members"/> gives does not change.</summary>
/// <param name="root">The consortium's.</param>
internal sealed class KeyRing(ConsortiumRoot root)
{
    private RevocationList _revocations = new(0, [], []);

    /// <summary>Members with keys that count, by the name of their entries' key.</summary>
    public ImmutableDictionary<KeyName, RegisteredMember> Members { get; private set; } =
        ImmutableDictionary<KeyName, RegisteredMember>.Empty;

    /// <summary>Serial numbers of certificates that the root revoked before here.</summary>
    public IReadOnlyCollection<string> RevokedSerials => _revocations.Serials;

    /// <summary>Reads a credential of a <c>key.register</c>; null, with the fault, if the root did not sign it or its keys are another's.</summary>
    public RegisteredMember? Read(string credential, out string? fault) => Read(Encoding.UTF8.GetBytes(credential), out fault);

    /// <inheritdoc cref="Read(string, out string?)"/>
    public RegisteredMember? Read(ReadOnlySpan<byte> credential, out string? fault)
    {
        var file = credential.ToArray();
        if (!ProtocolCredential.TryRead(file, root.Key, out var read, out fault))
        {
            fault = $"its credential does not count: {fault}";
            return null;
        }

        var name = NameOf(read.Holder);
        var member = new RegisteredMember(
            read,
            Digest.Of(file),
            KeyOf(name, NoteAlgorithm.Ed25519, read.Keys.Log),
            KeyOf(name, NoteAlgorithm.Cosignature, read.Keys.Witness)
        );
        fault =
            _revocations.Members.Contains(read.Holder) ? $"{name} was revoked before; no key of it counts any more."
            : Members.Any(other => other.Key != name && other.Value.Credential.Keys.All.Intersect(read.Keys.All).Any())
                ? $"{name} has a key of another member: two names would be one hand."
            : null;
        return fault is null ? member : null;
    }

    /// <summary>The member's keys count from here on, earlier ones of it no more.</summary>
    public void Add(RegisteredMember member) => Members = Members.SetItem(member.Log.Name, member);

    /// <summary>Takes a revocation list of a <c>key.revoke</c>; the fault, or null.</summary>
    public string? Revoke(string list)
    {
        if (!RevocationList.TryRead(Encoding.UTF8.GetBytes(list), root.Key, out var read, out var fault))
        {
            return $"its revocation list does not count: {fault}";
        }

        if (read.Number <= _revocations.Number)
        {
            return $"its revocation list has number {read.Number}, not above {_revocations.Number}, which stands before it.";
        }

        _revocations = read;
        Members = Members.RemoveRange(read.Members.Where(member => Roles.HasProtocolKeys(member.Role)).Select(NameOf));
        return null;
    }

    /// <summary>The site's keys, if they count.</summary>
    public RegisteredMember? Site(SiteName site) => Members.GetValueOrDefault(KeyNames.ForSite(site));

    private static KeyName NameOf(PeerIdentity holder) =>
        holder.Role == Role.Coordinator ? KeyNames.ForCoordinator(holder.Name) : KeyNames.ForSite(holder.Name);

    /// <summary>Credentials that were read have valid keys only.</summary>
    internal static NoteKey KeyOf(KeyName name, NoteAlgorithm algorithm, string hex) =>
        NoteKey.TryCreate(name, algorithm, Convert.FromHexString(hex))
        ?? throw new InvalidOperationException("A credential was read whose keys nobody had checked.");
}
