using System.Net;
using System.Net.Sockets;
using Federated.Coordinator.Hosting;
using Federated.Fixtures;
using Federated.Hosting;

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
