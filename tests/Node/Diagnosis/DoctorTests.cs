using Federated.Federation;
using Federated.Fixtures;
using Federated.Fixtures.Processes;
using Federated.Hosting;
using Federated.Identity;
using Federated.Node.Diagnosis;
using Federated.Node.Journal;
using Federated.Node.Plans;
using Federated.Node.Tests.Hosting;
using Federated.Node.Tests.Studies;
using Grpc.Core;
using TorchSharp;

namespace Federated.Node.Tests.Diagnosis;

/// <summary>Each fault of an installation is found, with the fix on a line of its own; a sound one has none.</summary>
[TestClass]
public sealed class DoctorTests : IDisposable
{
    private readonly Consortium _consortium = new();
    private readonly TlsIdentity _hub;

    public DoctorTests() => _hub = _consortium.Identity(Role.Coordinator, "hub");

    public required TestContext TestContext { get; init; }

    private CancellationToken Stop => TestContext.CancellationToken;

    public void Dispose()
    {
        _hub.Dispose();
        _consortium.Dispose();
    }

    [TestMethod]
    public async Task A_sound_installation_has_no_fault()
    {
        await using var coordinator = await CoordinatorAsync();
        using var files = new NodeFiles(Site(), coordinator.Address);

        var findings = await ExamineAsync(files, coordinator);

        Assert.IsEmpty(findings.Where(f => f.Severity == Severity.Fail), string.Join('\n', findings));
        CollectionAssert.AreEqual(
            new[]
            {
                "configuration",
                "policy",
                "key",
                "certificate",
                "protocol keys",
                "revocations",
                "daemon",
                "name",
                "port",
                "TLS",
                "session",
                "clock",
                "state folder",
                "disk",
                "journal",
                "data set",
                "data",
                "libtorch",
                "device",
            },
            findings.Select(f => f.Check).ToArray()
        );
        Assert.IsTrue(findings.All(f => f.Severity == Severity.Ok == f.Fix is null), "every fault has its fix");
        Assert.IsFalse(Directory.Exists(files.State), "the doctor changes nothing");
    }

    [TestMethod]
    public async Task Every_fault_of_the_configuration_is_shown()
    {
        using var folder = new TestFolder();
        var config = folder.Write("node.json", """{ "node": { "aproval": "human", "threads": 0 } }""");

        var finding = (await new Doctor(TimeProvider.System).ExamineAsync(config, [], Stop)).Single();

        Assert.AreEqual(("configuration", Severity.Fail), (finding.Check, finding.Severity));
        Assert.Contains("node.aproval: unknown key; did you mean 'approval'?", finding.Text);
        Assert.Contains("node.threads is 0", finding.Text);
    }

    [TestMethod]
    [DataRow("open key", "key", "is open to other users", "chmod 600")]
    [DataRow("key gone", "key", "does not exist", "check the path")]
    [DataRow("swapped", "certificate", "cannot be used", "belong together")]
    [DataRow("expired", "certificate", "expired on", "timedatectl set-ntp true")]
    [DataRow("future", "certificate", "is valid only from", "timedatectl set-ntp true")]
    [DataRow("stranger", "certificate", "was not issued by this consortium's root", "fed pki request site")]
    [DataRow("researcher", "certificate", "is that of a Researcher; a node needs a site's", "check node.tls")]
    [DataRow("revoked", "revocations", "this node's own certificate", "fed pki request site")]
    [DataRow("member revoked", "revocations", "site 'alpha' itself was revoked: its credentials no longer count", "has another name")]
    [DataRow("no protocol keys", "protocol keys", "does not exist", "set protocol.key to where it is")]
    [DataRow("credential of beta", "protocol keys", "is that of site 'beta'", "of one member")]
    [DataRow("list", "revocations", "Revocation list", "fetch")]
    public async Task A_fault_of_this_sites_identity_is_found(string fault, string check, string words, string fix)
    {
        using var stranger = new Consortium();
        using var files = new NodeFiles(Identity(fault, stranger), new Uri("https://127.0.0.1:1"));

        var finding = Single(await new Doctor(TimeProvider.System).ExamineAsync(files.Config, [], Stop), check);

        Expect(finding, Severity.Fail, words, fix);
    }

    [TestMethod]
    [DataRow(10, DisplayName = "ten days ahead")]
    [DataRow(-10, DisplayName = "ten days behind")]
    public async Task A_clock_that_is_ten_days_off_is_found_in_the_certificates_of_both_sides(int days)
    {
        await using var coordinator = await CoordinatorAsync();
        using var files = new NodeFiles(Site(TimeSpan.FromDays(1)), coordinator.Address);

        var findings = await new Doctor(new ShiftedClock(TimeSpan.FromDays(days))).ExamineAsync(files.Config, [], Stop);

        var words = days > 0 ? "expired on" : "is valid only from";
        Expect(Single(findings, "certificate"), Severity.Fail, words, "set this machine's clock");
        Expect(Single(findings, "TLS"), Severity.Fail, "set that clock if it is wrong", "");
    }

    [TestMethod]
    public async Task A_clock_that_differs_from_the_coordinators_is_found_with_both_times()
    {
        await using var coordinator = await CoordinatorAsync();
        using var files = new NodeFiles(Site(), coordinator.Address);

        var findings = await ExamineAsync(files, coordinator, TimeProvider.System.GetUtcNow().AddMinutes(-6));

        var clock = Single(findings, "clock");
        Expect(clock, Severity.Fail, "this machine's clock says 20", "timedatectl set-ntp true");
        Assert.Contains("the coordinator's 20", clock.Text);
    }

    [TestMethod]
    [DataRow("https://no-such-host.invalid:7443", "name", "no-such-host.invalid cannot be resolved", "resolvectl")]
    [DataRow("https://127.0.0.1:1", "port", "127.0.0.1, TCP port 1", "open that one outbound TCP port")]
    public async Task A_coordinator_that_cannot_be_reached_is_found(string address, string check, string words, string fix)
    {
        using var files = new NodeFiles(Site(), new Uri(address));

        var findings = await new Doctor(TimeProvider.System).ExamineAsync(files.Config, [], Stop);

        Expect(Single(findings, check), Severity.Fail, words, fix);
        Assert.IsEmpty(findings.Where(f => f.Check is "TLS" or "session" or "clock"), "what cannot be asked is not guessed");
    }

    [TestMethod]
    [DataRow("stranger", "was not issued by this consortium's root")]
    [DataRow("site", "cannot act as a coordinator")]
    [DataRow("expired", "expired on")]
    [DataRow("revoked", "was revoked")]
    public async Task A_coordinator_that_is_none_of_this_consortium_is_found(string fault, string words)
    {
        using var stranger = new Consortium();
        using var identity = fault switch
        {
            "stranger" => stranger.Identity(Role.Coordinator, "hub"),
            "site" => _consortium.Identity(Role.Site, "mallory"),
            "expired" => _consortium.Identity(Role.Coordinator, "hub", TimeSpan.FromMinutes(-1)),
            _ => _consortium.Identity(Role.Coordinator, "hub"),
        };
        if (fault == "revoked")
        {
            _consortium.Revoke(identity);
        }

        await using var impostor = new TlsImpostor(identity);
        using var files = new NodeFiles(Site(), impostor.Address);

        var finding = Single(await new Doctor(TimeProvider.System).ExamineAsync(files.Config, [], Stop), "TLS");

        Expect(finding, Severity.Fail, $"the coordinator's certificate was refused: the certificate of", "which side must act");
        Assert.Contains(words, finding.Text);
    }

    [TestMethod]
    [DataRow(StatusCode.AlreadyExists, "another process is connected as 'alpha'", "have the certificate revoked at once")]
    [DataRow(StatusCode.Unauthenticated, "does not take this node: Unauthenticated: the reason", "do what the line above says")]
    public async Task A_session_that_is_refused_is_found(StatusCode code, string words, string fix)
    {
        await using var coordinator = await CoordinatorAsync();
        coordinator.SessionRefusals.Enqueue(new Status(code, "the reason"));
        using var files = new NodeFiles(Site(), coordinator.Address);

        Expect(Single(await new Doctor(TimeProvider.System).ExamineAsync(files.Config, [], Stop), "session"), Severity.Fail, words, fix);
    }

    [TestMethod]
    public async Task A_daemon_that_is_connected_is_not_disturbed()
    {
        await using var bench = await StudyAtNode.StartAsync(SamplePlan.For("alpha", "beta"), Stop);
        Wait.For(
            "status.json to say connected",
            () => Federated.Node.Hosting.StatusReport.Read(State(bench.Files))?.ConnectedSince is not null
        );

        var findings = await new Doctor(TimeProvider.System).ExamineAsync(bench.Files.Config, [], Stop);

        Assert.IsEmpty(findings.Where(f => f.Severity == Severity.Fail), string.Join('\n', findings));
        Assert.Contains($"the daemon (process {Environment.ProcessId}) is connected since", Single(findings, "session").Text);
        Assert.IsTrue(bench.Coordinator.NoSessionWaits);
        Assert.IsTrue((await bench.OfferAsync()).Accepted, "its session goes on");
    }

    [TestMethod]
    public async Task What_the_daemon_cannot_mend_itself_is_found_with_its_fix()
    {
        await using var bench = await StudyAtNode.StartAsync(SamplePlan.For("alpha", "beta"), Stop);
        await bench.OfferAsync(lastRound: 1, lastAttempt: 1);
        Wait.For("status.json to name the study", () => Federated.Node.Hosting.StatusReport.Read(State(bench.Files))?.Studies.Count == 1);

        var finding = Single(await new Doctor(TimeProvider.System).ExamineAsync(bench.Files.Config, [], Stop), "study");

        Expect(finding, Severity.Fail, "JOURNAL_BEHIND", $"fed-node journal advance {bench.Plan.Hash().Abbreviated}");
    }

    [TestMethod]
    public async Task A_plan_that_nobody_of_the_consortium_signed_is_found()
    {
        await using var bench = await StudyAtNode.StartAsync(SamplePlan.For("alpha", "beta"), Stop);
        bench.Coordinator.Researcher = null;
        await bench.OfferAsync();
        Wait.For("status.json to name the study", () => Federated.Node.Hosting.StatusReport.Read(State(bench.Files))?.Studies.Count == 1);

        var finding = Single(await new Doctor(TimeProvider.System).ExamineAsync(bench.Files.Config, [], Stop), "study");

        Expect(finding, Severity.Fail, "PLAN_SIGNATURE: its signature does not count", "tell the researcher");
    }

    [TestMethod]
    [DataRow("writers", "state folder", Severity.Fail, "other users of this machine may write into it", "chmod 700")]
    [DataRow("readers", "state folder", Severity.Warn, "other users of this machine may read it", "chmod 700")]
    [DataRow("journal", "journal", Severity.Fail, "journal.jsonl:1 is damaged", "restore the whole folder")]
    [DataRow("torn", "journal", Severity.Warn, "and 7 bytes of one that was never finished", "the next start cuts them off")]
    [DataRow("plan", "plan", Severity.Fail, "they were changed", "remove the folder")]
    [DataRow("status", "daemon", Severity.Fail, "status.json is damaged", "start the node again")]
    [DataRow("data", "data", Severity.Fail, "patients.csv:2: age", "mappings/README.md")]
    [DataRow("mapping", "data", Severity.Fail, "did you mean 'age'?", "mappings/README.md")]
    [DataRow("no data", "data", Severity.Fail, "patients.csv cannot be opened", "check the path")]
    public async Task A_fault_of_what_lies_on_this_machine_is_found(string fault, string check, object severity, string words, string fix)
    {
        using var files = new NodeFiles(Site(), new Uri("https://127.0.0.1:1"));
        Break(files, fault);

        Expect(Single(await new Doctor(TimeProvider.System).ExamineAsync(files.Config, [], Stop), check), (Severity)severity, words, fix);
    }

    [TestMethod]
    public async Task A_GPU_that_was_asked_for_and_is_not_there_is_found()
    {
        using var files = new NodeFiles(Site(), new Uri("https://127.0.0.1:1"));

        var finding = Single(await new Doctor(TimeProvider.System).ExamineAsync(files.Config, ["--node:device", "cuda"], Stop), "device");

        if (torch.cuda.is_available())
        {
            Assert.AreEqual(Severity.Ok, finding.Severity);
        }
        else
        {
            Expect(finding, Severity.Fail, "No CUDA device can be used", "set node.device to cpu");
        }
    }

    private void Break(NodeFiles files, string fault)
    {
        StateFolder.Create(files.State);
        switch (fault)
        {
            case "writers":
                File.SetUnixFileMode(files.State, File.GetUnixFileMode(files.State) | UnixFileMode.OtherWrite);
                break;
            case "readers":
                File.SetUnixFileMode(files.State, File.GetUnixFileMode(files.State) | UnixFileMode.OtherRead);
                break;
            case "journal":
                files.Write("state/journal.jsonl", "{}\n");
                break;
            case "torn":
                SiteJournal.Open(State(files), SiteName.Parse("alpha"), TimeProvider.System).Dispose();
                File.AppendAllText(State(files).Journal, "{\"attem");
                break;
            case "plan":
                KeepPlan(files);
                break;
            case "status":
                files.Write("state/status.json", "{");
                break;
            case "data":
                files.Write("patients.csv", "key,age,sex,thalach,num\np1,abc,F,120,0\n");
                break;
            case "mapping":
                files.Write("mapping.yaml", Patients.MappingText.Replace("  age: {", "  agee: {"));
                break;
            case "no data":
                File.Delete(files.Folder["patients.csv"]);
                break;
            default:
                throw new ArgumentException(fault, nameof(fault));
        }
    }

    private void KeepPlan(NodeFiles files)
    {
        using var self = _consortium.Identity(Role.Site, "alpha");
        using var researcher = _consortium.Identity(Role.Researcher, "lab");
        var plan = SamplePlan.For("alpha", "zeta");
        var store = new PlanStore(State(files), self, SiteName.Parse("alpha"));
        store.Keep(
            plan.Hash(),
            new SignedPlan(plan.ToBytes(), researcher.Certificate.RawData, PlanSignature.Sign(plan.ToBytes(), researcher))
        );
        File.AppendAllText(Path.Combine(store.FolderOf(plan.Hash()), "plan.json"), " ");
    }

    /// <summary>A site's files with one thing wrong.</summary>
    private TlsFiles Identity(string fault, Consortium stranger)
    {
        var sound = Site();
        switch (fault)
        {
            case "open key":
                File.SetUnixFileMode(sound.Key, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
                return sound;
            case "key gone":
                return sound with { Key = "/nowhere/site.key" };
            case "swapped":
                return sound with { Key = Site().Key };
            case "expired":
                return Site(TimeSpan.FromMinutes(-1));
            case "future":
                return _consortium.IssueByClock(TimeSpan.FromDays(10), Role.Site, "alpha") with { Revocations = sound.Revocations };
            case "stranger":
                return stranger.Issue(Role.Site, "alpha") with { Root = _consortium.RootFile };
            case "no protocol keys":
                File.Delete(ProtocolFiles.Beside(sound.Certificate).Key);
                return sound;
            case "credential of beta":
                File.Copy(
                    ProtocolFiles.Beside(_consortium.Issue(Role.Site, "beta").Certificate).Credential,
                    ProtocolFiles.Beside(sound.Certificate).Credential,
                    overwrite: true
                );
                return sound;
            case "member revoked":
                _consortium.RevokeCredentials(new PeerIdentity(Role.Site, SiteName.Parse("alpha")));
                return sound;
            case "researcher":
                return _consortium.Issue(Role.Researcher, "alpha");
            case "revoked":
                using (var identity = TlsIdentity.Load(sound, TimeProvider.System))
                {
                    _consortium.Revoke(identity);
                }

                return sound;
            default:
                return sound with { Revocations = _consortium.RootFile };
        }
    }

    private TlsFiles Site(TimeSpan? validity = null) =>
        _consortium.Issue(Role.Site, "alpha", validity) with
        {
            Revocations = _consortium.RevocationsFile,
        };

    private Task<ScriptedCoordinator> CoordinatorAsync() => ScriptedCoordinator.StartAsync(_hub, Stop);

    private async Task<IReadOnlyList<Finding>> ExamineAsync(NodeFiles files, ScriptedCoordinator coordinator, DateTimeOffset? time = null)
    {
        var examining = new Doctor(TimeProvider.System).ExamineAsync(files.Config, [], Stop);
        await (await coordinator.SessionAsync(Stop)).WelcomeAsync(Stop, time: time);
        return await examining;
    }

    private static StateFolder State(NodeFiles files) => new(files.State);

    private static Finding Single(IReadOnlyList<Finding> findings, string check) =>
        findings.FirstOrDefault(f => f.Check == check && f.Severity != Severity.Ok) ?? findings.First(f => f.Check == check);

    private static void Expect(Finding finding, Severity severity, string words, string fix)
    {
        Assert.AreEqual(severity, finding.Severity, finding.ToString());
        Assert.Contains(words, finding.Text);
        Assert.Contains(fix, finding.Fix!);
    }

    private sealed class ShiftedClock(TimeSpan off) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + off;
    }
}
