using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;
using Federated.Federation;
using Federated.Identity;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Suites;

namespace Federated.Hosting;

/// <summary>
/// Judges credentials under the consortium's root. What the root signed does not change, so that it is verified once; whether it still counts is asked
/// every time. Thread-safe.
/// </summary>
/// <param name="tls">Holds the root and the revocation list.</param>
public sealed class CredentialBook(TlsIdentity tls)
{
    /// <summary>
    /// More than the sites of a few studies. Only what the root signed is remembered, so that strangers cannot fill this; beyond it everything is
    /// verified once again.
    /// </summary>
    private const int MostRemembered = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<(Digest File, byte Suite), Certified> _verified = []; // guarded by _lock

    /// <summary>The key that a site signs with, and what the root says of that site; false, with the reason, if the credential does not count today.</summary>
    /// <param name="credential">As it was received.</param>
    /// <param name="suite">The plan's.</param>
    /// <param name="site">The site.</param>
    /// <param name="fault">Why not.</param>
    public bool CheckSite(
        ReadOnlyMemory<byte> credential,
        Suite suite,
        [NotNullWhen(true)] out CertifiedSite? site,
        [NotNullWhen(false)] out string? fault
    )
    {
        if (CheckSiteOfThePast(credential, suite, out site, out fault))
        {
            fault = tls.CredentialRefusal(new PeerIdentity(Role.Site, site.Name));
            site = fault is null ? site : null;
        }

        return fault is null;
    }

    /// <summary>
    /// The same for what is over: a site that was revoked since still vouches for the sum that it was part of, as its key was good then. Nothing is
    /// shared with anybody on this word.
    /// </summary>
    /// <inheritdoc cref="CheckSite" path="/param"/>
    public bool CheckSiteOfThePast(
        ReadOnlyMemory<byte> credential,
        Suite suite,
        [NotNullWhen(true)] out CertifiedSite? site,
        [NotNullWhen(false)] out string? fault
    )
    {
        site = Find(credential, suite, Role.Site, out var found, out fault)
            ? new CertifiedSite(found.Credential.Holder.Name, found.Credential.Entity, found.Key)
            : null;
        return fault is null;
    }

    /// <summary>The key that the coordinator signs with; null, with the reason, if its credential does not count today.</summary>
    /// <param name="credential">As it was received.</param>
    /// <param name="suite">The plan's.</param>
    /// <param name="fault">Why not.</param>
    public IdentityKey? CoordinatorKey(ReadOnlyMemory<byte> credential, Suite suite, out string? fault)
    {
        if (!Find(credential, suite, Role.Coordinator, out var found, out fault))
        {
            return null;
        }

        fault = tls.CredentialRefusal(found.Credential.Holder);
        return fault is null ? found.Key : null;
    }

    /// <summary>What the root says of a member, whichever its role; false, with the reason, if the credential does not count today.</summary>
    /// <param name="credential">As it was received.</param>
    /// <param name="member">Who it is, and its keys.</param>
    /// <param name="fault">Why not.</param>
    public bool CheckMember(
        ReadOnlyMemory<byte> credential,
        [NotNullWhen(true)] out ProtocolCredential? member,
        [NotNullWhen(false)] out string? fault
    )
    {
        member = Find(credential, Suite.X25519Ed25519, role: null, out var found, out fault) ? found.Credential : null;
        if (member is not null && tls.CredentialRefusal(member.Holder) is { } refusal)
        {
            (member, fault) = (null, refusal);
        }

        return member is not null;
    }

    private bool Find(
        ReadOnlyMemory<byte> file,
        Suite suite,
        Role? role,
        [NotNullWhen(true)] out Certified? found,
        [NotNullWhen(false)] out string? fault
    )
    {
        found = null;
        if (file.Length > Protocol.MaxCredentialBytes) // a longer one could not travel in M1 either
        {
            fault = $"the credential has {file.Length} bytes; at most {Protocol.MaxCredentialBytes} are read.";
            return false;
        }

        var index = (Digest.Of(file.Span), suite.Number);
        lock (_lock)
        {
            _verified.TryGetValue(index, out found);
        }

        if (found is null && !Verify(file, suite, index, out found, out fault))
        {
            fault = $"the credential cannot be used: {ForeignText.Clean(fault)}";
            return false;
        }

        if (found.Credential.Holder is var holder && role is { } wanted && holder.Role != wanted)
        {
            fault = $"the credential is that of {Roles.NameOf(holder.Role)} '{holder.Name}', not of a {Roles.NameOf(wanted)}.";
            found = null;
            return false;
        }

        fault = null;
        return true;
    }

    /// <summary>Verifies, and remembers what the root signed. Two threads may do so at once, with the same result.</summary>
    private bool Verify(
        ReadOnlyMemory<byte> file,
        Suite suite,
        (Digest File, byte Suite) index,
        [NotNullWhen(true)] out Certified? found,
        [NotNullWhen(false)] out string? fault
    )
    {
        found = null;
        using var root = tls.Root.GetECDsaPublicKey() ?? throw new OperatorException($"The root '{tls.Root.Subject}' has no EC key.");
        if (!ProtocolCredential.TryRead(file, root, out var credential, out fault))
        {
            return false;
        }

        found = new Certified(credential, credential.Keys.IdentityFor(suite));
        lock (_lock)
        {
            if (_verified.Count >= MostRemembered)
            {
                _verified.Clear();
            }

            _verified[index] = found;
        }

        return true;
    }

    private sealed record Certified(ProtocolCredential Credential, IdentityKey Key);
}
