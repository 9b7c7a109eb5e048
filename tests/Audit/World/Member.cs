using System.Security.Cryptography;
using Federated.Federation;
using Federated.Hosting;
using Federated.Identity;
using Federated.SecureAggregation.Suites;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Witnesses;

namespace Federated.Audit.Tests.World;

/// <summary>A site or the coordinator, with all its keys and what the root says of them.</summary>
internal sealed class Member
{
    private readonly byte[] _identity = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] _log = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] _witness = RandomNumberGenerator.GetBytes(32);

    public Member(ConsortiumAuthority root, Role role, string name)
    {
        Holder = new PeerIdentity(role, SiteName.Parse(name));
        Name = role == Role.Site ? KeyNames.ForSite(Holder.Name) : KeyNames.ForCoordinator(Holder.Name);
        Keys = new ProtocolPublicKeys(
            Public(Suite.X25519Ed25519, _identity),
            Public(Suite.P256, _identity),
            Public(Suite.X25519Ed25519, _log),
            Public(Suite.X25519Ed25519, _witness)
        );
        Credential = root.Vouch(Holder, name, Keys);
    }

    public PeerIdentity Holder { get; }

    /// <summary>Under which it signs entries.</summary>
    public KeyName Name { get; }

    public ProtocolPublicKeys Keys { get; }

    public byte[] Credential { get; }

    public IdentitySigner Identity() => Suite.X25519Ed25519.IdentityFromSeed(_identity);

    public NoteSigner Entries() => new(Name, _log);

    public NoteSigner Checkpoints(KeyName origin) => new(origin, _log);

    public WitnessSigner Witness() => new(Name, _witness);

    private static string Public(Suite suite, byte[] seed)
    {
        using var signer = suite.IdentityFromSeed(seed);
        return Convert.ToHexStringLower(signer.PublicKey);
    }
}
