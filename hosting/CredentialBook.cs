using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Suites;

namespace Federated.Hosting;

/// <summary>TEMPORARY until the credentials' part is merged.</summary>
public sealed class CredentialBook(TlsIdentity tls)
{
    public IdentityKey? CoordinatorKey(ReadOnlyMemory<byte> credential, Suite suite, out string? fault)
    {
        using var key = tls.Root.GetECDsaPublicKey()!;
        if (!ProtocolCredential.TryRead(credential, key, out var read, out fault))
        {
            return null;
        }

        fault = read.Holder.Role == Role.Coordinator ? null : "no coordinator";
        return fault is null ? suite.TryReadIdentity(Convert.FromHexString(read.Keys.Identity)) : null;
    }

    public bool CheckSiteOfThePast(
        ReadOnlyMemory<byte> credential,
        Suite suite,
        [NotNullWhen(true)] out CertifiedSite? site,
        [NotNullWhen(false)] out string? fault
    ) => CheckSite(credential, suite, out site, out fault);

    public bool CheckSite(
        ReadOnlyMemory<byte> credential,
        Suite suite,
        [NotNullWhen(true)] out CertifiedSite? site,
        [NotNullWhen(false)] out string? fault
    )
    {
        site = null;
        using var key = tls.Root.GetECDsaPublicKey()!;
        if (!ProtocolCredential.TryRead(credential, key, out var read, out fault))
        {
            return false;
        }

        site = new CertifiedSite(
            read.Holder.Name,
            read.Holder.Name.Value,
            suite.TryReadIdentity(Convert.FromHexString(read.Keys.Identity))!
        );
        return true;
    }
}
