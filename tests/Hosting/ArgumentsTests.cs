namespace Federated.Hosting.Tests;

[TestClass]
public sealed class ArgumentsTests
{
    [TestMethod]
    public void The_configuration_file_is_taken_out_and_the_rest_overrides_it()
    {
        var (file, overrides) = Arguments.Config(["--a:b", "1", "--config", "c.json", "--d:e", "2"]);

        Assert.AreEqual("c.json", file);
        CollectionAssert.AreEqual(new[] { "--a:b", "1", "--d:e", "2" }, overrides.ToArray());
    }

    [TestMethod]
    [DataRow(new string[0], DisplayName = "no argument")]
    [DataRow(new[] { "c.json" }, DisplayName = "a bare path")]
    [DataRow(new[] { "--config" }, DisplayName = "no path")]
    public void Without_a_file_the_operator_is_told_how_to_name_one(string[] arguments)
    {
        var error = Assert.ThrowsExactly<OperatorException>(() => Arguments.Config(arguments));

        Assert.AreEqual("start with --config FILE", error.Hint);
    }

    [TestMethod]
    [DataRow(new[] { "--a:b", "1" }, "a:b", "1", DisplayName = "two arguments")]
    [DataRow(new[] { "--a:b=1" }, "a:b", "1", DisplayName = "one argument")]
    [DataRow(new[] { "--a:b:c", "-1" }, "a:b:c", "-1", DisplayName = "a deeper key, a negative number")]
    [DataRow(new[] { "--a:b=c=d" }, "a:b", "c=d", DisplayName = "a value with an equals sign")]
    [DataRow(new[] { "--a:b=--c:d" }, "a:b", "--c:d", DisplayName = "a value that looks like a key, but is meant")]
    [DataRow(new[] { "--a:b=" }, "a:b", "", DisplayName = "an empty value")]
    public void A_setting_is_a_section_a_key_and_a_value(string[] arguments, string key, string value)
    {
        var setting = Arguments.Settings(arguments).Single();

        Assert.AreEqual((key, value), (setting.Key, setting.Value));
    }

    [TestMethod]
    [DataRow("'a:b' is no setting.", "a:b", "1", DisplayName = "dashes forgotten")]
    [DataRow("'-p' is no setting.", "-p", "1", DisplayName = "a short option")]
    [DataRow("'/a:b' is no setting.", "/a:b", "1", DisplayName = "a slash")]
    [DataRow("'--port' is no setting.", "--port", "1", DisplayName = "no section")]
    [DataRow("'--a:' is no setting.", "--a:", "1", DisplayName = "no key")]
    [DataRow("'--:b=1' is no setting.", "--:b=1", DisplayName = "an empty section")]
    [DataRow("'2' is no setting.", "--a:b", "1", "2", DisplayName = "a value too many")]
    [DataRow("'' is no setting.", "", DisplayName = "an empty argument")]
    [DataRow("'--a:b' has no value.", "--a:b", DisplayName = "a value too few")]
    [DataRow("'--a:b' has no value.", "--a:b", "--c:d", "1", DisplayName = "a key where a value should be")]
    public void Any_other_argument_is_refused_by_its_name(string message, params string[] arguments)
    {
        var error = Assert.ThrowsExactly<OperatorException>(() => Arguments.Settings(arguments));

        Assert.AreEqual($"Argument {message}", error.Message);
        Assert.AreEqual("write --section:key value", error.Hint);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task A_daemon_started_for_a_parent_stops_when_its_standard_input_closes()
    {
        var stopped = new TaskCompletionSource();
        var input = Console.In;
        Console.SetIn(new StringReader("ignored\n"));
        try
        {
            var rest = Arguments.WatchInput(["--config", "c.json", Arguments.StopWithInput], stopped.SetResult);

            CollectionAssert.AreEqual(new[] { "--config", "c.json" }, rest.ToArray());
            await stopped.Task;
        }
        finally
        {
            Console.SetIn(input);
        }
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task An_input_that_closes_while_the_process_ends_does_no_harm()
    {
        var asked = new TaskCompletionSource<Thread>();
        var input = Console.In;
        Console.SetIn(new StringReader(""));
        try
        {
            var gone = new CancellationTokenSource();
            gone.Dispose();
            Arguments.WatchInput(
                [Arguments.StopWithInput],
                () =>
                {
                    asked.SetResult(Thread.CurrentThread);
                    gone.Cancel();
                }
            );

            (await asked.Task).Join(); // an exception that nobody caught there would end this process
        }
        finally
        {
            Console.SetIn(input);
        }
    }

    [TestMethod]
    public void Any_other_daemon_leaves_its_standard_input_alone()
    {
        string[] arguments = ["--config", "c.json"];

        Assert.AreSame(arguments, Arguments.WatchInput(arguments, () => Assert.Fail("nothing closed")));
    }
}
