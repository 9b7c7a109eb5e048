using System.Net;
using System.Net.Sockets;
using Federated.Coordinator.Hosting;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.Identity;

namespace Federated.Coordinator.Tests.Hosting;

/// <summary>What an operator meets when starting the coordinator.</summary>
[TestClass]
public sealed class StartTests
{
    public required TestContext TestContext { get; init; }

    [TestMethod]
    public async Task The_server_writes_the_address_it_listens_on()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(TestContext.CancellationToken);

        Assert.AreEqual("https", coordinator.Address.Scheme);
        Assert.AreEqual("127.0.0.1", coordinator.Address.Host);
        await coordinator.Log.WaitForAsync($"Listening on {coordinator.Address.ToString().TrimEnd('/')}.", TestContext.CancellationToken);
    }

    [TestMethod]
    public async Task Health_is_answered_on_the_loopback_in_plain_HTTP()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(TestContext.CancellationToken, "--coordinator:healthPort", "0");
        var health = coordinator.Urls.Single(url => url.StartsWith("http:"));
        using var client = new HttpClient();

        foreach (var path in new[] { "/health/live", "/health/ready" })
        {
            using var response = await client.GetAsync(new Uri(health + path), TestContext.CancellationToken);
            Assert.AreEqual(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [TestMethod]
    public void Every_fault_of_the_configuration_is_reported_at_once()
    {
        using var folder = new TestFolder();
        var file = folder.Write("c.json", """{ "coordinator": { "adress": "x", "address": "here", "port": 70000, "healthPort": -2 } }""");

        var message = Assert.ThrowsExactly<OperatorException>(() => CoordinatorHost.Build(file, [])).Message;

        foreach (
            var words in new[]
            {
                "coordinator.adress: unknown key; did you mean 'address'?",
                "coordinator.address 'here' is no IP address",
                "coordinator.port is 70000",
                "coordinator.healthPort is -2",
                "coordinator.tls.root is missing",
                "coordinator.tls.certificate is missing",
                "coordinator.tls.key is missing",
            }
        )
        {
            Assert.Contains(words, message);
        }
    }

    [TestMethod]
    [DataRow("site", "cannot act as a coordinator", DisplayName = "a site's certificate")]
    [DataRow("expired", "expired on", DisplayName = "a certificate that has run out")]
    [DataRow("revoked", "was revoked", DisplayName = "a revoked certificate")]
    [DataRow("keys", "is that of coordinator 'other'; the certificate is that of coordinator 'hub'", DisplayName = "another's credential")]
    [DataRow("open", "is open to other users", DisplayName = "protocol keys that others can read")]
    public void A_coordinator_that_no_node_would_believe_does_not_start(string fault, string words)
    {
        using var consortium = new Consortium();
        using var folder = new TestFolder();
        var tls = fault switch
        {
            "site" => consortium.Issue(Role.Site, "hub"),
            "expired" => consortium.Issue(Role.Coordinator, "hub", TimeSpan.FromMinutes(-1)),
            _ => consortium.Issue(Role.Coordinator, "hub"),
        };
        var protocol = ProtocolFiles.Beside(fault == "keys" ? consortium.Issue(Role.Coordinator, "other").Certificate : tls.Certificate);
        if (fault == "revoked")
        {
            using var hub = TlsIdentity.Load(tls, TimeProvider.System);
            consortium.Revoke(hub);
        }
        else if (fault == "open")
        {
            File.SetUnixFileMode(protocol.Key, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        }

        var file = folder.Write(
            "c.json",
            $$"""
            { "coordinator": { "port": 0, "state": "state",
              "tls": { "root": "{{tls.Root}}", "certificate": "{{tls.Certificate}}", "key": "{{tls.Key}}", "revocations": "{{consortium.RevocationsFile}}" },
              "protocol": { "key": "{{protocol.Key}}", "credential": "{{protocol.Credential}}" } } }
            """
        );

        Assert.Contains(words, Assert.ThrowsExactly<OperatorException>(() => CoordinatorHost.Build(file, [])).Message);
    }

    [TestMethod]
    public void A_section_of_another_daemon_is_a_fault()
    {
        using var folder = new TestFolder();
        var file = folder.Write("c.json", """{ "node": { } , "coordinater": { "port": 1 }, "nodes": { "x": 1 } }""");

        var message = Assert.ThrowsExactly<OperatorException>(() => CoordinatorHost.Build(file, [])).Message;

        Assert.Contains("coordinater: unknown section; did you mean 'coordinator'?", message);
        Assert.Contains("nodes: unknown section", message);
    }

    [TestMethod]
    public async Task A_port_in_use_ends_the_start_with_an_exception_that_names_it()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;

        var error = await Assert.ThrowsAsync<IOException>(() =>
            RunningCoordinator.StartAsync(TestContext.CancellationToken, "--coordinator:port", $"{port}")
        );

        Assert.Contains($"{port}", error.Message);
    }
}
