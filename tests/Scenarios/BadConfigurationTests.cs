using Federated.Fixtures;
using Federated.Fixtures.Processes;

namespace Federated.Scenarios.Tests;

/// <summary>What an operator can get wrong in a daemon's configuration: the daemon refuses to start and says what to mend.</summary>
[TestClass]
public sealed class BadConfigurationTests
{
    private static KeptDemo Kept => KeptDemo.One;

    [TestMethod]
    [DataRow("\"port\"", "\"prot\"", "coordinator.prot: unknown key; did you mean 'port'?")]
    [DataRow("\"certificate\"", "\"certifcate\"", "coordinator.tls.certifcate: unknown key; did you mean 'certificate'?")]
    [DataRow("\"coordinator\":", "\"coordnator\":", "coordnator: unknown section; did you mean 'coordinator'?")]
    [DataRow("\"127.0.0.1\"", "\"here\"", "coordinator.address 'here' is no IP address")]
    [DataRow("{", "[", "it must be JSON")]
    public void A_coordinator_refuses_a_wrong_configuration(string right, string wrong, string message)
    {
        using var spoilt = new SpoiltFile(Kept.CoordinatorConfiguration, right, wrong);

        using var coordinator = Kept.StartCoordinator();

        Refused(coordinator, message);
    }

    [TestMethod]
    [DataRow("\"approval\"", "\"aproval\"", "node.aproval: unknown key; did you mean 'approval'?")]
    [DataRow("\"automatic\"", "\"sometimes\"", "node.approval is 'sometimes'; write human, so that")]
    [DataRow("\"https://", "\"http://", "is no address; write it like https://")]
    [DataRow("\"mapping\"", "\"maping\"", "node.data.maping: unknown key; did you mean 'mapping'?")]
    [DataRow("synthetic-nord.csv", "synthetic-north.csv", "synthetic-north.csv cannot be opened")]
    [DataRow(
        "\"node\":",
        "\"logging\": { \"logLevel\": { \"Default\": \"Loud\" } },\n\"node\":",
        "logging.logLevel.Default is 'Loud'; use Trace, "
    )]
    [DataRow("site-nord.key", "site-sud.key", "cannot be used")]
    [DataRow("site-nord.", "researcher.", "is that of a Researcher; a node needs a site's.")]
    public void A_node_refuses_a_wrong_configuration(string right, string wrong, string message)
    {
        using var spoilt = new SpoiltFile(Kept.NodeConfiguration("nord"), right, wrong);

        using var node = Kept.StartNode("nord");

        Refused(node, message);
    }

    [TestMethod]
    public void Several_faults_of_a_configuration_are_reported_at_once()
    {
        using var node = Kept.StartNode("nord", "--node:threads", "0", "--node:device", "gpu", "--node:trheads", "1");

        var ended = Refused(node, "node.threads is 0; use 1 to 256.");
        Assert.Contains("node.device is 'gpu'; use ", ended.Errors);
        Assert.Contains("node.trheads: unknown key; did you mean 'threads'?", ended.Errors);
    }

    [TestMethod]
    [DataRow("Argument 'coordinator:port' is no setting.", "coordinator:port", "99")]
    [DataRow("Argument '--coordinator:port' has no value.", "--coordinator:port")]
    [DataRow("Argument '-p' is no setting.", "-p", "99")]
    [DataRow("Listening on the configured address failed: ", "--coordinator:address", "192.0.2.1", DisplayName = "an address of nobody")]
    public void A_coordinator_refuses_a_wrong_argument(string message, params string[] arguments)
    {
        using var coordinator = Kept.StartCoordinator(arguments);

        Refused(coordinator, message);
    }

    [TestMethod]
    public void A_key_that_others_may_read_is_refused_with_the_command_that_mends_it()
    {
        const UnixFileMode open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        File.SetUnixFileMode(Kept.Key("site-sud"), open);
        File.SetUnixFileMode(Kept.Key("coordinator"), open);

        using var node = Kept.StartNode("sud");
        using var coordinator = Kept.StartCoordinator();

        Assert.Contains($"hint: run: chmod 600 {Kept.Key("site-sud")}", Refused(node, "is open to other users of this machine.").Errors);
        Refused(coordinator, "is open to other users of this machine.");
        File.SetUnixFileMode(Kept.Key("site-sud"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(Kept.Key("coordinator"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [TestMethod]
    public void A_coordinator_that_cannot_write_its_address_stops_and_says_so()
    {
        using var coordinator = Kept.StartCoordinator("--coordinator:addressFile", Path.Combine(Kept.Root, "none", "address"));

        Refused(coordinator, $"{Path.Combine(Kept.Root, "none", "address")} cannot be written");
    }

    [TestMethod]
    public void A_daemon_without_a_configuration_that_it_can_read_says_so()
    {
        using var scratch = new TestFolder();
        using var nothing = Started.Run(scratch, Checkout.Program("fed-coordinator"));
        File.SetUnixFileMode(scratch.Write("closed.json", "{}"), UnixFileMode.None);
        using var closed = Started.Run(
            scratch,
            "setpriv",
            [.. Started.WithoutPrivilege, Checkout.Program("fed-coordinator"), "--config", scratch["closed.json"]]
        );
        using var missing = Started.Run(scratch, Checkout.Program("fed-coordinator"), "--config", scratch["none.json"]);

        Assert.Contains("hint: start with --config FILE", Refused(nothing, "No configuration file is named.").Errors);
        Refused(closed, $"Configuration file {scratch["closed.json"]} cannot be opened: ");
        Refused(missing, $"Configuration file {scratch["none.json"]} does not exist.");
    }

    private static Ended Refused(Started daemon, string message)
    {
        var ended = daemon.WaitForEnd();
        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.Contains(message, ended.Errors);
        Assert.StartsWith("error: ", ended.Errors);
        Assert.DoesNotContain("   at ", ended.ToString(), "a stack trace is for a bug, not for a wrong setting");
        return ended;
    }

    /// <summary>A file with a text in it replaced, until the end of the test.</summary>
    private sealed class SpoiltFile : IDisposable
    {
        private readonly string _path;
        private readonly string _sound;

        public SpoiltFile(string path, string right, string wrong)
        {
            _path = path;
            _sound = File.ReadAllText(path);
            Assert.Contains(right, _sound, "the text to spoil");
            File.WriteAllText(path, _sound.Replace(right, wrong));
        }

        public void Dispose() => File.WriteAllText(_path, _sound);
    }
}
