using Federated.Fixtures;
using Federated.Fixtures.Processes;

namespace Federated.Scenarios.Tests;

/// <summary>The launcher of a checkout, which starts the programs that it laid out together in artifacts/dist.</summary>
[TestClass]
public sealed class LauncherTests
{
    [TestMethod]
    public void The_launcher_runs_a_demo_with_the_programs_it_laid_out()
    {
        RequireLaunchedTests();
        using var scratch = new TestFolder();
        using var fed = Started.Run(scratch, Checkout.Launcher, "demo", "--sites", "2", "--rounds", "10000", "--keep", scratch["kept"]);
        fed.WaitForLine("2 of 2 sites");

        var programs = ProcessTable.Daemons(scratch.Root).Select(daemon => daemon.Arguments[0]).ToArray();
        fed.Send(Signals.Interrupt); // reaches the program, which the launcher became

        Assert.AreEqual(130, fed.WaitForEnd().ExitCode);
        var dist = Path.Combine(Checkout.Root, "artifacts", "dist");
        string[] three = [Path.Combine(dist, "fed-coordinator"), Path.Combine(dist, "fed-node"), Path.Combine(dist, "fed-node")];
        CollectionAssert.AreEquivalent(three, programs);
        ProcessTable.WaitUntilNoneIsLeft(scratch.Root);
    }

    [TestMethod]
    public void The_launcher_passes_arguments_and_exit_code_on()
    {
        RequireLaunchedTests();
        using var scratch = new TestFolder();
        using var fed = Started.Run(scratch, Checkout.Launcher, "data", "generate", scratch["two words"], "--sites", "0");

        var ended = fed.WaitForEnd();

        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.Contains("--sites is '0'", ended.Errors);
    }

    /// <summary>Outside ./fed test the launcher may find a source newer than its programs, and build in the middle of a test.</summary>
    private static void RequireLaunchedTests()
    {
        if (Environment.GetEnvironmentVariable("FEDERATED_PROGRAMS") is not { Length: > 0 })
        {
            Assert.Inconclusive("The launcher is tested by ./fed test, which has built what it starts.");
        }
    }
}
