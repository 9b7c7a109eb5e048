using System.Security.Cryptography;
using Federated.Coordinator.Log;
using Federated.Hosting;
using Federated.SecureAggregation.Aggregators;
using Federated.SecureAggregation.Sites;
using Federated.SecureAggregation.Suites;

namespace Federated.Coordinator.Hosting;

/// <summary>This coordinator as secure aggregation knows it: its certified identity, and the root's word on sites.</summary>
internal sealed class CoordinatorSelf(MemberKeys keys, CredentialBook credentials) : IDisposable
{
    private readonly KeyHistory _seen = new(capacity: 1 << 16);
    private readonly Lock _lock = new();
    private readonly Dictionary<byte, IdentitySigner> _signers = []; // guarded by _lock

    /// <summary>The root's word on our identity, as a file: nodes get it with their welcome.</summary>
    internal ReadOnlyMemory<byte> Credential => keys.CredentialFile;

    /// <summary>What a study of that suite works with.</summary>
    /// <param name="suite">The plan's.</param>
    /// <param name="members">Whose keys the log has: another credential of the same site would count here, and nowhere in an audit.</param>
    internal AggregatorContext For(Suite suite, Members members)
    {
        lock (_lock)
        {
            if (!_signers.TryGetValue(suite.Number, out var signer))
            {
                _signers[suite.Number] = signer = keys.Private.IdentityFor(suite);
            }

            return new AggregatorContext(
                signer,
                new RegisteredSites(credentials, members).Check,
                RandomNumberGenerator.Fill,
                Environment.ProcessorCount
            )
            {
                SeenKeys = _seen,
            };
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var signer in _signers.Values)
            {
                signer.Dispose();
            }
        }
    }
}
