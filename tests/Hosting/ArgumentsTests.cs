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
    public void Any_other_daemon_leaves_its_standard_input_alone()
    {
        string[] arguments = ["--config", "c.json"];

        Assert.AreSame(arguments, Arguments.WatchInput(arguments, () => Assert.Fail("nothing closed")));
    }
}
