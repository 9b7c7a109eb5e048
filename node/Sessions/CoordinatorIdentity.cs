using Federated.Hosting;
using Federated.Identity;
using Federated.SecureAggregation.Suites;

namespace Federated.Node.Sessions;

/// <summary>Whom this session's coordinator is to secure aggregation, by the root's word. Set by the session before anything of a study is heard.</summary>
internal sealed class CoordinatorIdentity(CredentialBook credentials)
{
    private ReadOnlyMemory<byte> _credential;
    private ProtocolCredential? _member;

    /// <summary>Who it is, and its keys.</summary>
    /// <exception cref="InvalidOperationException">No welcome was accepted.</exception>
    internal ProtocolCredential Member => _member ?? throw new InvalidOperationException("No coordinator was welcomed yet.");

    /// <summary>Takes the credential of a welcome; the fault, or null.</summary>
    internal string? Accept(ReadOnlyMemory<byte> credential)
    {
        _credential = default;
        if (credentials.CoordinatorKey(credential, Suite.X25519Ed25519, out var fault) is null)
        {
            return fault;
        }

        if (!credentials.CheckMember(credential, out _member, out fault))
        {
            return fault;
        }

        _credential = credential;
        return null;
    }

    /// <summary>What its messages are verified with in studies of a suite; null, with the fault, if its credential does not count any more.</summary>
    internal IdentityKey? KeyFor(Suite suite, out string? fault) => credentials.CoordinatorKey(_credential, suite, out fault);
}
