using System.Net;
using Federated.Fixtures;
using Federated.Fixtures.Processes;

namespace Federated.Scenarios.Tests;

/// <summary>Coordinator and nodes as services: they come back to each other, and say how they are.</summary>
[TestClass]
public sealed class DaemonTests
{
    [TestMethod]
    public void Nodes_come_back_when_the_coordinator_was_down()
    {
        var kept = KeptDemo.One;
        using var nord = kept.StartNode("nord"); // before there is a coordinator
        nord.WaitForLine("No session with");
        using var sud = kept.StartNode("sud");
        using (var first = kept.StartCoordinator())
        {
            nord.WaitForLine("Connected to");
            sud.WaitForLine("Connected to");
            first.Send(Signals.Terminate);
            Assert.AreEqual(0, first.WaitForEnd().ExitCode, "SIGTERM is how a service is stopped in good order");
        }

        using var second = kept.StartCoordinator();

        foreach (var node in new[] { nord, sud })
        {
            Wait.For("a second session", () => Sessions(node.Output) == 2, () => node.Output);
            node.Send(Signals.Terminate);
            var ended = node.WaitForEnd();
            Assert.AreEqual(0, ended.ExitCode, ended.ToString());
            Assert.DoesNotContain("Critical", ended.Output);
        }
    }

    [TestMethod]
    public void The_logging_section_sets_how_much_a_node_says()
    {
        var kept = KeptDemo.One;

        using var quiet = kept.StartNode("nord", "--logging:logLevel:Default", "Warning");
        quiet.WaitForLine("No session with");
        using var usual = kept.StartNode("sud");
        usual.WaitForLine("No session with");

        Assert.DoesNotContain("\"LogLevel\":\"Information\"", quiet.Output);
        Assert.Contains("\"LogLevel\":\"Information\"", usual.Output);
    }

    [TestMethod]
    public async Task Health_is_live_at_once_and_ready_while_a_session_stands()
    {
        var kept = KeptDemo.One;
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
        var kept = KeptDemo.One;
        using var coordinator = kept.StartCoordinator();
        using var first = kept.StartNode("nord");
        first.WaitForLine("Connected to");

        // As on another machine: the same identity, and a state folder of its own. In the same folder it would not even start.
        using var elsewhere = new TestFolder();
        using var second = kept.StartNode("nord", "--node:state", elsewhere["state"]);

        coordinator.WaitForLine("A second process of site nord was refused");
        second.WaitForLine("No session with");
        Assert.DoesNotContain("Connected to", second.Output);
    }

    [TestMethod]
    public void Rows_that_are_twice_in_a_file_without_a_key_are_used_and_warned_of()
    {
        using var scratch = new TestFolder();
        var generated = Started.FedToEnd(scratch, "data", "generate", scratch["hospitals"], "--sites", "2");
        Assert.AreEqual(0, generated.ExitCode, generated.ToString());
        var nord = scratch["hospitals", "synthetic-nord.csv"]; // the one hospital without a patient key
        File.AppendAllText(nord, File.ReadLines(nord).First() + "\n");

        var ended = Started.FedToEnd(scratch, "demo", "--data", scratch["hospitals"], "--rounds", "1", "--keep", scratch["kept"]);

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        Assert.Contains("\"LogLevel\":\"Warning\"", Warning(scratch, "nord", "synthetic-nord.csv"));
        Assert.IsEmpty(Warning(scratch, "sud", "synthetic-sud.csv"));
    }

    [AssemblyCleanup]
    public static void Drop() => KeptDemo.DisposeIfMade();

    private static int Sessions(string log) => log.Split('\n').Count(line => line.Contains("\"Message\":\"Connected to "));

    private static string Warning(TestFolder scratch, string site, string file) =>
        File.ReadLines(scratch["kept", "logs", $"{site}.log"])
            .FirstOrDefault(line => line.Contains($"{file}:") && line.Contains("equal to line 1 "))
        ?? "";

    private static async Task<HttpStatusCode> HealthAsync(int port, string question)
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/health/{question}"));
        return response.StatusCode;
    }
}
