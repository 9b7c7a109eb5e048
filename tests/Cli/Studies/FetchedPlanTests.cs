using Federated.Cli.Studies;
using Federated.Federation;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.Identity;
using Federated.V1;
using Google.Protobuf;

namespace Federated.Cli.Tests.Studies;

/// <summary>A coordinator is not believed: what it says a plan is must have the hash that was asked for, and a researcher's signature.</summary>
[TestClass]
public sealed class FetchedPlanTests
{
    private static readonly byte[] Bytes = SamplePlan.For("nord", "sud").ToBytes();

    [TestMethod]
    public void A_plan_with_its_hash_and_its_signature_is_taken()
    {
        using var consortium = new Consortium();
        using var researcher = consortium.Identity(Role.Researcher, "ana");

        var fetched = FetchedPlan.Of(Digest.Of(Bytes), Signed(Bytes, researcher), researcher);

        Assert.AreEqual("ana", fetched.SignedBy);
        CollectionAssert.AreEqual(Bytes, fetched.Signed().ToBytes());
    }

    [TestMethod]
    public void Plan_bytes_altered_at_the_coordinator_are_named_as_such()
    {
        using var consortium = new Consortium();
        using var researcher = consortium.Identity(Role.Researcher, "ana");
        var response = Signed(Bytes, researcher);
        response.Plan = ByteString.CopyFrom((SamplePlan.For("nord", "sud") with { EvaluateEvery = 2 }).ToBytes());

        var refused = Assert.ThrowsExactly<OperatorException>(() => FetchedPlan.Of(Digest.Of(Bytes), response, researcher));

        Assert.Contains("is not the one that was signed", refused.Message);
        Assert.Contains("altered at the coordinator", refused.Message);
        Assert.Contains("do not go on with this study", refused.Hint!);
    }

    [TestMethod]
    public void A_plan_that_another_researcher_is_said_to_have_signed_does_not_count()
    {
        using var consortium = new Consortium();
        using var ana = consortium.Identity(Role.Researcher, "ana");
        using var ben = consortium.Identity(Role.Researcher, "ben");
        var response = Signed(Bytes, ana);
        response.Certificate = ByteString.CopyFrom(ben.Certificate.RawData);

        var fetched = FetchedPlan.Of(Digest.Of(Bytes), response, ana);

        Assert.IsNull(fetched.SignedBy);
        Assert.AreEqual("its signature is not by the certificate that came with it.", fetched.Refusal);
        Assert.ThrowsExactly<OperatorException>(fetched.Signed);
    }

    [TestMethod]
    public void A_plan_signed_under_another_root_does_not_count()
    {
        using var consortium = new Consortium();
        using var other = new Consortium();
        using var ana = consortium.Identity(Role.Researcher, "ana");
        using var stranger = other.Identity(Role.Researcher, "ana");

        var fetched = FetchedPlan.Of(Digest.Of(Bytes), Signed(Bytes, stranger), ana);

        Assert.Contains("was not issued by this consortium's root", fetched.Refusal!);
    }

    [TestMethod]
    public void A_plan_that_a_site_signed_does_not_count()
    {
        using var consortium = new Consortium();
        using var ana = consortium.Identity(Role.Researcher, "ana");
        using var site = consortium.Identity(Role.Site, "nord");

        Assert.Contains("cannot act as a researcher", FetchedPlan.Of(Digest.Of(Bytes), Signed(Bytes, site), ana).Refusal!);
    }

    private static FetchPlanResponse Signed(byte[] plan, TlsIdentity signer) =>
        new()
        {
            Plan = ByteString.CopyFrom(plan),
            Certificate = ByteString.CopyFrom(signer.Certificate.RawData),
            Signature = ByteString.CopyFrom(PlanSignature.Sign(plan, signer)),
        };
}
