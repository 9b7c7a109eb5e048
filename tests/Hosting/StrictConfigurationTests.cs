using Federated.Fixtures;

namespace Federated.Hosting.Tests;

[TestClass]
public sealed class StrictConfigurationTests
{
    private const string Variable = "FEDERATED__SAMPLE__PORT";

    [TestMethod]
    public void The_file_is_overridden_by_the_environment_and_that_by_the_command_line()
    {
        using var folder = new TestFolder();
        var file = folder.Write("c.json", """{ "sample": { "port": 1, "name": "from the file" } }""");
        try
        {
            Assert.AreEqual((1, "from the file"), Values(Bind(file)));

            Environment.SetEnvironmentVariable(Variable, "2");
            Assert.AreEqual((2, "from the file"), Values(Bind(file)));
            Assert.AreEqual((3, "from the line"), Values(Bind(file, "--sample:port", "3", "--sample:name=from the line")));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    [TestMethod]
    public void Comments_trailing_commas_and_any_case_of_keys_are_read()
    {
        using var folder = new TestFolder();
        var file = folder.Write("c.json", "{ // why\n \"Sample\": { \"PORT\": 5, \"inner\": { \"depth\": 2, }, }, }");

        var options = Bind(file);

        Assert.AreEqual((5, 2), (options.Port, options.Inner.Depth));
    }

    [TestMethod]
    [DataRow("""{ "sample": { "prot": 1 } }""", "sample.prot: unknown key; did you mean 'port'?", DisplayName = "a misspelt key")]
    [DataRow(
        """{ "sample": { "inner": { "dept": 1 } } }""",
        "sample.inner.dept: unknown key; did you mean 'depth'?",
        DisplayName = "deeper"
    )]
    [DataRow("""{ "sample": { "telescope": 1 } }""", "known here: port, name, inner, file.", DisplayName = "near to nothing")]
    [DataRow("""{ "sample": { "port": "many" } }""", "'many' at 'sample:Port'", DisplayName = "a word for a number")]
    [DataRow("""{ "sample": { "port": 1.5 } }""", "'1.5' at 'sample:Port'", DisplayName = "a fraction for a whole number")]
    [DataRow("""{ "sample": { "port": -1 } }""", "sample.port is -1; use 0 or more.", DisplayName = "what the options refuse")]
    public void A_fault_is_reported_with_the_file_and_the_key(string json, string words)
    {
        using var folder = new TestFolder();
        var file = folder.Write("c.json", json);

        var error = Assert.ThrowsExactly<OperatorException>(() => Bind(file));

        Assert.Contains(file, error.Message);
        Assert.Contains(words, error.Message);
    }

    [TestMethod]
    public void All_faults_are_reported_at_once()
    {
        using var folder = new TestFolder();
        var file = folder.Write("c.json", """{ "sample": { "prot": 1, "port": -1, "name": "", "inner": { "dept": 1 } } }""");

        var message = Assert.ThrowsExactly<OperatorException>(() => Bind(file)).Message;

        foreach (var words in new[] { "sample.prot", "sample.inner.dept", "sample.port is -1", "sample.name is missing" })
        {
            Assert.Contains(words, message);
        }
    }

    [TestMethod]
    public void An_unknown_key_on_the_command_line_is_a_fault_too()
    {
        using var folder = new TestFolder();
        var file = folder.Write("c.json", "{}");

        var error = Assert.ThrowsExactly<OperatorException>(() => Bind(file, "--sample:nam", "x"));

        Assert.Contains("sample.nam: unknown key; did you mean 'name'?", error.Message);
    }

    [TestMethod]
    public void A_section_that_nobody_reads_is_a_fault()
    {
        using var folder = new TestFolder();
        var file = folder.Write("c.json", """{ "sampel": { "port": 1 }, "Sample": {} }""");

        var faults = StrictConfiguration.UnknownSections(StrictConfiguration.Read(file, []), "sample", "telemetry").ToList();

        CollectionAssert.AreEqual(new[] { "sampel: unknown section; did you mean 'sample'?" }, faults);
    }

    [TestMethod]
    public void A_file_that_is_not_there_is_named_with_what_to_do()
    {
        var error = Assert.ThrowsExactly<OperatorException>(() => StrictConfiguration.Read("/nowhere/c.json", []));

        Assert.AreEqual("Configuration file /nowhere/c.json does not exist.", error.Message);
        Assert.AreEqual("give its path with --config FILE", error.Hint);
    }

    [TestMethod]
    public void An_argument_that_is_no_setting_is_not_blamed_on_the_file()
    {
        using var folder = new TestFolder();
        var file = folder.Write("c.json", "{}");

        var error = Assert.ThrowsExactly<OperatorException>(() => StrictConfiguration.Read(file, ["-p", "99"]));

        Assert.AreEqual("Argument '-p' is no setting.", error.Message);
    }

    [TestMethod]
    [DataRow(
        """{ "logging": { "logLevel": { "Default": "Loud" } } }""",
        "logging.logLevel.Default is 'Loud'; use Trace, Debug, ",
        DisplayName = "a level"
    )]
    [DataRow("""{ "logging": { "loglevl": {} } }""", "logging.loglevl: unknown key; did you mean 'logLevel'?", DisplayName = "a key")]
    public void Logging_is_checked_like_any_other_section(string json, string words)
    {
        using var folder = new TestFolder();
        var file = folder.Write("c.json", json);

        var error = Assert.ThrowsExactly<OperatorException>(() =>
            StrictConfiguration.Bind<LoggingOptions>(StrictConfiguration.Read(file, []), "logging", file)
        );

        Assert.Contains(words, error.Message);
    }

    [TestMethod]
    [DataRow("", DisplayName = "an empty file")]
    [DataRow("port: 1", DisplayName = "YAML")]
    [DataRow("{ \"sample\": { \"port\": 1 ", DisplayName = "half a file")]
    [DataRow("{ \"sample\": { \"port\": 1, \"port\": 2 } }", DisplayName = "a key twice")]
    public void A_file_that_is_no_JSON_is_named(string text)
    {
        using var folder = new TestFolder();
        var file = folder.Write("c.json", text);

        var error = Assert.ThrowsExactly<OperatorException>(() => StrictConfiguration.Read(file, []));

        Assert.Contains(file, error.Message);
        Assert.AreEqual("it must be JSON", error.Hint);
    }

    private static SampleOptions Bind(string file, params string[] arguments) =>
        StrictConfiguration.Bind<SampleOptions>(StrictConfiguration.Read(file, arguments), "sample", file);

    private static (int Port, string Name) Values(SampleOptions options) => (options.Port, options.Name);

    internal sealed class SampleOptions : ICheckedOptions
    {
        public int Port { get; set; } = 7;

        public string Name { get; set; } = "default";

        public SampleInner Inner { get; set; } = new();

        public string File { get; set; } = "";

        public IEnumerable<string> Faults()
        {
            if (Port < 0)
            {
                yield return $"sample.port is {Port}; use 0 or more.";
            }

            if (Name.Length == 0)
            {
                yield return "sample.name is missing.";
            }
        }
    }

    internal sealed class SampleInner
    {
        public int Depth { get; set; }
    }
}
