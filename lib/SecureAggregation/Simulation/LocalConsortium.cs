using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Federated.Federation;
using Federated.SecureAggregation.Aggregators;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Sites;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Simulation;

/// <summary>
/// All parties of rounds in one process, for measurements and for attacks on ourselves: real keys and real messages. The root's signatures are taken as verified, as a node
/// caches them. It protects nobody: one process holds every secret.
/// </summary>
public sealed class LocalConsortium
{
    /// <summary>About what a credential has, so that bytes are counted right.</summary>
    private const int CredentialBytes = 700;

    private readonly Dictionary<string, CertifiedSite> _certified = new(StringComparer.Ordinal);
    private readonly RandomSource _random;
    private readonly IdentitySigner _coordinator;
    private readonly IdentityKey _coordinatorKey;
    private readonly ImmutableArray<IdentitySigner> _signers;

    /// <param name="study">The plan's terms; each site of its roster gets a key.</param>
    /// <param name="random">A cryptographic generator.</param>
    public LocalConsortium(StudyTerms study, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(study);
        Study = study;
        _random = random;
        _coordinator = NewSigner();
        _coordinatorKey = study.Suite.TryReadIdentity(_coordinator.PublicKey)!;
        _signers = [.. study.Roster.Select(_ => NewSigner())];
        foreach (var (name, signer) in study.Roster.Zip(_signers))
        {
            var key = study.Suite.TryReadIdentity(signer.PublicKey)!;
            _certified[TextOf(CredentialOf(name))] = new CertifiedSite(name, name.Value, key);
        }
    }

    /// <summary>The plan's terms.</summary>
    public StudyTerms Study { get; }

    /// <summary>The coordinator, on one thread.</summary>
    public AggregatorContext Hub => new(_coordinator, Check, _random, Parallelism: 1);

    /// <summary>A site, which has seen no keys yet.</summary>
    /// <param name="index">In the roster.</param>
    internal SiteContext Site(int index)
    {
        var name = Study.Roster[index];
        return new SiteContext(name, CredentialOf(name), _signers[index], _coordinatorKey, Check, _random, new KeyHistory());
    }

    private static byte[] CredentialOf(SiteName site) => Encoding.ASCII.GetBytes(site.Value.PadRight(CredentialBytes));

    private static string TextOf(ReadOnlyMemory<byte> credential) => Encoding.ASCII.GetString(credential.Span);

    private bool Check(
        ReadOnlyMemory<byte> credential,
        Suite suite,
        [NotNullWhen(true)] out CertifiedSite? site,
        [NotNullWhen(false)] out string? fault
    )
    {
        fault = _certified.TryGetValue(TextOf(credential), out site) ? null : "it is of no party in this process.";
        return fault is null;
    }

    private IdentitySigner NewSigner()
    {
        var seed = new byte[32];
        _random(seed);
        return Study.Suite.IdentityFromSeed(seed);
    }
}
