using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.Identity;
using Federated.Node.Commands.Review;
using Federated.Node.Hosting;
using Federated.Node.Journal;
using Federated.Node.Plans;
using Federated.Node.Tests.Hosting;

namespace Federated.Node.Tests.Policy;

/// <summary>The folder of site alpha with plans that were offered to it, signed by researcher 'lab', and a policy's file. No daemon runs.</summary>
internal sealed class SiteWithPlans : IDisposable
{
    private readonly Consortium _consortium = new();
    private readonly TlsIdentity _self;
    private readonly TlsIdentity _researcher;

    /// <param name="policy">The policy's file.</param>
    /// <param name="more">Further keys of the configuration, after a comma.</param>
    public SiteWithPlans(string policy, string more = "")
    {
        var tls = _consortium.Issue(Role.Site, "alpha");
        Files = new NodeFiles(
            tls,
            new Uri("https://127.0.0.1:1"),
            approval: "",
            $", \"policy\": \"policy.yaml\"{more}",
            withoutPrivacy: ""
        );
        WritePolicy(policy);
        _self = TlsIdentity.Load(tls, TimeProvider.System);
        _researcher = _consortium.Identity(Role.Researcher, "lab");
        Store = new PlanStore(State, _self, SiteName.Parse("alpha"));
    }

    public NodeFiles Files { get; }

    public StateFolder State => new(Files.State);

    public PlanStore Store { get; }

    public OperatorNotes Notes => new(State);

    /// <summary>What the commands see now.</summary>
    public PlansAtSite Seen => PlansAtSite.Read(Setup);

    public NodeSetup Setup => NodeSetup.Read(Files.Config, []);

    public void WritePolicy(string lines) => Files.Write("policy.yaml", $"format: federated-policy/1\n{lines}\n");

    /// <summary>Keeps a plan as if it had been offered.</summary>
    public StoredPlan Keep(StudyPlan plan)
    {
        var (bytes, hash) = (plan.ToBytes(), plan.Hash());
        var signed = new SignedPlan(bytes, _researcher.Certificate.RawData, PlanSignature.Sign(bytes, _researcher));
        return Store.Keep(hash, signed).Plan ?? throw new AssertFailedException("The plan was not kept.");
    }

    /// <summary>Adds somebody's approval to those that are there.</summary>
    public void Approve(Digest plan, string by, DateTimeOffset? until = null)
    {
        var before = Notes.DecisionOn(plan, out _)?.Made ?? [];
        Notes.Write(
            new Decision(plan, [.. before, new JournalEntry.Decided(plan, true, by, TimeProvider.System.GetUtcNow(), "") { Until = until }])
        );
    }

    public PlanReview Review(StoredPlan stored) => PlanReview.Of(Seen, stored, Setup);

    public void Dispose()
    {
        _researcher.Dispose();
        _self.Dispose();
        Files.Dispose();
        _consortium.Dispose();
    }
}
