using System.Globalization;
using System.Text.Json.Nodes;
using Federated.Fixtures;
using Federated.Fixtures.Processes;
using Federated.Node.Tests.Hosting;

namespace Federated.Node.Tests.Commands;

/// <summary>The program <c>fed-node</c>, run as people and supervisors run it.</summary>
internal static class NodeProcess
{
    /// <summary>Starts the daemon.</summary>
    public static Started Daemon(NodeFiles files) =>
        Started.Run(files.Folder, Checkout.Program("fed-node"), "run", "--config", files.Config);

    /// <summary>Runs a command to its end.</summary>
    public static Ended Run(TestFolder scratch, params string[] arguments)
    {
        using var process = Started.Run(scratch, Checkout.Program("fed-node"), arguments);
        return process.WaitForEnd();
    }

    /// <summary>Runs a command of one node, which must succeed.</summary>
    public static string Output(NodeFiles files, params string[] arguments)
    {
        var ended = Run(files.Folder, [.. arguments, "--config", files.Config]);
        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        return ended.Output;
    }

    /// <summary>The same with <c>--json</c>, read.</summary>
    public static JsonNode Json(NodeFiles files, params string[] arguments) => JsonNode.Parse(Output(files, [.. arguments, "--json"]))!;

    /// <summary>Memory that a process has in RAM, in MiB.</summary>
    public static double ResidentMebibytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
