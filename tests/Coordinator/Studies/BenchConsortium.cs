using System.Collections.Concurrent;
using System.Security.Cryptography;
using Federated.Coordinator.Hosting;
using Federated.Federation;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.Identity;
using Federated.SecureAggregation.Sites;
using Federated.SecureAggregation.Suites;

namespace Federated.Coordinator.Tests.Studies;

/// <summary>Members of one consortium for all benches, with real keys and credentials: making them takes longer than most tests.</summary>
internal static class BenchConsortium
{
    private static readonly Consortium s_consortium = new();
    private static readonly TlsFiles s_hubFiles = s_consortium.Issue(Role.Coordinator, "hub");
    private static readonly TlsIdentity s_hubTls = TlsIdentity.Load(s_hubFiles, TimeProvider.System);
    private static readonly MemberKeys s_hub = Load(Role.Coordinator, "hub", s_hubFiles);
    private static readonly ConcurrentDictionary<SiteName, MemberKeys> s_sites = new();

    public static CredentialBook Credentials { get; } = new(s_hubTls);

    /// <summary>The coordinator's keys.</summary>
    public static MemberKeys HubKeys => s_hub;

    /// <summary>The coordinator's TLS identity, which has the root.</summary>
    public static TlsIdentity HubTls => s_hubTls;

    public static CoordinatorSelf Hub { get; } = new(s_hub, Credentials);

    /// <summary>A site of that name; the same keys every time.</summary>
    public static SiteContext Site(SiteName name, Suite suite)
    {
        var keys = KeysOf(name);
        var hub = s_hub.Private.IdentityFor(suite);
        return new SiteContext(
            name,
            keys.CredentialFile,
            keys.Private.IdentityFor(suite),
            suite.TryReadIdentity(hub.PublicKey)!,
            Credentials.CheckSite,
            RandomNumberGenerator.Fill,
            new KeyHistory()
        );
    }

    /// <summary>A site's keys; the same every time.</summary>
    public static MemberKeys KeysOf(SiteName name) =>
        s_sites.GetOrAdd(name, _ => Load(Role.Site, name.Value, s_consortium.Issue(Role.Site, name.Value)));

    /// <summary>Other keys of the same site, which the root signed too. The caller's to dispose of.</summary>
    public static MemberKeys OtherKeysOf(SiteName name) => Load(Role.Site, name.Value, s_consortium.Issue(Role.Site, name.Value));

    private static MemberKeys Load(Role role, string name, TlsFiles files)
    {
        using var tls = TlsIdentity.Load(files, TimeProvider.System);
        return MemberKeys.Load(ProtocolFiles.Beside(files.Certificate), new PeerIdentity(role, SiteName.Parse(name)), tls.Root);
    }
}
