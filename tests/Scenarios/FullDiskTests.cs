using System.Globalization;
using Federated.Fixtures;
using Federated.Fixtures.Processes;

namespace Federated.Scenarios.Tests;

/// <summary>A disk that fills up at any point of a demonstration: a clear end, and no file that is half of what it should be.</summary>
[TestClass]
public sealed class FullDiskTests
{
    /// <summary>What a demonstration writes while it runs, each with the words of whoever could not.</summary>
    private const string WhoeverIsFirst =
        "(/state is full: \\d+ KiB are free, and the next round needs \\d+"
        + "|/coordinator[.]db cannot be (opened|written): SQLite Error 13: 'database or disk is full'"
        + "|The log's files in .*/state/log cannot be written: No space left on device"
        + "|/state/log/[^ ]+ cannot be written: No space left on device"
        + "|/(journal[.]jsonl|status[.]json|plan[.]json|node[.]json|metrics[.]jsonl|[a-z]+[.]log|[a-z]+[.](key|pem|json)) cannot be written: No space left on device)";

    [TestMethod]
    [DataRow(16, DisplayName = "one hospital fits")]
    [DataRow(48, DisplayName = "all but the last fit")]
    public void Hospitals_that_do_not_fit_on_a_disk_leave_none_there(int kibibytes)
    {
        using var scratch = new TestFolder();
        var disk = Directory.CreateDirectory(scratch["disk"]).FullName;
        var script = $"""
            mount -t tmpfs -o size={kibibytes}k tmpfs '{disk}' || exit 99
            echo 'not ours' > '{disk}/other'
            '{Checkout.Program("fed")}' data generate '{disk}'
            code=$?
            ls '{disk}' | sed 's/^/LEFT /'
            exit $code
            """;

        using var shell = Started.Run(scratch, "unshare", [.. OwnMounts(), "sh", "-c", script]);
        var ended = shell.WaitForEnd();

        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.Contains("No space left on device", ended.Errors);
        Assert.MatchesRegex("hint: .*; the [1-7] files written before it were removed", ended.Errors);
        Assert.DoesNotContain("nothing was changed", ended.Errors);
        CollectionAssert.AreEqual(new[] { "LEFT other" }, ended.Output.Split('\n'));
    }

    [TestMethod]
    [DataRow(16, "/data/synthetic-[a-z]+[.]csv cannot be written: No space left on device", DisplayName = "no room for the patients")]
    [DataRow(96, "/pki/[a-z-]+[.](key|pem) cannot be written: No space left on device", DisplayName = "no room for the certificates")]
    [DataRow(
        192,
        "(/logs/[a-z]+[.]log cannot be written: No space left on device|The coordinator ended with exit code 2[.])", // its words had no room either
        DisplayName = "no room for the logs"
    )]
    // From here on several processes fill the disk at once; which of them is the first to hit its end is chance.
    [DataRow(320, WhoeverIsFirst, DisplayName = "no room for the database and the journals")]
    [DataRow(512, WhoeverIsFirst, DisplayName = "no room for some rounds")]
    [DataRow(1024, WhoeverIsFirst, DisplayName = "no room for all rounds")]
    public void A_demo_on_a_full_disk_names_the_file_and_leaves_none_half_written(int kibibytes, string message)
    {
        using var scratch = new TestFolder();
        var disk = Directory.CreateDirectory(scratch["disk"]).FullName;
        // A mount of its own namespace: it vanishes with the process, whatever happens. Its contents are listed before that.
        var script = $"""
            mount -t tmpfs -o size={kibibytes}k tmpfs '{disk}' || exit 99
            '{Checkout.Program("fed")}' demo --keep '{disk}/kept'
            code=$?
            find '{disk}' -name '*.partial' | sed 's/^/PARTIAL /'
            for file in $(find '{disk}' -name '*.jsonl'); do tail -c1 $file | od -An -c | sed 's/^/LAST CHARACTER/'; done
            exit $code
            """;

        using var shell = Started.Run(scratch, "unshare", [.. OwnMounts(), "sh", "-c", script]);
        var ended = shell.WaitForEnd();

        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.MatchesRegex($"(?m)^error: .*{message}", ended.Errors);
        Assert.DoesNotContain("   at ", ended.Errors, "a stack trace is for a bug, not for a full disk");
        Assert.DoesNotContain("PARTIAL", ended.Output);
        Assert.IsTrue(
            ended
                .Output.Split('\n')
                .Where(line => line.StartsWith("LAST CHARACTER", StringComparison.Ordinal))
                .All(line => line.EndsWith("\\n", StringComparison.Ordinal)),
            ended.Output
        );
        ProcessTable.WaitUntilNoneIsLeft(scratch.Root);
    }

    [TestMethod]
    public void A_coordinator_whose_disk_is_full_stops_loses_nothing_and_goes_on_when_there_is_room()
    {
        using var trial = new Trial("automatic", "alpha", "beta");
        var state = Directory.CreateDirectory(trial["hub/state"]).FullName;
        var coordinator = $"'{Checkout.Program("fed-coordinator")}' --config '{trial["hub/coordinator.json"]}'";
        var script = $"""
            mount -t tmpfs -o size=800k tmpfs '{state}' || exit 99
            {coordinator}
            echo "IT ENDED WITH $?"
            mount -o remount,size=64m '{state}' || exit 98
            exec {coordinator}
            """;

        var hub = trial.StartAs("hub", "unshare", [.. OwnMounts(), "sh", "-c", script]);
        trial.Start("alpha");
        trial.Start("beta");
        var plan = trial.Submit(rounds: 120);

        Assert.AreEqual("IT ENDED WITH 2", hub.WaitForLine("IT ENDED WITH"));
        Assert.MatchesRegex("The disk of .*/hub/state is full: \\d+ KiB are free, and the next round needs \\d+[.]", hub.Errors);
        Assert.Contains("hint: free space on that disk, then start the coordinator again", hub.Errors);
        Assert.DoesNotContain("   at ", hub.Errors, "a stack trace is for a bug, not for a full disk");
        trial.WaitForPhase(plan, "completed");
    }

    /// <summary>
    /// Of a wide model every round's sum takes 4 MiB in the database, and the snapshot, which is written with round 50 in one transaction, 6 MiB more. The disk
    /// has room for 49 sums and 2¼: before round 50 the coordinator stops, because its write-ahead log takes one of them. Started again, without a log,
    /// it has the room for two sums that it asks for before a round: the sum of round 50 would fit, and only the snapshot does not.
    /// </summary>
    [TestMethod]
    public void A_snapshot_that_does_not_fit_takes_its_round_with_it_and_both_are_written_when_there_is_room()
    {
        const long sum = 4_251_656; // 8 bytes for each of 531,457 parameters
        const long snapshot = sum / 8 * 12; // 4 for each parameter, 8 for its momentum
        const long log = 1_700_000; // entries of 49 rounds, in the database and in the files of the last trees
        const long disk = (49 * sum * 1001 / 1000) + (sum * 9 / 4) + log; // a thousandth for the heads of pages
        using var trial = new Trial("automatic", "alpha", "beta");
        var state = Directory.CreateDirectory(trial["hub/state"]).FullName;
        var coordinator = $"'{Checkout.Program("fed-coordinator")}' --config '{trial["hub/coordinator.json"]}'";
        var script = $"""
            mount -t tmpfs -o size={disk} tmpfs '{state}' || exit 99
            {coordinator}
            echo "FIRST END $?"
            echo "FREE $(df --output=avail -B1 '{state}' | tail -1)"
            {coordinator}
            echo "SECOND END $?"
            read go
            mount -o remount,size=512m '{state}' || exit 98
            exec {coordinator}
            """;

        var hub = trial.StartAs("hub", "unshare", [.. OwnMounts(), "sh", "-c", script]);
        trial.Start("alpha");
        trial.Start("beta");
        var plan = trial.Submit(rounds: 52, localEpochs: 1, timeoutMs: 60_000, model: "{ kind: mlp, hidden: [1024, 512] }");

        Assert.AreEqual("FIRST END 2", hub.WaitForLine("FIRST END"));
        Assert.Contains($"The disk of {state} is full: ", hub.Errors);
        var free = long.Parse(hub.WaitForLine("FREE ")["FREE ".Length..], CultureInfo.InvariantCulture);
        Assert.IsGreaterThan(2 * sum, free, "there is room for the sum of round 50");
        Assert.IsLessThan(sum + snapshot, free, "there is none for the model beside it");
        Assert.AreEqual("SECOND END 2", hub.WaitForLine("SECOND END"));
        Assert.Contains("coordinator.db cannot be written: SQLite Error 13: 'database or disk is full'.", hub.Errors);
        Assert.DoesNotContain("   at ", hub.Errors, "a stack trace is for a bug, not for a full disk");
        foreach (var site in trial.Sites)
        {
            Assert.AreEqual(49, Releases.LastCommitted(trial, site), "nobody heard of round 50 before it was on disk");
            Assert.AreEqual(50, Releases.Journalled(trial, site)[^1].Round, "all had answered it");
        }

        hub.Type("go\n");
        trial.WaitForPhase(plan, "completed");
        foreach (var site in trial.Sites)
        {
            Assert.AreEqual(52, Releases.LastCommitted(trial, site));
            Releases.AssertNoneTwice(trial, site, "a full disk in round 50");
        }
    }

    /// <summary>Options for unshare: a mount namespace, and for an ordinary user the right to mount in it.</summary>
    [TestMethod]
    public void A_log_that_does_not_fit_on_a_disk_is_none_there_and_fits_later()
    {
        using var scratch = new TestFolder();
        var demo = KeptDemo.One;
        using var coordinator = demo.StartCoordinator();
        coordinator.WaitForLine("Listening on");
        var disk = Directory.CreateDirectory(scratch["disk"]).FullName;
        var fetch =
            $"'{Checkout.Program("fed")}' audit fetch '{disk}/log' --coordinator https://localhost:{demo.Port} --identity '{demo.Key("researcher")[..^4]}.pem'";
        var script = $"""
            mount -t tmpfs -o size=32k tmpfs '{disk}' || exit 99
            {fetch}
            code=$?
            ls '{disk}/log' | sed 's/^/LEFT /'
            mount -o remount,size=1m '{disk}' || exit 98
            {fetch} || exit 97
            '{Checkout.Program("fed")}' audit verify '{disk}/log' || exit 96
            exit $code
            """;

        using var shell = Started.Run(scratch, "unshare", [.. OwnMounts(), "sh", "-c", script]);
        var ended = shell.WaitForEnd();

        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.MatchesRegex("error: .*/log/.* cannot be written: No space left on device", ended.Errors);
        Assert.Contains("hint: free space on that disk", ended.Errors);
        Assert.DoesNotContain("LEFT checkpoint", ended.Output);
        Assert.Contains("verified: ", ended.Output);
    }

    private static string[] OwnMounts() => Environment.IsPrivilegedProcess ? ["--mount"] : ["--mount", "--map-root-user"];
}
