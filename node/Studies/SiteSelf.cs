using System.Security.Cryptography;
using Federated.Hosting;
using Federated.Identity;
using Federated.Node.Sessions;
using Federated.SecureAggregation.Sites;
using Federated.SecureAggregation.Suites;

namespace Federated.Node.Studies;

/// <summary>This site as secure aggregation knows it: its certified identity, whom it believes, and the ephemeral keys it has seen.</summary>
internal sealed class SiteSelf(PeerIdentity self, MemberKeys keys, CredentialBook credentials, CoordinatorIdentity coordinator)
    : IDisposable
{
    private readonly KeyHistory _seen = new();
    private readonly Dictionary<byte, IdentitySigner> _signers = []; // the session's loop alone uses it

    internal CredentialBook Credentials => credentials;

    /// <inheritdoc cref="CoordinatorIdentity.KeyFor"/>
    internal IdentityKey? CoordinatorKey(Suite suite, out string? fault) => coordinator.KeyFor(suite, out fault);

    /// <summary>The context of an attempt; null, with the fault, if the coordinator's credential does not count any more.</summary>
    internal SiteContext? ContextFor(Suite suite, out string? fault)
    {
        if (coordinator.KeyFor(suite, out fault) is not { } key)
        {
            return null;
        }

        if (!_signers.TryGetValue(suite.Number, out var signer))
        {
            _signers[suite.Number] = signer = keys.Private.IdentityFor(suite);
        }

        return new SiteContext(self.Name, keys.CredentialFile, signer, key, credentials.CheckSite, RandomNumberGenerator.Fill, _seen);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var signer in _signers.Values)
        {
            signer.Dispose();
        }
    }
}
