using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.Identity;
using Federated.Node.Journal;
using Federated.Node.Plans;

namespace Federated.Node.Tests.Plans;

/// <summary>Plans that were kept count only as long as their bytes and their signature do.</summary>
[TestClass]
public sealed class PlanStoreTests : IDisposable
{
    private static readonly StudyPlan Plan = SamplePlan.For("alpha", "beta");
    private static readonly Digest Hash = Plan.Hash();

    private readonly Consortium _consortium = new();
    private readonly TestFolder _folder = new();
    private readonly TlsIdentity _self;
    private readonly TlsIdentity _researcher;
    private readonly PlanStore _store;

    public PlanStoreTests()
    {
        _self = TlsIdentity.Load(
            _consortium.Issue(Role.Site, "alpha") with
            {
                Revocations = _consortium.RevocationsFile,
            },
            TimeProvider.System
        );
        _researcher = _consortium.Identity(Role.Researcher, "lab");
        _store = new PlanStore(new StateFolder(_folder["state"]), _self, SiteName.Parse("alpha"));
    }

    public void Dispose()
    {
        _researcher.Dispose();
        _self.Dispose();
        _consortium.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    public void A_plan_is_kept_byte_for_byte_with_who_signed_it()
    {
        _store.Keep(Hash, Signed(Plan, _researcher));

        var stored = _store.Read(Hash);
        Assert.AreEqual(("a study", "lab"), (stored.Plan.Name, stored.Researcher.Value));
        CollectionAssert.AreEqual(Plan.ToBytes(), File.ReadAllBytes(Path.Combine(_store.FolderOf(Hash), "plan.json")));
        string[] files = [$"plans/{Hash}/plan.json", $"plans/{Hash}/signature.json"];
        CollectionAssert.AreEqual(files, _folder.Files("state"), "and nothing half-written");
        Assert.AreEqual((null, null), _store.Load(Digest.Of("never offered"u8)));
    }

    [TestMethod]
    public void A_plan_that_cannot_be_written_whole_leaves_nothing_half_written()
    {
        // A folder stands where a file has to come: no disk has to be filled for a write to fail.
        Directory.CreateDirectory(Path.Combine($"{_store.FolderOf(Hash)}.partial", "signature.json"));

        var fault = Assert.ThrowsExactly<OperatorException>(() => _store.Keep(Hash, Signed(Plan, _researcher)));

        Assert.Contains("signature.json cannot be written", fault.Message);
        Assert.IsEmpty(_folder.Files("state"));
        Assert.IsEmpty(Directory.GetDirectories(_folder["state/plans"]));
    }

    [TestMethod]
    [DataRow("hash", "PLAN_HASH", "they were changed", DisplayName = "other bytes than were offered")]
    [DataRow(
        "signature",
        "PLAN_SIGNATURE",
        "its signature is not by the certificate that came with it",
        DisplayName = "a flipped bit in the signature"
    )]
    [DataRow("none", "PLAN_SIGNATURE", "its certificate or signature is damaged", DisplayName = "no signature at all")]
    [DataRow("site", "PLAN_SIGNATURE", "the certificate of site 'beta' cannot act as a researcher", DisplayName = "signed by a site")]
    [DataRow(
        "stranger",
        "PLAN_SIGNATURE",
        "was not issued by this consortium's root",
        DisplayName = "signed by a researcher of another consortium"
    )]
    [DataRow("revoked", "PLAN_SIGNATURE", "was revoked", DisplayName = "signed by a researcher whose certificate was revoked")]
    [DataRow(
        "expired",
        "PLAN_SIGNATURE",
        "the certificate of researcher 'lab' expired on",
        DisplayName = "signed with a certificate that has run out"
    )]
    [DataRow("early", "PLAN_SIGNATURE", "is valid only from", DisplayName = "signed with a certificate that is not valid yet")]
    [DataRow("roster", "NOT_ON_ROSTER", "alpha is not on the plan's roster", DisplayName = "a plan for others")]
    public void A_plan_that_does_not_count_is_refused_and_not_kept(string fault, string code, string words)
    {
        using var stranger = new Consortium();
        using var signer = fault switch
        {
            "site" => _consortium.Identity(Role.Site, "beta"),
            "stranger" => stranger.Identity(Role.Researcher, "lab"),
            "expired" => _consortium.Identity(Role.Researcher, "lab", TimeSpan.FromMinutes(-1)),
            "early" => _consortium.IdentityByClock(TimeSpan.FromDays(10), Role.Researcher, "lab"),
            _ => _consortium.Identity(Role.Researcher, "lab"),
        };
        var plan = fault == "roster" ? SamplePlan.For("beta", "gamma") : Plan;
        var signed = Signed(plan, signer);
        if (fault == "signature")
        {
            var bytes = signed.Signature.ToArray();
            bytes[5] ^= 1;
            signed = signed with { Signature = bytes };
        }
        else if (fault == "none")
        {
            signed = signed with { Signature = default, Certificate = default };
        }
        else if (fault == "revoked")
        {
            _consortium.Revoke(signer);
        }

        var (kept, refusal) = _store.Keep(fault == "hash" ? Digest.Of("another"u8) : plan.Hash(), signed);

        Assert.IsNull(kept);
        Assert.AreEqual(code, refusal!.Name);
        Assert.Contains(words, refusal.Reason);
        Assert.IsEmpty(_store.Hashes());
    }

    [TestMethod]
    [DataRow("plan.json", "they were changed", DisplayName = "the plan")]
    [DataRow("signature.json", "is damaged", DisplayName = "its signature")]
    public void Bytes_that_were_altered_on_disk_are_named(string file, string words)
    {
        _store.Keep(Hash, Signed(Plan, _researcher));
        var path = Path.Combine(_store.FolderOf(Hash), file);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 0x40;
        File.WriteAllBytes(path, bytes);

        var error = Assert.ThrowsExactly<OperatorException>(() => _store.Read(Hash));

        Assert.Contains(_store.FolderOf(Hash), error.Message);
        Assert.Contains(words, error.Message);
        Assert.Contains("the node fetches the plan again", error.Hint!);
    }

    [TestMethod]
    public void A_signature_file_of_an_unknown_version_is_refused_by_name()
    {
        _store.Keep(Hash, Signed(Plan, _researcher));
        var path = Path.Combine(_store.FolderOf(Hash), "signature.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("federated-plan-signature/1", "federated-plan-signature/9"));

        Assert.Contains(
            "has the format 'federated-plan-signature/9'; this release reads federated-plan-signature/1",
            Assert.ThrowsExactly<OperatorException>(() => _store.Read(Hash)).Message
        );
    }

    [TestMethod]
    public void A_plan_that_was_kept_goes_on_when_its_researchers_certificate_runs_out()
    {
        _store.Keep(Hash, Signed(Plan, _researcher));
        using var self = TlsIdentity.Load(_consortium.Issue(Role.Site, "alpha"), new LaterClock(TimeSpan.FromDays(2)));
        var later = new PlanStore(new StateFolder(_folder["state"]), self, SiteName.Parse("alpha"));

        Assert.Contains("expired on", self.Refusal(_researcher.Certificate, Role.Researcher)!, "or else this test shows nothing");
        Assert.AreEqual("lab", later.Load(Hash).Plan?.Researcher.Value);
    }

    [TestMethod]
    public void A_researcher_whose_certificate_is_revoked_later_takes_the_plan_along()
    {
        _store.Keep(Hash, Signed(Plan, _researcher));

        _consortium.Revoke(_researcher);

        Assert.Contains("was revoked", _store.Load(Hash).Refusal!.Reason);
    }

    [TestMethod]
    public void A_plan_is_found_by_the_first_digits_of_its_hash_if_they_name_one_plan_alone()
    {
        _store.Keep(Hash, Signed(Plan, _researcher));

        Assert.AreEqual(Hash, _store.Find(Hash.ToString()[..6]));
        Assert.AreEqual(Hash, _store.Find(Hash.ToString().ToUpperInvariant()));
        foreach (
            var (prefix, words) in new[]
            {
                (Hash.ToString()[..5], "give at least 6 of its 64 hexadecimal digits"),
                ("../../", "is no beginning of a plan hash"),
                ("0000000000", "was offered to this site"),
            }
        )
        {
            Assert.Contains(words, Assert.ThrowsExactly<OperatorException>(() => _store.Find(prefix)).Message);
        }
    }

    [TestMethod]
    public void Digits_that_two_plans_share_are_not_enough()
    {
        StateFolder.Create(Path.Combine(_folder["state"], "plans", $"abcdef{new string('0', 58)}"));
        StateFolder.Create(Path.Combine(_folder["state"], "plans", $"abcdef{new string('1', 58)}"));
        StateFolder.Create(Path.Combine(_folder["state"], "plans", "something else"));

        Assert.Contains("2 plans begin with abcdef", Assert.ThrowsExactly<OperatorException>(() => _store.Find("abcdef")).Message);
        Assert.HasCount(2, _store.Hashes());
    }

    private static SignedPlan Signed(StudyPlan plan, TlsIdentity signer) =>
        new(plan.ToBytes(), signer.Certificate.RawData, PlanSignature.Sign(plan.ToBytes(), signer));

    private sealed class LaterClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
