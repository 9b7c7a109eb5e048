using Federated.Fixtures;
using Federated.Fixtures.Processes;

namespace Federated.Scenarios.Tests;

/// <summary>However a demonstration ends, it leaves no process behind; whatever part of it dies, it says which.</summary>
[TestClass]
public sealed class EndingTests
{
    [TestMethod]
    [DataRow(Signals.Interrupt, 130, DisplayName = "Ctrl-C: 128 + 2, as a shell expects")]
    [DataRow(Signals.Terminate, 130, DisplayName = "a supervisor's SIGTERM: stopped in good order, like Ctrl-C")]
    [DataRow(Signals.Kill, 137, DisplayName = "SIGKILL, which nobody can handle: the daemons see their input close")]
    public void A_demo_that_is_stopped_leaves_no_process_behind(int signal, int exitCode)
    {
        using var scratch = new TestFolder();
        using var fed = EndlessDemo(scratch);
        Assert.HasCount(5, ProcessTable.Daemons(scratch.Root));

        fed.Send(signal);

        Assert.AreEqual(exitCode, fed.WaitForEnd().ExitCode);
        ProcessTable.WaitUntilNoneIsLeft(scratch.Root);
    }

    [TestMethod]
    public void A_demo_that_is_stopped_while_it_starts_leaves_no_process_behind()
    {
        using var scratch = new TestFolder();
        using var fed = Started.Fed(scratch, "demo", "--keep", scratch["kept"]);
        Wait.For("the coordinator", () => ProcessTable.Daemons(scratch.Root).Count > 0);

        fed.Send(Signals.Interrupt);

        Assert.AreEqual(130, fed.WaitForEnd().ExitCode);
        ProcessTable.WaitUntilNoneIsLeft(scratch.Root);
    }

    [TestMethod]
    public void A_demo_that_is_stopped_while_it_scores_ends_there_and_has_left_no_key()
    {
        using var scratch = new TestFolder();
        // Large hospitals: one after the other, twice, they keep the scoring busy for longer than a signal takes.
        var generated = Started.FedToEnd(scratch, "data", "generate", scratch["hospitals"], "--rows", "3000");
        Assert.AreEqual(0, generated.ExitCode, generated.ToString());
        using var fed = Started.Fed(scratch, "demo", "--data", scratch["hospitals"], "--rounds", "60");
        fed.WaitForLine("Scoring: ");
        var keys = scratch.Files().Where(file => file.EndsWith(".key", StringComparison.Ordinal)).ToList();

        fed.Send(Signals.Interrupt);

        var ended = fed.WaitForEnd();
        Assert.AreEqual(130, ended.ExitCode, ended.ToString());
        Assert.DoesNotContain("all, pooled", ended.Output);
        Assert.IsEmpty(keys, "no process needs a key once training is over");
        ProcessTable.WaitUntilNoneIsLeft(scratch.Root);
    }

    [TestMethod]
    [DataRow("fed-node", "/nodes/sud/", "node sud", DisplayName = "a node")]
    [DataRow("fed-coordinator", "/coordinator/", "coordinator", DisplayName = "the coordinator")]
    public void A_daemon_that_is_killed_ends_the_demo_with_its_name_and_its_log(string program, string configuration, string name)
    {
        using var scratch = new TestFolder();
        using var fed = EndlessDemo(scratch);
        var victim = ProcessTable
            .Daemons(scratch.Root)
            .Single(daemon => daemon.Program == program && daemon.Arguments.Any(argument => argument.Contains(configuration)));

        Signals.Send(victim.Id, Signals.Kill);

        var ended = fed.WaitForEnd();
        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.Contains($"error: The {name} ended with exit code 137.", ended.Errors);
        Assert.Contains(scratch["kept", "logs"], ended.Errors);
        ProcessTable.WaitUntilNoneIsLeft(scratch.Root);
    }

    private static Started EndlessDemo(TestFolder scratch)
    {
        var fed = Started.Fed(scratch, "demo", "--rounds", "10000", "--keep", scratch["kept"]);
        fed.WaitForLine("4 of 4 sites");
        return fed;
    }
}
