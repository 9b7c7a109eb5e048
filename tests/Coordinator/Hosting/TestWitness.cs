using System.Security.Cryptography.X509Certificates;
using Federated.Federation;
using Federated.Hosting;
using Federated.Identity;
using Federated.TransparencyLog.Checkpoints;
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
