using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Federated.Fixtures;
using Federated.Fixtures.Processes;

namespace Federated.Scenarios.Tests;

/// <summary>A consortium made and run by the product's own commands, process by process: so that each can be killed, kept back or restored.</summary>
internal sealed class Trial : IDisposable
{
    private readonly Dictionary<string, Started> _running = [];
    private readonly List<Started> _tracers = []; // each ends with the node it watches
    private readonly List<string> _said = []; // by processes that are gone
    private readonly List<(string Name, string Output)> _logs = []; // of processes that are gone, whole
    private readonly TestFolder _folder;
    private readonly int _port = KeptDemo.FreePort();

    /// <param name="approval">As in the nodes' configurations.</param>
    /// <param name="sites">The roster.</param>
    public Trial(string approval, params string[] sites)
    {
        _folder = new TestFolder();
        Sites = sites;
        Ok("pki", "init", "root");
        Ok("pki", "issue", "coordinator", "hub", "--host", "localhost", "--root", "root", "--out", "hub");
        Ok("pki", "issue", "researcher", "lab", "--root", "root", "--out", "lab");
        Ok("data", "generate", "data", "--sites", $"{sites.Length}", "--rows", "150");
        var files = Directory.GetFiles(this["data"], "*.csv").Order(StringComparer.Ordinal).ToArray();
        Write(
            "hub/coordinator.json",
            new
            {
                coordinator = new
                {
                    port = _port,
                    state = "state",
                    tls = Tls("hub"),
                },
            }
        );
        foreach (var (site, file) in sites.Zip(files))
        {
            Ok("pki", "issue", "site", site, "--root", "root", "--out", site);
            Write(
                $"{site}/node.json",
                new
                {
                    node = new
                    {
                        coordinator = Address,
                        state = "state",
                        approval,
                        withoutPrivacy = "allow",
                        tls = Tls(site),
                        data = new { file, mapping = Path.ChangeExtension(file, ".yaml") },
                    },
                }
            );
        }
    }

    public string[] Sites { get; }

    public string Address => $"https://localhost:{_port}";

    /// <summary>Every process of the consortium: <c>hub</c> and the sites.</summary>
    public IReadOnlyList<string> Names => ["hub", .. Sites];

    /// <summary>A path inside.</summary>
    public string this[string path] => _folder[path];

    /// <summary>What that process has said, over all its restarts.</summary>
    public string Log(string name) =>
        string.Join('\n', _logs.Where(log => log.Name == name).Select(log => log.Output).Append(_running[name].Output));

    public Started Process(string name) => _running[name];

    public void StartAll()
    {
        foreach (var name in Names)
        {
            Start(name);
        }
    }

    public void Start(string name)
    {
        var started =
            name == "hub"
                ? Started.Run(_folder, Checkout.Program("fed-coordinator"), "--config", this["hub/coordinator.json"])
                : Started.Run(_folder, Checkout.Program("fed-node"), "run", "--config", this[$"{name}/node.json"]);
        _running.Add(name, started);
    }

    /// <summary>Starts one of the processes in a way of its own.</summary>
    public Started StartAs(string name, string program, params string[] arguments) =>
        _running[name] = Started.Run(_folder, program, arguments);

    /// <summary>SIGKILL, and nothing before it.</summary>
    public void Kill(string name) => Stop(name, Signals.Kill);

    /// <summary>Starts the coordinator so that SIGKILL meets it as it enters a write to its database or a forced write, counted by thread from its start.</summary>
    /// <param name="call">System call: writes are counted apart from what forces them, or else every death would be at a write, which are more.</param>
    /// <param name="write">Which: from 1.</param>
    /// <param name="trace">File that will hold these system calls; the last is the one that was never made.</param>
    public void StartToDieAtWrite(string call, int write, string trace) =>
        StartAs(
            "hub",
            "strace",
            [
                "-f",
                "-y",
                "-e",
                "trace=pwrite64,fsync,fdatasync",
                "-e",
                $"inject={call}:signal=SIGKILL:when={write}",
                "-o",
                trace,
                Checkout.Program("fed-coordinator"),
                "--config",
                this["hub/coordinator.json"],
            ]
        );

    /// <summary>
    /// From now on SIGKILL meets a running node as it enters a write to its ledger, the ledger's anchor or its journal, or as it forces one, counted by thread.
    /// </summary>
    /// <param name="site">Whose.</param>
    /// <param name="call">System call, as for the coordinator.</param>
    /// <param name="write">Which: from 1.</param>
    /// <param name="trace">File that will hold these system calls; the last is the one that was never made.</param>
    public void LetDieAtWrite(string site, string call, int write, string trace) =>
        _tracers.Add(
            Started.Run(
                _folder,
                "strace",
                [
                    "-f",
                    "-y",
                    "-P",
                    Ledger(site),
                    "-P",
                    $"{Anchor(site)}.{_running[site].Id}.partial", // what replaces the anchor: of a rename, strace looks at the first name alone
                    "-P",
                    this[$"{site}/state/journal.jsonl"],
                    "-e",
                    "trace=pwrite64,fsync,rename",
                    "-e",
                    $"inject={call}:signal=SIGKILL:when={write}",
                    "-o",
                    trace,
                    "-p",
                    $"{_running[site].Id}",
                ]
            )
        );

    /// <summary>The privacy ledger of a site's patients.</summary>
    public string Ledger(string site) => this[$"{site}/state/ledger/{site}-patients.jsonl"];

    /// <summary>Registers every site's patients, with an anchor; no node runs yet.</summary>
    public void RegisterPatients(double epsilon)
    {
        foreach (var site in Sites)
        {
            var file = this[$"{site}/node.json"];
            var configuration = JsonNode.Parse(File.ReadAllText(file))!;
            configuration["node"]!["dataSet"] = $"{site}-patients";
            configuration["node"]!["ledger"] = new JsonObject { ["anchor"] = Anchor(site) };
            File.WriteAllText(file, configuration.ToJsonString());
            var cap = epsilon.ToString("R", CultureInfo.InvariantCulture);
            var ended = Node(site, "ledger", "register", $"{site}-patients", "--epsilon", cap, "--delta", "1e-5", "--reason", "a test");
            Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        }
    }

    private string Anchor(string site) => this[$"{site}.anchor"];

    /// <summary>True if that process has ended by itself; it can then be started again.</summary>
    public bool HasDied(string name)
    {
        if (!_running[name].HasExited)
        {
            return false;
        }

        Bury(name);
        return true;
    }

    /// <summary>Takes the last patient out of a site's file.</summary>
    public void DropLastPatient(string site)
    {
        var configuration = JsonDocument.Parse(File.ReadAllText(this[$"{site}/node.json"])).RootElement;
        var file = configuration.GetProperty("node").GetProperty("data").GetProperty("file").GetString()!;
        File.WriteAllLines(file, File.ReadAllLines(file)[..^1]);
    }

    /// <summary>Stops it in good order.</summary>
    public void Terminate(string name) => Stop(name, Signals.Terminate);

    /// <summary>Writes a study and submits it.</summary>
    /// <returns>The plan hash.</returns>
    public string Submit(
        int rounds = 20,
        int localEpochs = 2,
        string name = "a trial",
        int? minimumSites = null,
        int timeoutMs = 5000,
        int attempts = 3,
        string model = "kind: logistic",
        string training = "mode: fedavg",
        string privacy = "none"
    )
    {
        _folder.Write(
            "study.yaml",
            $"""
            format: federated-plan/3
            name: {name}
            purpose: Shows what a test wants to show.
            sites:
            {string.Join('\n', Sites.Select(site => $"  - name: {site}"))}
            schema: heart-disease-v1
            features: [age, sex, cp]
            outcome:
              variable: num
              positive_above: 0
            holdout:
              key: a split key of the tests
              fraction: 0.25
            model:
              {model}
            training:
              {training}
              rounds: {rounds}
              local_epochs: {localEpochs}
            aggregation:
              minimum_sites: {minimumSites ?? Sites.Length}
              allow_pair: {(Sites.Length == 2 ? "true" : "false")}
              attempts: {attempts}
              timeout_ms: {timeoutMs}
            privacy: {privacy}
            """
        );
        return Json(Study("submit", "study.yaml")).GetProperty("plan_hash").GetString()!;
    }

    /// <summary>What the coordinator says of a study; null while it is down.</summary>
    public JsonElement? State(string plan)
    {
        var ended = Started.FedToEnd(_folder, Study("show", plan));
        return ended.ExitCode == 0 ? JsonDocument.Parse(ended.Output).RootElement : null;
    }

    /// <summary>Waits until the study is in that phase.</summary>
    /// <param name="plan">Which study.</param>
    /// <param name="phase">What it is to be.</param>
    /// <param name="rounds">How many it may have to go.</param>
    public JsonElement WaitForPhase(string plan, string phase, int rounds = 0)
    {
        JsonElement? state = null;
        Wait.For(
            $"the study to be {phase}",
            () => (state = State(plan)) is { } known && known.GetProperty("phase").GetString() == phase,
            () => $"{state}\n{Said()}",
            Wait.BoundOf(rounds)
        );
        return state!.Value;
    }

    /// <summary>The final model's file.</summary>
    public byte[] Model(string plan)
    {
        var folder = $"model-{Guid.NewGuid():n}";
        Ok([.. WithCoordinator("model", "download", plan, "--out", folder)]);
        return File.ReadAllBytes(this[$"{folder}/model.safetensors"]);
    }

    /// <summary>Runs <c>fed</c> with what talks to this coordinator.</summary>
    public Ended Fed(params string[] arguments) => Started.FedToEnd(_folder, WithCoordinator(arguments));

    /// <summary>Runs <c>fed-node</c> for a site.</summary>
    public Ended Node(string site, params string[] arguments)
    {
        using var node = Started.Run(_folder, Checkout.Program("fed-node"), [.. arguments, "--config", this[$"{site}/node.json"]]);
        return node.WaitForEnd();
    }

    /// <summary>Runs any command in the trial's folder.</summary>
    public Ended Run(string program, params string[] arguments)
    {
        using var started = Started.Run(_folder, program, arguments);
        return started.WaitForEnd();
    }

    /// <summary>What every process has said last: what an engineer would look at first.</summary>
    public string Said() => string.Join('\n', _said.Concat(_running.Select(pair => $"=== {pair.Key}\n{Messages(pair.Value.Output)}")));

    private static string Messages(string output)
    {
        const int most = 25;
        return string.Join(
            '\n',
            output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .TakeLast(most)
                .Select(line => line.StartsWith('{') ? Message(JsonDocument.Parse(line).RootElement) : line)
        );
    }

    private static string Message(JsonElement line) =>
        $"{line.GetProperty("Timestamp")} {line.GetProperty("Message")} {(line.TryGetProperty("Exception", out var exception) ? exception : "")}";

    public void Dispose()
    {
        foreach (var process in _running.Values)
        {
            process.Dispose();
        }

        foreach (var tracer in _tracers)
        {
            tracer.Dispose();
        }

        _folder.Dispose();
    }

    private void Stop(string name, int signal)
    {
        _running[name].Send(signal);
        Bury(name);
    }

    private void Bury(string name)
    {
        _running.Remove(name, out var process);
        var output = process!.WaitForEnd().Output;
        _said.Add($"=== {name}, until it was stopped\n{Messages(output)}");
        _logs.Add((name, output));
        process.Dispose();
    }

    private string[] Study(string verb, params string[] arguments) => [.. WithCoordinator(["study", verb, .. arguments]), "--json"];

    private string[] WithCoordinator(params string[] arguments) =>
        [.. arguments, "--coordinator", Address, "--identity", this["lab/lab.pem"]];

    private JsonElement Json(string[] arguments) => JsonDocument.Parse(Ok(arguments).Output).RootElement;

    private Ended Ok(params string[] arguments)
    {
        Ended ended = new(0, "", "");
        Wait.For(
            $"fed {string.Join(' ', arguments)}",
            () =>
            {
                ended = Started.FedToEnd(_folder, arguments);
                return ended.ExitCode == 0 || !ended.Errors.Contains("check the address, and that the coordinator runs"); // it may be starting
            }
        );
        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        return ended;
    }

    private void Write(string name, object value) => _folder.Write(name, JsonSerializer.Serialize(value));

    private static object Tls(string name) =>
        new
        {
            root = "root.pem",
            certificate = $"{name}.pem",
            key = $"{name}.key",
        };
}
