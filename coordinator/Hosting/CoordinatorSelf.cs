using System.Security.Cryptography;
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
    internal AggregatorContext For(Suite suite)
    {
        lock (_lock)
        {
            if (!_signers.TryGetValue(suite.Number, out var signer))
            {
                _signers[suite.Number] = signer = keys.Private.IdentityFor(suite);
            }

            return new AggregatorContext(signer, credentials.CheckSite, RandomNumberGenerator.Fill, Environment.ProcessorCount)
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
