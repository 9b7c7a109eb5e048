using System.Text.Json;
using Federated.Fixtures;
using Federated.Fixtures.Processes;
using Federated.Hosting;
using Federated.Identity;

namespace Federated.Cli.Tests.Live;

/// <summary>A consortium of one test with real processes: a coordinator that keeps its port over restarts, and nodes.</summary>
internal sealed class LiveConsortium : IDisposable
{
    private readonly Consortium _members = new();
    private readonly List<Started> _processes = [];
    private readonly TlsFiles _hub;
    private readonly string _coordinator;
    private string _port = "0";

    public LiveConsortium()
    {
        _hub = _members.Issue(Role.Coordinator, "hub");
        _coordinator = WriteJson(
            "coordinator.json",
            new
            {
                coordinator = new
                {
                    port = 0,
                    addressFile = Scratch["address"],
                    state = Scratch["coordinator-state"],
                    tls = Tls(_hub),
                },
            }
        );
        Researcher = _members.Issue(Role.Researcher, "ana").Certificate;
        Colleague = _members.Issue(Role.Researcher, "bo").Certificate;
        Auditor = _members.Issue(Role.Auditor, "control").Certificate;
        Site = _members.Issue(Role.Site, "west").Certificate;
    }

    public TestFolder Scratch { get; } = new();

    /// <summary>Certificates to come with; key, root and revocation list lie beside them.</summary>
    public string Researcher { get; }

    /// <summary>Another researcher's.</summary>
    public string Colleague { get; }

    public string Auditor { get; }

    /// <summary>A hospital's, which may not read what auditors read.</summary>
    public string Site { get; }

    public string Address => File.ReadAllText(Scratch["address"]).Trim();

    /// <summary>Starts the coordinator, on the port it had before.</summary>
    public Started StartCoordinator()
    {
        File.Delete(Scratch["address"]);
        var started = Start("fed-coordinator", "--config", _coordinator, "--coordinator:port", _port);
        Wait.For("the coordinator", () => File.Exists(Scratch["address"]), () => started.Output);
        _port = $"{new Uri(Address).Port}";
        return started;
    }

    /// <summary>Has the coordinator begin another history under the same name and keys, at the same address.</summary>
    public Started BeginAnotherHistory(Started coordinator)
    {
        coordinator.Send(Signals.Kill);
        coordinator.WaitForEnd();
        Directory.Delete(Scratch["coordinator-state"], recursive: true);
        return StartCoordinator();
    }

    /// <summary>Starts a site's node, with invented patients of its own.</summary>
    public Started StartNode(string site) => StartNode(site, Address);

    /// <summary>Starts a site's node that dials another address.</summary>
    public Started StartNode(string site, string address)
    {
        Scratch.Write($"{site}/patients.csv", Patients.Csv(site, 120));
        var configuration = WriteJson(
            $"{site}/node.json",
            new
            {
                node = new
                {
                    coordinator = address,
                    tls = Tls(_members.Issue(Role.Site, site), _members.RevocationsFile),
                    data = new { file = "patients.csv", mapping = Scratch.Write($"{site}/mapping.yaml", Patients.MappingText) },
                    state = Scratch[site, "state"],
                    approval = "automatic",
                    withoutPrivacy = "allow",
                },
            }
        );
        return Start("fed-node", "run", "--config", configuration);
    }

    /// <summary>Writes a study of these sites.</summary>
    public string WriteStudy(string name, int rounds, params string[] sites) =>
        Scratch.Write(
            $"{name}.yaml",
            $$"""
            format: federated-plan/3
            name: {{name}}
            purpose: Shows what a test wants to show.
            sites: [{{string.Join(", ", sites)}}]
            schema: heart-disease-v1
            features: [age, sex, { variable: thalach, missing: 140 }]
            outcome: { variable: num, positive_above: 0 }
            holdout: { key: a split key of the tests, fraction: 0.25 }
            model: { kind: logistic }
            training: { mode: fedavg, rounds: {{rounds}}, learning_rate: 0.1 }
            aggregation: { minimum_sites: {{sites.Length}}, allow_pair: {{(sites.Length == 2 ? "true" : "false")}} }
            privacy: none
            """
        );

    /// <summary>Starts a command that talks to the coordinator, as the researcher.</summary>
    public Started StartFed(params string[] command) => StartFedAs(Researcher, command);

    /// <summary>Starts a command that talks to the coordinator, with that certificate.</summary>
    public Started StartFedAs(string certificate, params string[] command) =>
        Kept(Started.Fed(Scratch, [.. command, "--coordinator", Address, "--identity", certificate]));

    /// <summary>Runs such a command to its end.</summary>
    public Ended Fed(params string[] command) => StartFed(command).WaitForEnd();

    /// <summary>Runs such a command, which must succeed.</summary>
    public string FedOutput(params string[] command)
    {
        var ended = Fed(command);
        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        return ended.Output;
    }

    /// <summary>A server that shows this coordinator's certificate, made by a clock that is off by <paramref name="clock"/>.</summary>
    public TlsServer StartServer(TimeSpan clock, bool isRevoked = false)
    {
        var server = new TlsServer(_members.IdentityByClock(clock, Role.Coordinator, "hub"));
        if (isRevoked)
        {
            _members.Revoke(server.Identity);
        }

        return server;
    }

    /// <summary>Puts the coordinator's certificate on the consortium's list.</summary>
    public void RevokeCoordinator()
    {
        using var hub = TlsIdentity.Load(_hub, TimeProvider.System);
        _members.Revoke(hub);
    }

    /// <summary>Submits a study and returns its plan hash.</summary>
    public string Submit(string file) =>
        JsonDocument.Parse(FedOutput("study", "submit", file, "--json")).RootElement.GetProperty("plan_hash").GetString()!;

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.Dispose();
        }

        Scratch.Dispose();
        _members.Dispose();
    }

    private Started Start(string program, params string[] arguments) => Kept(Started.Run(Scratch, Checkout.Program(program), arguments));

    private Started Kept(Started started)
    {
        _processes.Add(started);
        return started;
    }

    private string WriteJson(string name, object value) => Scratch.Write(name, JsonSerializer.Serialize(value));

    private static object Tls(TlsFiles files, string revocations = "") =>
        new
        {
            root = files.Root,
            certificate = files.Certificate,
            key = files.Key,
            revocations,
        };
}
