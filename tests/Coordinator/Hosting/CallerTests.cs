using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Federated.Fixtures;
using Federated.Identity;
using Federated.V1;
using Grpc.Core;

namespace Federated.Coordinator.Tests.Hosting;

/// <summary>Who may call what: a refusal has its status, says what to do, and leaves a line in the coordinator's log.</summary>
[TestClass]
public sealed class CallerTests
{
    private static RunningCoordinator? _coordinator;

    public required TestContext TestContext { get; init; }

    private static RunningCoordinator Coordinator => _coordinator!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) =>
        _coordinator = await RunningCoordinator.StartAsync(context.CancellationToken);

    [ClassCleanup]
    public static async Task StopAsync() => await Coordinator.DisposeAsync();

    [TestMethod]
    public async Task Nobody_without_a_certificate()
    {
        var status = await FetchPlanAsync(certificate: null);

        Assert.AreEqual(StatusCode.Unauthenticated, status.StatusCode);
        Assert.AreEqual("The coordinator does not let you in: no certificate was shown; set tls.certificate and tls.key.", status.Detail);
        await Coordinator.Log.WaitForAsync("was refused: no certificate was shown", TestContext.CancellationToken);
    }

    [TestMethod]
    public async Task Nobody_of_another_consortium()
    {
        using var other = new Consortium();
        using var identity = other.Identity(Role.Site, "alpha");

        var status = await FetchPlanAsync(identity.Certificate);

        Assert.AreEqual(StatusCode.Unauthenticated, status.StatusCode);
        Assert.AreEqual(
            "The coordinator does not let you in: the certificate of site 'alpha' was not issued by this consortium's root 'CN=Tests root'; "
                + "check that both sides use the same root file, or ask the consortium for a certificate.",
            status.Detail
        );
    }

    [TestMethod]
    public async Task Nobody_whose_certificate_has_expired()
    {
        using var identity = Coordinator.Consortium.Identity(Role.Site, "alpha", TimeSpan.FromMinutes(-1));

        var status = await FetchPlanAsync(identity.Certificate);

        Assert.AreEqual(StatusCode.Unauthenticated, status.StatusCode);
        Assert.StartsWith("The coordinator does not let you in: the certificate of site 'alpha' expired on 20", status.Detail);
        Assert.EndsWith("renew it, or set that clock if it is wrong.", status.Detail);
    }

    [TestMethod]
    public async Task Nobody_whose_certificate_begins_in_ten_days()
    {
        using var identity = Coordinator.Consortium.IdentityByClock(TimeSpan.FromDays(10), Role.Site, "alpha");

        var status = await FetchPlanAsync(identity.Certificate);

        Assert.AreEqual(StatusCode.Unauthenticated, status.StatusCode);
        Assert.StartsWith("The coordinator does not let you in: the certificate of site 'alpha' is valid only from 20", status.Detail);
        Assert.EndsWith("set that clock if it is wrong, or wait.", status.Detail);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Nobody_who_is_revoked_and_no_restart_is_needed_for_that()
    {
        using var identity = Coordinator.Consortium.Identity(Role.Site, "revoked");
        using var channel = Coordinator.Stranger(identity.Certificate);
        var client = new NodeService.NodeServiceClient(channel);
        using var node = Coordinator.WireNode("revoked", client);
        await node.HelloAsync();
        await node.NextAsync(m => m.Welcome, TestContext.CancellationToken);
        var before = await RunningCoordinator.StatusOfAsync(async () => await client.FetchPlanAsync(new FetchPlanRequest()));
        Assert.AreEqual(StatusCode.NotFound, before.StatusCode, "it is let in");

        Coordinator.Consortium.Revoke(identity);

        var after = await RunningCoordinator.StatusOfAsync(async () => await client.FetchPlanAsync(new FetchPlanRequest()));
        Assert.AreEqual(StatusCode.Unauthenticated, after.StatusCode, "on the connection that is open already");
        Assert.AreEqual(
            $"The coordinator does not let you in: the certificate of site 'revoked' (serial {identity.Certificate.SerialNumber}) was revoked; ask the consortium for a new one.",
            after.Detail
        );
        var ended = await node.EndAsync(TestContext.CancellationToken);
        Assert.AreEqual((StatusCode.Unauthenticated, after.Detail), (ended.StatusCode, ended.Detail), "and its session ends");
    }

    [TestMethod]
    public async Task An_auditor_reads_and_changes_nothing()
    {
        var plan = SamplePlan.For("alpha", "beta") with { Name = "for auditors" };
        await Coordinator.Researcher().SubmitStudyAsync(Coordinator.Signed(plan.ToBytes()));
        var hash = WireNode.Bytes(plan.Hash());
        var auditor = new StudyService.StudyServiceClient(Coordinator.Member(Role.Auditor, "cour"));

        Assert.Contains("for auditors", (await auditor.ListStudiesAsync(new ListStudiesRequest())).Studies.Select(study => study.Name));
        Assert.AreEqual(
            plan.Hash(),
            Federation.Digest.Of((await auditor.FetchStudyPlanAsync(new FetchStudyPlanRequest { PlanHash = hash })).Plan.Span)
        );
        Status[] statuses =
        [
            await RunningCoordinator.StatusOfAsync(async () => await auditor.SubmitStudyAsync(new SubmitStudyRequest())),
            await RunningCoordinator.StatusOfAsync(async () => await auditor.CancelStudyAsync(new CancelStudyRequest { PlanHash = hash })),
            await RunningCoordinator.StatusOfAsync(async () => await auditor.ResumeStudyAsync(new ResumeStudyRequest { PlanHash = hash })),
        ];
        foreach (var status in statuses)
        {
            Assert.AreEqual(StatusCode.PermissionDenied, status.StatusCode);
            Assert.StartsWith("'cour' is an auditor; only a researcher may call", status.Detail);
        }
    }

    [TestMethod]
    public async Task Nobody_who_made_the_certificate_himself()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("OU=site, CN=alpha", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            now.AddMinutes(-1),
            now.AddHours(1)
        );

        Assert.AreEqual(StatusCode.Unauthenticated, (await FetchPlanAsync(certificate)).StatusCode);
    }

    [TestMethod]
    [DataRow(Role.Site, DisplayName = "a site")]
    [DataRow(Role.Coordinator, DisplayName = "a coordinator")]
    public async Task Nobody_but_a_researcher_submits_watches_or_fetches_models(Role role)
    {
        var client = new StudyService.StudyServiceClient(Coordinator.Member(role, "alpha"));

        Status[] statuses =
        [
            await RunningCoordinator.StatusOfAsync(async () => await client.SubmitStudyAsync(new SubmitStudyRequest())),
            await RunningCoordinator.StatusOfAsync(() => FirstAsync(client.WatchStudy(new WatchStudyRequest()))),
            await RunningCoordinator.StatusOfAsync(() => FirstAsync(client.FetchModel(new FetchModelRequest()))),
        ];

        foreach (var status in statuses)
        {
            Assert.AreEqual(StatusCode.PermissionDenied, status.StatusCode);
            Assert.StartsWith($"'alpha' is a {role.ToString().ToLowerInvariant()}; only a researcher ", status.Detail);
            Assert.Contains("may call /federated.v1.StudyService/", status.Detail);
        }
    }

    [TestMethod]
    [DataRow(Role.Researcher, DisplayName = "a researcher")]
    [DataRow(Role.Coordinator, DisplayName = "a coordinator")]
    public async Task Nobody_but_a_site_joins_sends_or_fetches_sums(Role role)
    {
        var client = new NodeService.NodeServiceClient(Coordinator.Member(role, "alpha"));
        using var node = Coordinator.WireNode("alpha", client);

        Status[] statuses =
        [
            await node.EndAsync(TestContext.CancellationToken),
            await RunningCoordinator.StatusOfAsync(async () => await client.FetchPlanAsync(new FetchPlanRequest())),
            await RunningCoordinator.StatusOfAsync(() => WireNode.SubmitAsync(client, [])),
            await RunningCoordinator.StatusOfAsync(() => FirstAsync(client.FetchSum(new FetchSumRequest()))),
        ];

        foreach (var status in statuses)
        {
            Assert.AreEqual(StatusCode.PermissionDenied, status.StatusCode);
            Assert.Contains("only a site may call /federated.v1.NodeService/", status.Detail);
        }
    }

    [TestMethod]
    public async Task No_site_outside_the_roster()
    {
        var plan = SamplePlan.For("alpha", "beta") with { Name = "not gamma's" };
        await Coordinator.Researcher().SubmitStudyAsync(Coordinator.Signed(plan.ToBytes()));
        var hash = WireNode.Bytes(plan.Hash());
        var gamma = Coordinator.Node("gamma");
        using var node = Coordinator.WireNode("gamma", gamma);
        await node.HelloAsync();
        await node.AcceptAsync(plan);

        Status[] statuses =
        [
            await node.EndAsync(TestContext.CancellationToken),
            await RunningCoordinator.StatusOfAsync(async () => await gamma.FetchPlanAsync(new FetchPlanRequest { PlanHash = hash })),
            await RunningCoordinator.StatusOfAsync(() => WireNode.SubmitAsync(gamma, WireNode.EmptyHeader(plan))),
            await RunningCoordinator.StatusOfAsync(() => FirstAsync(gamma.FetchSum(new FetchSumRequest { PlanHash = hash, Round = 1 }))),
        ];

        foreach (var status in statuses)
        {
            Assert.AreEqual(StatusCode.PermissionDenied, status.StatusCode);
            Assert.Contains("Site gamma is not on the roster of study", status.Detail);
        }
    }

    [TestMethod]
    [DataRow(SslProtocols.Tls12, DisplayName = "TLS 1.2")]
    public async Task No_older_protocol(SslProtocols protocols)
    {
        using var identity = Coordinator.Consortium.Identity(Role.Site, "alpha");
        var client = new NodeService.NodeServiceClient(Coordinator.Stranger(identity.Certificate, protocols));

        var status = await RunningCoordinator.StatusOfAsync(async () => await client.FetchPlanAsync(new FetchPlanRequest()));

        Assert.AreNotEqual(StatusCode.NotFound, status.StatusCode, "the handshake fails before any call");
    }

    [TestMethod]
    public async Task A_member_who_calls_what_is_his_is_answered()
    {
        using var identity = Coordinator.Consortium.Identity(Role.Site, "alpha");

        Assert.AreEqual(StatusCode.NotFound, (await FetchPlanAsync(identity.Certificate)).StatusCode, "there is no such plan");
    }

    private static Task<Status> FetchPlanAsync(X509Certificate2? certificate)
    {
        var client = new NodeService.NodeServiceClient(Coordinator.Stranger(certificate));
        return RunningCoordinator.StatusOfAsync(async () => await client.FetchPlanAsync(new FetchPlanRequest()));
    }

    private static async Task FirstAsync<T>(AsyncServerStreamingCall<T> call)
    {
        using (call)
        {
            await call.ResponseStream.MoveNext(CancellationToken.None);
        }
    }
}
