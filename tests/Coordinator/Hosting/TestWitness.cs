using System.Security.Cryptography.X509Certificates;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.Identity;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Trees;
using Federated.TransparencyLog.Witnesses;
using Federated.V1;
using Google.Protobuf;

namespace Federated.Coordinator.Tests.Hosting;

/// <summary>An honest site's part in the log: it vouches for what it has seen, with the product's own witness.</summary>
internal sealed class TestWitness
{
    private readonly LogPolicy _log;
    private readonly MemberKeys _keys;
    private WitnessState? _state;

    /// <param name="keys">The site's.</param>
    /// <param name="coordinator">Whose log it is.</param>
    /// <param name="root">Of the consortium.</param>
    public TestWitness(MemberKeys keys, ProtocolCredential coordinator, X509Certificate2 root)
    {
        var origin = KeyNames.Origin(Digest.Of(root.RawData), coordinator.Holder.Name);
        _log = new LogPolicy(origin.Value, coordinator.LogKey(origin), [], quorum: 0);
        _keys = keys;
    }

    /// <summary>Entries that it vouched for last.</summary>
    public TreeSize Size => _state?.Head.Size ?? new TreeSize(0);

    /// <summary>What a site says in the log before it accepts a study.</summary>
    public static byte[] Approval(MemberKeys keys, StudyPlan plan, EntryKind kind = EntryKind.PlanApproved)
    {
        using var signer = keys.Private.LogSigner(KeyNames.ForSite(keys.Credential.Holder.Name));
        var study = new StudyReference(plan.Name, Digest.Of(plan.ToBytes()));
        var decision = new PlanDecision(Digest.Of([]), EntryCode.Parse("within-policy"), Digest.Of([]));
        var entry = new Federated.TransparencyLog.Entries.LogEntry(kind, study, TimeProvider.System.GetUtcNow(), signer.Key.Name, decision);
        return SealedEntry.Sign(entry, signer).ToBytes();
    }

    /// <summary>The cosignature's line; the test fails where an honest witness would refuse.</summary>
    public ByteString Cosign(LogGrowth growth)
    {
        Assert.IsTrue(AddCheckpointRequest.TryParse(growth.Request.Memory, out var request, out var fault), fault);
        var decision = new Witness(_log).Consider(_state, request);
        _state = decision is WitnessDecision.Accepted accepted
            ? accepted.Next
            : throw new AssertFailedException(((WitnessDecision.Refused)decision).Message);
        using var signer = _keys.Private.WitnessSigner(KeyNames.ForSite(_keys.Credential.Holder.Name));
        return ByteString.CopyFrom(signer.Cosign(_state, TimeProvider.System.GetUtcNow()).ToLine());
    }
}
