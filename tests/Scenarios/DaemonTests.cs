using System.Net;
using Federated.Tests.Processes;

namespace Federated.Scenarios.Tests;

/// <summary>Coordinator and nodes as services: they come back to each other, and say how they are.</summary>
[TestClass]
public sealed class DaemonTests
{
    [TestMethod]
    public void Nodes_come_back_when_the_coordinator_was_down()
    {
        using var kept = new KeptDemo();
        using var nord = kept.StartNode("nord"); // before there is a coordinator
        nord.WaitForLine("No session with");
        using var sud = kept.StartNode("sud");
        using (var first = kept.StartCoordinator())
        {
            first.WaitForLine("Site nord is connected");
            first.WaitForLine("Site sud is connected");
            first.Send(Signals.Terminate);
            Assert.AreEqual(0, first.WaitForEnd().ExitCode, "SIGTERM is how a service is stopped in good order");
        }

        using var second = kept.StartCoordinator();

        second.WaitForLine("Site nord is connected");
        second.WaitForLine("Site sud is connected");
        foreach (var node in new[] { nord, sud })
        {
            node.Send(Signals.Terminate);
            var ended = node.WaitForEnd();
            Assert.AreEqual(0, ended.ExitCode, ended.ToString());
            Assert.AreEqual(2, ended.Output.Split('\n').Count(line => line.Contains("\"Message\":\"Connected to ")), ended.Output);
        }
    }

    [TestMethod]
    public async Task Health_is_live_at_once_and_ready_while_a_session_stands()
    {
        using var kept = new KeptDemo();
        var (coordinatorPort, nodePort) = (KeptDemo.FreePort(), KeptDemo.FreePort());

        using var node = kept.StartNode("nord", "--node:healthPort", $"{nodePort}");
        node.WaitForLine("No session with");
        Assert.AreEqual(HttpStatusCode.OK, await HealthAsync(nodePort, "live"));
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, await HealthAsync(nodePort, "ready"));

        using var coordinator = kept.StartCoordinator("--coordinator:healthPort", $"{coordinatorPort}");
        coordinator.WaitForLine("Site nord is connected");
        node.WaitForLine("Connected to");
        Assert.AreEqual(HttpStatusCode.OK, await HealthAsync(nodePort, "ready"));
        Assert.AreEqual(HttpStatusCode.OK, await HealthAsync(coordinatorPort, "live"));
        Assert.AreEqual(HttpStatusCode.OK, await HealthAsync(coordinatorPort, "ready"));
    }

    [TestMethod]
    public void A_second_process_of_a_site_is_refused_while_the_first_is_there()
    {
        using var kept = new KeptDemo();
        using var coordinator = kept.StartCoordinator();
        using var first = kept.StartNode("nord");
        first.WaitForLine("Connected to");

        using var second = kept.StartNode("nord");

        coordinator.WaitForLine("A second process of site nord was refused");
        second.WaitForLine("No session with");
        Assert.DoesNotContain("Connected to", second.Output);
    }

    [TestMethod]
    public void Rows_that_are_twice_in_a_file_without_a_key_are_used_and_warned_of()
    {
        using var scratch = new Scratch();
        var generated = Started.FedToEnd(scratch, "data", "generate", scratch.At("hospitals"), "--sites", "2");
        Assert.AreEqual(0, generated.ExitCode, generated.ToString());
        var nord = scratch.At("hospitals", "synthetic-nord.csv"); // the one hospital without a patient key
        File.AppendAllText(nord, File.ReadLines(nord).First() + "\n");

        var ended = Started.FedToEnd(scratch, "demo", "--data", scratch.At("hospitals"), "--rounds", "1", "--keep", scratch.At("kept"));

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        Assert.Contains("\"LogLevel\":\"Warning\"", Warning(scratch, "nord", "synthetic-nord.csv"));
        Assert.IsEmpty(Warning(scratch, "sud", "synthetic-sud.csv"));
    }

    private static string Warning(Scratch scratch, string site, string file) =>
        File.ReadLines(scratch.At("kept", "logs", $"{site}.log")).FirstOrDefault(line => line.Contains($"{file}:") && line.Contains("equal to line 1 "))
        ?? "";

    private static async Task<HttpStatusCode> HealthAsync(int port, string question)
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/health/{question}"));
        return response.StatusCode;
    }
}
