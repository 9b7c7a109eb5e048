using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.SecureAggregation.Aggregators;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Sites;
using Federated.SecureAggregation.Suites;

namespace Federated.Bench.SecureAggregation;

/// <summary>The parties of a measured round: real keys; the root's signatures are taken as verified, as a node caches them.</summary>
internal sealed class BenchConsortium
{
    /// <summary>About what a credential has, so that bytes are counted right.</summary>
    private const int CredentialBytes = 700;

    private readonly Dictionary<string, CertifiedSite> _certified = [];

    internal BenchConsortium(int sites, int dimension, int dropouts, Suite suite)
    {
        var names = Enumerable
            .Range(0, sites)
            .Select(i => SiteName.Parse(string.Create(CultureInfo.InvariantCulture, $"site-{i:d4}")))
            .ToArray();
        var colluders = Thresholds.UsualColluders(sites);
        Grid = ReleaseGrid.Finest(bound: 8, sites);
        Study = new StudyTerms
        {
            Study = "bench",
            PlanHash = Digest.Of("a plan"u8),
            Roster = [.. names],
            Suite = suite,
            Colluders = colluders,
            MinimumSurvivors = Math.Max(Thresholds.LeastMinimum(sites, colluders), sites - dropouts),
            AllowPair = sites == 2,
            Format = new LaneFormat(ReleaseGrid.LaneBits),
            Dimension = dimension,
            InputBound = Grid.LaneBound,
        };
        Coordinator = suite.IdentityFromSeed(RandomNumberGenerator.GetBytes(32));
        CoordinatorKey = suite.TryReadIdentity(Coordinator.PublicKey)!;
        Signers = [.. names.Select(_ => suite.IdentityFromSeed(RandomNumberGenerator.GetBytes(32)))];
        foreach (var (name, signer) in names.Zip(Signers))
        {
            _certified[TextOf(CredentialOf(name))] = new CertifiedSite(name, name.Value, suite.TryReadIdentity(signer.PublicKey)!);
        }
    }

    internal StudyTerms Study { get; }

    internal ReleaseGrid Grid { get; }

    internal IdentitySigner Coordinator { get; }

    internal IdentityKey CoordinatorKey { get; }

    internal IReadOnlyList<IdentitySigner> Signers { get; }

    internal AggregatorContext Hub => new(Coordinator, Check, RandomNumberGenerator.Fill, Parallelism: 1);

    internal SiteContext Site(int index) =>
        new(
            Study.Roster[index],
            CredentialOf(Study.Roster[index]),
            Signers[index],
            CoordinatorKey,
            Check,
            RandomNumberGenerator.Fill,
            new KeyHistory()
        );

    internal static byte[] CredentialOf(SiteName site) => Encoding.ASCII.GetBytes(site.Value.PadRight(CredentialBytes));

    private bool Check(
        ReadOnlyMemory<byte> credential,
        Suite suite,
        [NotNullWhen(true)] out CertifiedSite? site,
        [NotNullWhen(false)] out string? fault
    )
    {
        fault = _certified.TryGetValue(TextOf(credential), out site) ? null : "it is not one of this bench.";
        return fault is null;
    }

    private static string TextOf(ReadOnlyMemory<byte> credential) => Encoding.ASCII.GetString(credential.Span);
}
