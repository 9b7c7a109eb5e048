using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.SecureAggregation.Aggregators;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Sites;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Tests.Rounds;

/// <summary>A consortium of one test: a coordinator and sites with real keys, and a root that is a dictionary.</summary>
internal sealed class Rig
{
    private readonly Dictionary<string, CertifiedSite> _certified = [];

    public Rig(int sites, int? minimum = null, int? colluders = null, int bits = 32, int dimension = 5, Suite? suite = null)
    {
        Suite = suite ?? Suite.X25519Ed25519;
        Names = [.. Enumerable.Range(0, sites).Select(i => SiteName.Parse($"site-{i:d3}"))];
        var c = colluders ?? Thresholds.UsualColluders(sites);
        Study = new StudyTerms
        {
            Study = "a study",
            PlanHash = Digest.Of("a plan"u8),
            Roster = Names,
            Suite = Suite,
            Colluders = c,
            MinimumSurvivors = minimum ?? Math.Max(Thresholds.Of(sites, c), sites == 2 ? 2 : c + 2),
            AllowPair = sites == 2,
            Format = new LaneFormat(bits),
            Dimension = dimension,
            InputBound = Math.Max(1, ((1L << (Math.Min(bits, 32) - 1)) - 1) / sites),
        };
        CoordinatorSigner = NewSigner();
        Coordinator = KeyOf(CoordinatorSigner);
        Signers = Names.ToImmutableDictionary(name => name, name => Certify(name, name.Value));
    }

    public Suite Suite { get; }

    public ImmutableArray<SiteName> Names { get; }

    public StudyTerms Study { get; set; }

    public IdentitySigner CoordinatorSigner { get; }

    public IdentityKey Coordinator { get; }

    public ImmutableDictionary<SiteName, IdentitySigner> Signers { get; private set; }

    public Digest Model { get; set; } = Digest.Of("a model"u8);

    public Digest Previous { get; set; }

    /// <summary>What the root says; a test may revoke.</summary>
    public HashSet<SiteName> Revoked { get; } = [];

    public AggregatorContext AggregatorContext =>
        new(CoordinatorSigner, Check, RandomNumberGenerator.Fill, Parallelism: 1) { SeenKeys = SeenKeys };

    /// <summary>What the coordinator remembers of earlier attempts' keys; null for nothing.</summary>
    public KeyHistory? SeenKeys { get; set; }

    public static byte[] CredentialOf(SiteName site) => Encoding.UTF8.GetBytes($"credential of {site}");

    public bool Check(
        ReadOnlyMemory<byte> credential,
        Suite suite,
        [NotNullWhen(true)] out CertifiedSite? site,
        [NotNullWhen(false)] out string? fault
    )
    {
        var isKnown = _certified.TryGetValue(Encoding.UTF8.GetString(credential.Span), out site);
        fault =
            !isKnown ? "the root did not sign it."
            : Revoked.Contains(site!.Name) ? "it was revoked."
            : null;
        return fault is null;
    }

    /// <summary>Gives a site new keys and a legal entity.</summary>
    public IdentitySigner Certify(SiteName name, string entity)
    {
        var signer = NewSigner();
        _certified[$"credential of {name}"] = new CertifiedSite(name, entity, KeyOf(signer));
        Signers = Signers?.SetItem(name, signer)!;
        return signer;
    }

    public SiteContext ContextOf(SiteName site, KeyHistory? seen = null, RandomSource? random = null) =>
        new(site, CredentialOf(site), Signers[site], Coordinator, Check, random ?? RandomNumberGenerator.Fill, seen ?? new KeyHistory());

    public SiteExpectation Expectation(
        uint round = 1,
        (uint Round, uint Attempt) last = default,
        ImmutableArray<SiteName>? revealed = null,
        StudyTerms? study = null
    ) =>
        new(
            study ?? Study,
            new RoundNumber(round),
            Model,
            Previous,
            (new RoundNumber(last.Round), new AttemptNumber(last.Attempt)),
            revealed
        );

    public AttemptTerms Terms(uint round = 1, uint attempt = 1) =>
        new(Study, new RoundNumber(round), new AttemptNumber(attempt), Model, Previous);

    /// <summary>The same parties in another study.</summary>
    public Rig WithStudy(StudyTerms study)
    {
        var other = (Rig)MemberwiseClone();
        other.Study = study;
        return other;
    }

    private IdentitySigner NewSigner() => Suite.IdentityFromSeed(RandomNumberGenerator.GetBytes(32));

    private IdentityKey KeyOf(IdentitySigner signer) => Suite.TryReadIdentity(signer.PublicKey)!;
}
