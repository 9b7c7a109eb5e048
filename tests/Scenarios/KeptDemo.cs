using System.Net;
using System.Net.Sockets;
using Federated.Fixtures;
using Federated.Fixtures.Processes;

namespace Federated.Scenarios.Tests;

/// <summary>
/// The folder that a short demonstration kept, from which a test starts coordinator and nodes itself, as an operator would from a service file.
/// </summary>
internal sealed class KeptDemo : IDisposable
{
    private static readonly Lazy<KeptDemo> s_one = new(() => new KeptDemo());

    private static int s_lastPort = 20_000 + (Environment.ProcessId % 10_000);

    private readonly TestFolder _scratch = new();

    private KeptDemo()
    {
        var ended = Started.FedToEnd(_scratch, "demo", "--sites", "2", "--rounds", "1", "--port", $"{Port}", "--keep", _scratch["kept"]);
        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
    }

    /// <summary>The one that all tests use, which leave its files as they found them; made when it is first needed.</summary>
    public static KeptDemo One => s_one.Value;

    /// <summary>The coordinator's port, written in every configuration. Free when it was chosen.</summary>
    public int Port { get; } = FreePort();

    public string Root => _scratch.Root;

    public string CoordinatorConfiguration => _scratch["kept", "coordinator", "coordinator.json"];

    public string NodeConfiguration(string site) => _scratch["kept", "nodes", site, "node.json"];

    public string Key(string name) => _scratch["kept", "pki", $"{name}.key"];

    public Started StartCoordinator(params string[] overrides) =>
        Started.Run(_scratch, Checkout.Program("fed-coordinator"), ["--config", CoordinatorConfiguration, .. overrides]);

    public Started StartNode(string site, params string[] overrides) =>
        Started.Run(_scratch, Checkout.Program("fed-node"), ["run", "--config", NodeConfiguration(site), .. overrides]);

    public void Dispose() => _scratch.Dispose();

    public static void DisposeIfMade()
    {
        if (s_one.IsValueCreated)
        {
            s_one.Value.Dispose();
        }
    }

    /// <summary>Another port each time, which nobody holds, below those that the kernel hands to outgoing connections: it stays free until it is wanted.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Interlocked.Increment(ref s_lastPort);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }
}
