using Federated.Fixtures;
using Federated.Fixtures.Processes;

namespace Federated.Scenarios.Tests;

/// <summary>What the operating system sees of a demonstration: which processes there are, and what each of them opened.</summary>
[TestClass]
public sealed class IsolationTests
{
    private static readonly string[] DataFileEndings = [".csv", ".data"];

    [TestMethod]
    public void A_demo_is_one_coordinator_without_torch_and_four_nodes_with_it()
    {
        using var scratch = new TestFolder();
        using var fed = Started.Fed(scratch, "demo", "--rounds", "10000", "--keep", scratch["kept"]);
        fed.WaitForLine("4 of 4 sites");
        // A node loads libtorch before it says that it takes part.
        var daemons = ProcessTable.Daemons(scratch.Root);

        var withTorch = daemons.Where(daemon => daemon.Maps.Contains("libtorch")).Select(daemon => daemon.Program).ToList();
        fed.Send(Signals.Interrupt);
        fed.WaitForEnd();

        string[] five = ["fed-coordinator", "fed-node", "fed-node", "fed-node", "fed-node"];
        CollectionAssert.AreEquivalent(five, daemons.Select(daemon => daemon.Program).ToList());
        CollectionAssert.AreEquivalent(five[1..], withTorch);
    }

    [TestMethod]
    public void Each_node_opens_its_own_data_file_and_no_other_and_the_coordinator_none()
    {
        using var scratch = new TestFolder();
        var log = scratch["strace.log"];
        string[] strace = ["-f", "--seccomp-bpf", "-s", "4096", "-e", $"trace={SystemCalls.Traced}", "-e", "signal=none", "-o", log];
        using var traced = Started.Run(
            scratch,
            RequireStrace(),
            [.. strace, Checkout.Program("fed"), "demo", "--rounds", "5", "--keep", scratch["kept"]]
        );
        var ended = traced.WaitForEnd();
        Assert.AreEqual(0, ended.ExitCode, ended.ToString());

        var calls = SystemCalls.Read(File.ReadLines(log));
        var opened = calls.OpenedBy("fed-node").Values.Select(DataFiles).ToList();

        string[] own = ["synthetic-est.csv", "synthetic-nord.csv", "synthetic-ouest.csv", "synthetic-sud.csv"];
        Assert.HasCount(4, opened);
        Assert.IsTrue(opened.All(files => files.Length == 1), string.Join(" | ", opened.Select(files => string.Join(", ", files))));
        CollectionAssert.AreEquivalent(own, opened.Select(files => files[0]).ToList());
        Assert.IsEmpty(DataFiles(calls.OpenedBy("fed-coordinator").Values.Single()));
        CollectionAssert.AreEquivalent(own, DataFiles(calls.OpenedBy("fed").Values.Single()), "the demonstration reads all four to score");
    }

    private static string[] DataFiles(HashSet<string> opened) =>
        [.. opened.Where(file => DataFileEndings.Contains(Path.GetExtension(file))).Select(Path.GetFileName).Order()!];

    private static string RequireStrace()
    {
        const string path = "/usr/bin/strace";
        Assert.IsTrue(File.Exists(path), "strace is not installed: apt-get install strace");
        return path;
    }
}
