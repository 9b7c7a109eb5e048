using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.V1;
using Google.Protobuf;
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
        Assert.AreEqual(
            "The coordinator does not know you: the peer sent no certificate. Ask the consortium for a certificate.",
            status.Detail
        );
        await Coordinator.Log.WaitForAsync("was refused: the peer sent no certificate.", TestContext.CancellationToken);
    }

    [TestMethod]
    public async Task Nobody_of_another_consortium()
    {
        using var other = new Consortium();
        using var identity = other.Identity(Role.Site, "alpha");

        var status = await FetchPlanAsync(identity.Certificate);

        Assert.AreEqual(StatusCode.Unauthenticated, status.StatusCode);
        Assert.Contains("'OU=site, CN=alpha' is not valid under the consortium's root", status.Detail);
    }

    [TestMethod]
    public async Task Nobody_whose_certificate_has_expired()
    {
        using var identity = Coordinator.Consortium.Identity(Role.Site, "alpha", TimeSpan.FromMinutes(-1));

        var status = await FetchPlanAsync(identity.Certificate);

        Assert.AreEqual(StatusCode.Unauthenticated, status.StatusCode);
        Assert.Contains("'OU=site, CN=alpha' is not valid", status.Detail);
        Assert.Contains("Ask the consortium for a certificate.", status.Detail);
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
            Assert.StartsWith(
                $"'alpha' is a {role.ToString().ToLowerInvariant()}; only a researcher may call /federated.v1.StudyService/",
                status.Detail
            );
        }
    }

    [TestMethod]
    [DataRow(Role.Researcher, DisplayName = "a researcher")]
    [DataRow(Role.Coordinator, DisplayName = "a coordinator")]
    public async Task Nobody_but_a_site_joins_sends_or_fetches_sums(Role role)
    {
        var client = new NodeService.NodeServiceClient(Coordinator.Member(role, "alpha"));
        using var node = new WireNode(client);

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
        await Coordinator.Researcher().SubmitStudyAsync(new SubmitStudyRequest { Plan = ByteString.CopyFrom(plan.ToBytes()) });
        var hash = WireNode.Bytes(plan.Hash());
        var gamma = Coordinator.Node("gamma");
        using var node = new WireNode(gamma);
        await node.HelloAsync();
        await node.AcceptAsync(plan);

        Status[] statuses =
        [
            await node.EndAsync(TestContext.CancellationToken),
            await RunningCoordinator.StatusOfAsync(async () => await gamma.FetchPlanAsync(new FetchPlanRequest { PlanHash = hash })),
            await RunningCoordinator.StatusOfAsync(() => WireNode.SubmitAsync(gamma, WireNode.Vector(plan, 1, 1, 1, 2, 3, 4))),
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
