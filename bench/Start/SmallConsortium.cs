using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Federated.Hosting;

namespace Federated.Bench.Start;

/// <summary>A coordinator and one site with synthetic patients, made by the product's own commands in a folder of its own.</summary>
internal sealed class SmallConsortium : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fed-bench-");

    private SmallConsortium() { }

    internal static async Task<SmallConsortium> MakeAsync(CancellationToken cancellationToken)
    {
        var consortium = new SmallConsortium();
        try
        {
            await consortium.FedAsync(["pki", "init", "root"], cancellationToken);
            await consortium.FedAsync(
                ["pki", "issue", "coordinator", "hub", "--host", "localhost", "--root", "root", "--out", "hub"],
                cancellationToken
            );
            await consortium.FedAsync(["pki", "issue", "site", "nord", "--root", "root", "--out", "nord"], cancellationToken);
            await consortium.FedAsync(["data", "generate", "hospitals", "--sites", "1"], cancellationToken);
            consortium.Configure();
            return consortium;
        }
        catch
        {
            consortium.Dispose();
            throw;
        }
    }

    internal TimedProcess StartCoordinator() => TimedProcess.Start(PathOf("fed-coordinator"), ["--config", At("hub/coordinator.json")]);

    internal TimedProcess StartNode() => TimedProcess.Start(PathOf("fed-node"), ["run", "--config", At("nord/node.json")]);

    public void Dispose() => _folder.Delete(recursive: true);

    private void Configure()
    {
        var port = FreePort();
        var data = Directory.GetFiles(At("hospitals"), "*.csv").Single();
        Write(
            "hub/coordinator.json",
            new
            {
                coordinator = new
                {
                    port,
                    state = "state",
                    tls = Tls("hub"),
                },
            }
        );
        Write(
            "nord/node.json",
            new
            {
                node = new
                {
                    coordinator = $"https://localhost:{port}",
                    state = "state",
                    approval = "automatic",
                    withoutPrivacy = "allow",
                    tls = Tls("nord"),
                    data = new { file = data, mapping = Path.ChangeExtension(data, ".yaml") },
                },
            }
        );
    }

    private async Task FedAsync(string[] arguments, CancellationToken cancellationToken)
    {
        using var fed =
            Process.Start(
                new ProcessStartInfo(PathOf("fed"), arguments) { WorkingDirectory = _folder.FullName, RedirectStandardOutput = true }
            ) ?? throw new InvalidOperationException("fed did not start.");
        await fed.StandardOutput.ReadToEndAsync(cancellationToken);
        await fed.WaitForExitAsync(cancellationToken);
        if (fed.ExitCode != 0)
        {
            throw new OperatorException(
                $"fed {string.Join(' ', arguments)} ended with exit code {fed.ExitCode}; its messages stand above."
            );
        }
    }

    private string At(string path) => Path.Combine(_folder.FullName, path);

    private void Write(string name, object value) => File.WriteAllText(At(name), JsonSerializer.Serialize(value));

    private static object Tls(string name) =>
        new
        {
            root = "root.pem",
            certificate = $"{name}.pem",
            key = $"{name}.key",
            revocations = Revocations.FileName,
        };

    /// <summary>The programs as they are installed: compiled ahead of time, which is most of what a start costs.</summary>
    private static string PathOf(string program)
    {
        var path = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "dist", program));
        return File.Exists(path) ? path : throw new OperatorException($"{path} does not exist.", "build it with ./fed setup");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
