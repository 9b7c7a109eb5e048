using Federated.Fixtures.Processes;

namespace Federated.Cli.Tests.Live;

/// <summary>A coordinator whose certificate no longer counts, or does not yet: what a researcher and a hospital read.</summary>
[TestClass]
public sealed class CoordinatorCertificateTests
{
    private const string Expired = "the certificate of coordinator 'hub' expired on ";
    private const string NotYet = "the certificate of coordinator 'hub' is valid only from ";
    private const string Revoked = ") was revoked; ask the consortium for a new one.";

    [TestMethod]
    [DataRow(-10, false, Expired, "renew it, or set that clock if it is wrong.", DisplayName = "expired")]
    [DataRow(10, false, NotYet, "set that clock if it is wrong, or wait.", DisplayName = "not yet valid")]
    [DataRow(0, true, "the certificate of coordinator 'hub' (serial ", Revoked, DisplayName = "revoked")]
    public void A_researcher_is_told_why_the_coordinator_is_refused(int daysOff, bool isRevoked, string reason, string whatToDo)
    {
        using var live = new LiveConsortium();
        using var server = live.StartServer(TimeSpan.FromDays(daysOff), isRevoked);

        var refused = Started.FedToEnd(live.Scratch, "study", "list", "--coordinator", server.Address, "--identity", live.Researcher);

        Assert.AreEqual(2, refused.ExitCode, refused.ToString());
        Assert.StartsWith($"error: The certificate of {server.Address}/ was refused: {reason}", refused.Errors);
        Assert.Contains(whatToDo, refused.Errors);
        Assert.Contains("hint: if this machine's clock and root.pem are right, tell the coordinator's operator", refused.Errors);
    }

    [TestMethod]
    [DataRow(-10, false, Expired, "renew it, or set that clock if it is wrong.", DisplayName = "expired")]
    [DataRow(10, false, NotYet, "set that clock if it is wrong, or wait.", DisplayName = "not yet valid")]
    [DataRow(0, true, "the certificate of coordinator 'hub' (serial ", Revoked, DisplayName = "revoked")]
    public void A_node_that_starts_says_why_it_refuses_the_coordinator_and_tries_again(
        int daysOff,
        bool isRevoked,
        string reason,
        string whatToDo
    )
    {
        using var live = new LiveConsortium();
        using var server = live.StartServer(TimeSpan.FromDays(daysOff), isRevoked);

        var node = live.StartNode("nord", server.Address);

        var line = node.WaitForLine("No session with");
        Assert.Contains("the certificate of coordinator ", line);
        var said = System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("Message").GetString()!;
        Assert.Contains(reason, said);
        Assert.Contains(whatToDo, said);
        Assert.Contains("Next try in ", said);
        Assert.DoesNotContain("Connected to", node.Output);
    }

    [TestMethod]
    public void Whoever_watches_a_study_stops_when_a_coordinator_comes_back_that_was_revoked_meanwhile()
    {
        using var live = new LiveConsortium();
        var coordinator = live.StartCoordinator();
        var hash = live.Submit(live.WriteStudy("long", rounds: 300, "nord", "sud"));
        var watching = live.StartFed("study", "watch", hash);
        var node = live.StartNode("nord");
        watching.WaitForLine("site nord is ready");
        live.RevokeCoordinator();

        coordinator.Send(Signals.Kill);
        coordinator.WaitForEnd();
        live.StartCoordinator(); // its own list is an old one

        var ended = watching.WaitForEnd();
        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.Contains("the certificate of coordinator 'hub' (serial ", ended.Errors);
        Assert.Contains(Revoked, ended.Errors);
        node.WaitForLine(Revoked);
    }
}
