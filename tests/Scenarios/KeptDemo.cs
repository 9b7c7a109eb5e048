using System.Net;
using System.Net.Sockets;
using Federated.Tests.Processes;

namespace Federated.Scenarios.Tests;

/// <summary>
/// The folder that a short demonstration kept, from which a test starts coordinator and nodes itself, as an operator would from a service file.
/// </summary>
internal sealed class KeptDemo : IDisposable
{
    private readonly Scratch _scratch = new();

    public KeptDemo(params string[] options)
    {
        var ended = Started.FedToEnd(
            _scratch,
            ["demo", "--sites", "2", "--rounds", "1", "--port", $"{Port}", "--keep", _scratch.At("kept"), .. options]
        );
        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
    }

    /// <summary>The coordinator's port, written in every configuration. Free when it was chosen.</summary>
    public int Port { get; } = FreePort();

    public string Root => _scratch.Root;

    public string CoordinatorConfiguration => _scratch.At("kept", "coordinator", "coordinator.json");

    public string NodeConfiguration(string site) => _scratch.At("kept", "nodes", site, "node.json");

    public string Key(string name) => _scratch.At("kept", "pki", $"{name}.key");

    public Started StartCoordinator(params string[] overrides) =>
        Started.Run(_scratch, Checkout.Program("fed-coordinator"), ["--config", CoordinatorConfiguration, .. overrides]);

    public Started StartNode(string site, params string[] overrides) =>
        Started.Run(_scratch, Checkout.Program("fed-node"), ["run", "--config", NodeConfiguration(site), .. overrides]);

    public void Dispose() => _scratch.Dispose();

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
