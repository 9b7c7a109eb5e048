using System.Net;
using Federated.Fixtures;
using Federated.Identity;
using Federated.Node.Tests.Hosting;
using Federated.Node.Tests.Studies;

namespace Federated.Node.Tests.Sessions;

/// <summary>How a node finds, checks and keeps its coordinator.</summary>
[TestClass]
public sealed class SessionLoopTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestMethod]
    public async Task A_node_greets_first_and_is_ready_once_it_is_welcome()
    {
        using var consortium = new Consortium();
        using var identity = consortium.Identity(Role.Coordinator, "hub");
        await using var coordinator = await ScriptedCoordinator.StartAsync(identity, Stop);
        await using var node = await RunningNode.StartAsync(consortium, coordinator.Address, Stop, "--node:healthPort", "0");
        var health = new Uri((await node.Log.WaitForAsync("Health endpoints on", Stop)).Split(' ')[^1].TrimEnd('.'));
        using var client = new HttpClient();
        var session = await coordinator.SessionAsync(Stop);

        Assert.AreEqual((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), await HealthAsync(client, health));
        var hello = await session.WelcomeAsync(Stop);
        await node.Log.WaitForAsync("as alpha.", Stop);

        Assert.AreEqual((3u, 16), (hello.ProtocolVersion, hello.InstanceId.Length));
        Assert.AreEqual((HttpStatusCode.OK, HttpStatusCode.OK), await HealthAsync(client, health));
    }

    [TestMethod]
    public async Task A_node_comes_back_as_the_same_process_after_its_coordinator_restarts()
    {
        using var consortium = new Consortium();
        using var identity = consortium.Identity(Role.Coordinator, "hub");
        var coordinator = await ScriptedCoordinator.StartAsync(identity, Stop);
        var address = coordinator.Address;
        await using var node = await RunningNode.StartAsync(consortium, address, Stop);
        var before = await (await coordinator.SessionAsync(Stop)).WelcomeAsync(Stop);
        await node.Log.WaitForAsync("as alpha.", Stop);

        await coordinator.DisposeAsync();
        await node.Log.WaitForAsync($"No session with {address}", Stop);
        Assert.IsFalse(node.Status.IsConnected);
        await using var restarted = await ScriptedCoordinator.StartAsync(identity, Stop, address.Port);
        var after = await (await restarted.SessionAsync(Stop)).WelcomeAsync(Stop);

        Assert.AreEqual(before.InstanceId, after.InstanceId);
    }

    [TestMethod]
    public async Task A_session_that_the_coordinator_ends_is_opened_again()
    {
        using var consortium = new Consortium();
        using var identity = consortium.Identity(Role.Coordinator, "hub");
        await using var coordinator = await ScriptedCoordinator.StartAsync(identity, Stop);
        await using var node = await RunningNode.StartAsync(consortium, coordinator.Address, Stop);
        for (var i = 0; i < 3; i++)
        {
            var session = await coordinator.SessionAsync(Stop);
            await session.WelcomeAsync(Stop);
            session.End();
        }

        Assert.Contains("the coordinator ended the session.", await node.Log.WaitForAsync("No session with", Stop));
    }

    [TestMethod]
    public async Task A_coordinator_that_sends_a_node_away_right_after_its_welcome_is_not_hammered()
    {
        using var consortium = new Consortium();
        using var identity = consortium.Identity(Role.Coordinator, "hub");
        await using var coordinator = await ScriptedCoordinator.StartAsync(identity, Stop);
        await using var node = await RunningNode.StartAsync(consortium, coordinator.Address, Stop);
        for (var i = 0; i < 4; i++)
        {
            var session = await coordinator.SessionAsync(Stop);
            await session.WelcomeAsync(Stop);
            session.End();
        }

        var waits = node
            .Log.All.Where(line => line.Contains("Next try in "))
            .Select(line => TimeSpan.Parse(line.Split(' ')[^1].TrimEnd('.')));

        // What the node says it will wait, not what it waited: each wait is drawn from the upper half of a ceiling that doubles.
        Assert.IsGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(400), waits.ElementAt(2));
    }

    [TestMethod]
    [DataRow(0, false, DisplayName = "the same time")]
    [DataRow(4, false, DisplayName = "four minutes behind")]
    [DataRow(6, true, DisplayName = "six minutes behind")]
    [DataRow(-6, true, DisplayName = "six minutes ahead")]
    public async Task Clocks_that_differ_by_more_than_five_minutes_are_named_in_the_log(int minutes, bool expected)
    {
        using var consortium = new Consortium();
        using var identity = consortium.Identity(Role.Coordinator, "hub");
        await using var coordinator = await ScriptedCoordinator.StartAsync(identity, Stop);
        await using var node = await RunningNode.StartAsync(consortium, coordinator.Address, Stop);

        var session = await coordinator.SessionAsync(Stop);
        await session.WelcomeAsync(Stop, time: TimeProvider.System.GetUtcNow().AddMinutes(-minutes));
        session.End();
        await node.Log.WaitForAsync("No session with", Stop);

        Assert.AreEqual(
            expected,
            node.Log.All.Any(line => line.StartsWith("Warning: This machine's clock says ", StringComparison.Ordinal))
        );
    }

    [TestMethod]
    public async Task A_coordinator_under_another_root_is_refused_and_the_log_says_why()
    {
        using var ours = new Consortium();
        using var theirs = new Consortium();
        using var impostor = theirs.Identity(Role.Coordinator, "hub");
        await using var coordinator = await ScriptedCoordinator.StartAsync(impostor, Stop);
        await using var node = await RunningNode.StartAsync(ours, coordinator.Address, Stop);

        var line = await node.Log.WaitForAsync("No session with", Stop);

        Assert.StartsWith("Warning: ", line);
        Assert.Contains(
            "the coordinator's certificate was refused: the certificate of coordinator 'hub' was not issued by this consortium's root",
            line
        );
        Assert.IsFalse(node.Status.IsConnected);
    }

    [TestMethod]
    [DataRow(Role.Site)]
    [DataRow(Role.Researcher)]
    public async Task Another_member_cannot_play_the_coordinator(Role role)
    {
        using var consortium = new Consortium();
        using var impostor = consortium.Identity(role, "mallory");
        await using var coordinator = new TlsImpostor(impostor);
        await using var node = await RunningNode.StartAsync(consortium, coordinator.Address, Stop);

        var line = await node.Log.WaitForAsync("No session with", Stop);

        Assert.Contains(
            $"was refused: the certificate of {Roles.NameOf(role)} 'mallory' cannot act as a coordinator; use the certificate that was issued for that.",
            line
        );
    }

    [TestMethod]
    public async Task A_coordinator_that_is_revoked_while_a_session_stands_loses_it()
    {
        await using var bench = await StudyAtNode.StartAsync(SamplePlan.For("alpha", "beta"), Stop);

        bench.Consortium.Revoke(bench.Hub);

        var line = await bench.Node.Log.WaitForAsync("No session with", Stop);
        Assert.Contains("the coordinator's certificate was refused: the certificate of coordinator 'hub' (serial", line);
        Assert.Contains("was revoked", line);
        Assert.IsFalse(bench.Node.Status.IsConnected);
        await bench.Node.Log.WaitForAsync("Next try in", Stop);
        Assert.IsTrue(bench.Coordinator.NoSessionWaits, "the old connection is not used again");
    }

    [TestMethod]
    public async Task A_coordinator_that_is_revoked_gets_no_vector_though_its_session_still_stands()
    {
        await using var bench = await StudyAtNode.JoinAsync(SamplePlan.For("alpha", "beta"), Stop);

        bench.Consortium.Revoke(bench.Hub);
        await bench.InviteAsync(1, 1);

        Assert.Contains("was revoked", await bench.Node.Log.WaitForAsync("No session with", Stop));
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
        Assert.DoesNotContain("releasing", await File.ReadAllTextAsync(Path.Combine(bench.Files.State, "journal.jsonl"), Stop));
    }

    [TestMethod]
    public async Task A_coordinator_that_calls_the_site_by_another_name_is_left()
    {
        using var consortium = new Consortium();
        using var identity = consortium.Identity(Role.Coordinator, "hub");
        await using var coordinator = await ScriptedCoordinator.StartAsync(identity, Stop);
        await using var node = await RunningNode.StartAsync(consortium, coordinator.Address, Stop);

        await (await coordinator.SessionAsync(Stop)).WelcomeAsync(Stop, site: "beta");

        Assert.Contains(
            "the coordinator calls this site 'beta'; its certificate says 'alpha'.",
            await node.Log.WaitForAsync("No session with", Stop)
        );
    }

    [TestMethod]
    public async Task A_coordinator_that_is_not_there_is_tried_again()
    {
        using var consortium = new Consortium();
        using var identity = consortium.Identity(Role.Coordinator, "hub");
        var coordinator = await ScriptedCoordinator.StartAsync(identity, Stop);
        var address = coordinator.Address;
        await coordinator.DisposeAsync();
        await using var node = await RunningNode.StartAsync(consortium, address, Stop);
        Assert.Contains("Next try in", await node.Log.WaitForAsync("Unavailable", Stop));

        await using var restarted = await ScriptedCoordinator.StartAsync(identity, Stop, address.Port);

        await (await restarted.SessionAsync(Stop)).WelcomeAsync(Stop);
    }

    private async Task<(HttpStatusCode Live, HttpStatusCode Ready)> HealthAsync(HttpClient client, Uri health)
    {
        using var live = await client.GetAsync(new Uri(health, "/health/live"), Stop);
        using var ready = await client.GetAsync(new Uri(health, "/health/ready"), Stop);
        return (live.StatusCode, ready.StatusCode);
    }
}
