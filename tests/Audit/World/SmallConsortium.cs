using System.Security.Cryptography.X509Certificates;
using System.Text;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.Identity;

namespace Federated.Audit.Tests.World;

/// <summary>A root, a coordinator, four sites, a researcher, and two plans that the researcher signed: logistic regression without privacy, and a private one.</summary>
internal sealed class SmallConsortium
{
    /// <summary>Made once: keys and certificates cost more than most tests.</summary>
    public static SmallConsortium Shared { get; } = new();

    public SmallConsortium()
    {
        Authority = ConsortiumAuthority.Create("Tests", TimeSpan.FromDays(30), TimeProvider.System);
        Assert.IsTrue(ConsortiumRoot.TryRead(Encoding.ASCII.GetBytes(Authority.RootPem + "\n"), out var root, out var fault), fault);
        Root = root;
        Coordinator = new Member(Authority, Role.Coordinator, "hub");
        Sites =
        [
            .. new[] { "alpha", "beta", "gamma", "delta" }
                .Order(StringComparer.Ordinal)
                .Select(name => new Member(Authority, Role.Site, name)),
        ];
        Researcher = Certify(Role.Researcher, "rita");
        Open = Sign(SamplePlan.ThreeOfFour() with { Name = "open study" });
        Private = Sign(SamplePlan.ThreeOfFour().WithPrivacy() with { Name = "private study" });
    }

    public ConsortiumAuthority Authority { get; }

    public ConsortiumRoot Root { get; }

    public Member Coordinator { get; }

    /// <summary>By name.</summary>
    public IReadOnlyList<Member> Sites { get; }

    public X509Certificate2 Researcher { get; }

    public SealedPlan Open { get; }

    public SealedPlan Private { get; }

    public Member Site(SiteName name) => Sites.Single(site => site.Holder.Name == name);

    /// <summary>A certificate with its key.</summary>
    public X509Certificate2 Certify(Role role, string name)
    {
        var (certificate, key) = Authority.Issue(new PeerIdentity(role, SiteName.Parse(name)), [], TimeSpan.FromDays(1));
        return X509Certificate2.CreateFromPem(certificate, key);
    }

    public SealedPlan Sign(StudyPlan plan, X509Certificate2? signer = null)
    {
        signer ??= Researcher;
        using var key = signer.GetECDsaPrivateKey()!;
        var bytes = plan.ToBytes();
        return new SealedPlan(bytes, signer.RawData, SignedDocument.Sign(StudyPlan.Format, bytes, key).Signature);
    }

    /// <summary>The root's list, as a file.</summary>
    public string Revocations(long number, IReadOnlyList<string> serials, params IReadOnlyList<PeerIdentity> members) =>
        Encoding.UTF8.GetString(Authority.Sign(RevocationList.Kind, new RevocationList(number, serials, members).ToPayload()).ToFile());
}
