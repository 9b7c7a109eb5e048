using System.Diagnostics.CodeAnalysis;
using Federated.Hosting;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Suites;

namespace Federated.Coordinator.Log;

/// <summary>Judges the credentials of a cohort: the root signed them, they count today, and they are the very ones that the log has registered.</summary>
internal sealed class RegisteredSites(CredentialBook credentials, Members members)
{
    /// <inheritdoc cref="CredentialBook.CheckSite"/>
    internal bool Check(
        ReadOnlyMemory<byte> credential,
        Suite suite,
        [NotNullWhen(true)] out CertifiedSite? site,
        [NotNullWhen(false)] out string? fault
    )
    {
        if (credentials.CheckSite(credential, suite, out site, out fault) && !members.IsRegistered(credential))
        {
            (site, fault) = (null, "the credential is not the one that this site greeted with, which is in the audit log.");
        }

        return fault is null;
    }
}
