using Federated.Architecture.Tests.Assemblies;

namespace Federated.Architecture.Tests;

/// <summary>
/// There is one door through which anything computed from patients leaves a node, and one through which patients come in. Read from the
/// instructions of <c>fed-node</c>, so that no clever spelling in the source escapes.
/// </summary>
[TestClass]
public sealed class ReleaseGateTests
{
    private static IReadOnlyList<Use> s_uses = [];

    [ClassInitialize]
    public static void Read(TestContext _)
    {
        using var node = CompiledAssembly.Of("node", "fed-node");
        s_uses = [.. node.Uses()];
    }

    [TestMethod]
    [DataRow("Federated.V1.MaskedInputMessage", DisplayName = "the message that carries a masked input")]
    [DataRow("Federated.V1.NodeService+NodeServiceClient::SubmitMaskedInput", DisplayName = "the call that sends it")]
    [DataRow("Federated.Federation.Aggregation.SiteUpdate", DisplayName = "the encoding of an update")]
    [DataRow("Federated.Node.Studies.AttemptRun::Mask", DisplayName = "the mask over it")]
    [DataRow("Federated.Privacy.Release.SiteNoise", DisplayName = "the noise")]
    [DataRow("Federated.Privacy.Release.NoisyInput", DisplayName = "the input that noise is added to")]
    [DataRow("Federated.Node.Release.RoundedAnswer::TakeWithNoise", DisplayName = "reading an answer")]
    [DataRow("Federated.Node.Ledger.DataSetLedger::TryCharge", DisplayName = "charging the ledger")]
    public void Only_the_release_gate_may_mask_and_send_an_update(string door) => OnlyUser("Federated.Node.Release", door);

    [TestMethod]
    public void Nothing_else_quantizes_patients_sums()
    {
        var uses = s_uses.Where(use => use.Used.StartsWith("Federated.Privacy.Quantization.SiteInput", StringComparison.Ordinal));

        Assert.IsEmpty(uses.Select(use => use.Where), "the gate uses NoisyInput, in which rounding and noise cannot be parted");
    }

    [TestMethod]
    public void Only_the_release_gates_own_folder_asks_patients()
    {
        const string query = "Federated.Node.Release.SiteQuery";

        var asked = s_uses
            .Where(use => use.Used.StartsWith($"{query}::Answer(", StringComparison.Ordinal))
            .Select(use => use.Where)
            .Distinct();
        var users = s_uses.Where(use => use.Used == query).Select(use => use.User).Distinct(); // a type that derives from it uses it

        CollectionAssert.AreEqual(new[] { "Federated.Node.Release.ReleaseGate.Query" }, asked.ToArray());
        CollectionAssert.AreEqual(new[] { "Federated.Node.Release" }, users.ToArray());
    }

    [TestMethod]
    public void The_protocols_machine_masks_for_nobody_else()
    {
        var uses = s_uses
            .Where(use => use.Used.StartsWith("Federated.SecureAggregation.Sites.SiteAttempt::Mask(", StringComparison.Ordinal))
            .ToList();

        Assert.IsNotEmpty(uses, "or else this test looks at nothing");
        Assert.IsTrue(uses.All(use => use.Where.Contains("AttemptRun")), string.Join(", ", uses.Select(use => use.Where)));
    }

    /// <summary>A process with all parties' secrets in it masks for nobody: that is for measurements, and for attacks on ourselves.</summary>
    [TestMethod]
    public void A_node_simulates_no_round()
    {
        var uses = s_uses.Where(use => use.Used.StartsWith("Federated.SecureAggregation.Simulation.", StringComparison.Ordinal));

        Assert.IsEmpty(uses.Select(use => use.Where));
    }

    [TestMethod]
    [DataRow("Federated.Data.CohortReader", DisplayName = "reading patients")]
    [DataRow("Federated.Data.MappingReader", DisplayName = "reading the mapping")]
    [DataRow("Federated.Hosting.TextFiles::Open", DisplayName = "opening a text file")]
    public void Only_the_local_cohort_opens_the_hospitals_files(string door) => OnlyUser("Federated.Node.Data", door);

    [TestMethod]
    public void The_policy_reads_its_own_file_whole_and_knows_no_patient()
    {
        var readers = s_uses
            .Where(use => use.Used.StartsWith("Federated.Hosting.TextFiles::ReadBytes(", StringComparison.Ordinal))
            .Select(use => use.Where)
            .Distinct();
        var policy = s_uses.Where(use =>
            use.User == "Federated.Node.Policy" && use.Used.StartsWith("Federated.Data.", StringComparison.Ordinal)
        );

        CollectionAssert.AreEquivalent(
            new[]
            {
                "Federated.Node.Data.ObjectionFile.Current",
                "Federated.Node.Policy.PolicyFile.Read",
                // Files of this site's own making, or the root's: the log as it was seen, statements for it, and the credential that a greeting shows.
                "Federated.Node.Journal.WitnessFile.Read",
                "Federated.Node.Journal.WitnessFile.SizeUnverified",
                "Federated.Node.Journal.PendingEntries.Read",
                "Federated.Node.Diagnosis.CoordinatorChecks.Credential",
            },
            readers.ToArray()
        );
        Assert.IsEmpty(
            policy.Where(use => !use.Used.StartsWith("Federated.Data.YamlText", StringComparison.Ordinal)).Select(use => use.Used)
        );
    }

    [TestMethod]
    public void Only_the_journal_the_ledger_and_the_plan_store_open_files_of_their_own()
    {
        string[] ways =
        [
            "System.IO.File",
            "System.IO.FileInfo",
            "System.IO.FileStream",
            "System.IO.StreamReader",
            "System.IO.StreamWriter",
        ];
        string[] readers = ["Federated.Node.Data", "Federated.Node.Policy"]; // of what TextFiles hands them

        var users = s_uses.Where(use => ways.Contains(use.Used)).Select(use => use.User).Distinct().Except(readers);

        CollectionAssert.AreEquivalent(
            new[] { "Federated.Node.Journal", "Federated.Node.Ledger", "Federated.Node.Plans" },
            users.ToArray()
        );
    }

    [TestMethod]
    public void The_sites_own_figures_are_written_and_never_read_into_anything_that_could_be_sent()
    {
        var metrics = s_uses.Where(use => use.Where.Contains("SiteMetrics")).ToList();

        Assert.IsNotEmpty(metrics.Where(use => use.Used.StartsWith("System.IO.Stream::Write(")), "or else this test looks at nothing");
        Assert.IsEmpty(metrics.Where(use => use.Used.Contains("::Read")));
        Assert.IsEmpty(
            s_uses.Where(use => use.User is "Federated.Node.Journal" or "Federated.Node.Plans" && use.Used.StartsWith("Federated.Data")),
            "what is read back is what the site did and was told; nothing there knows a patient"
        );
    }

    [TestMethod]
    public void An_answer_is_allowed_then_charged_then_noised_then_masked_then_in_the_journal_then_sent()
    {
        // The instructions of ReleaseAsync, in their order.
        var steps = s_uses.Where(use => use.Where.Contains("ReleaseAsync")).Select(use => use.Used).ToList();
        string[] order =
        [
            "Federated.Node.Release.PrivacyBudget::Charge(",
            "Federated.Node.Release.RoundedAnswer::TakeWithNoise(",
            "Federated.Node.Studies.AttemptRun::Mask(",
            "Federated.Node.Journal.SiteJournal::TryRelease(",
            "Federated.Node.Release.InputUpload::SendAsync(",
        ];

        var found = order.Select(step => steps.FindIndex(used => used.StartsWith(step, StringComparison.Ordinal))).ToList();

        Assert.IsTrue(found.All(index => index >= 0), string.Join(", ", found));
        CollectionAssert.AreEqual(found.Order().ToList(), found, string.Join('\n', steps));
        foreach (var step in order)
        {
            Assert.AreEqual(1, steps.Count(used => used.StartsWith(step, StringComparison.Ordinal)), $"{step} is called once");
        }

        const string permission = "Federated.Node.Release.ReleaseGate::Unwanted(";
        var asked = Enumerable.Range(0, steps.Count).Where(i => steps[i].StartsWith(permission, StringComparison.Ordinal)).ToArray();
        Assert.HasCount(2, asked);
        Assert.IsTrue(asked[0] < found[0], "the policy is asked before anything is charged");
        Assert.IsTrue(
            found[2] < asked[1] && asked[1] < found[3],
            "and again when the masked input is there, before anything is written or sent"
        );
        var reasons = s_uses
            .Where(use => use.Where.EndsWith("ReleaseGate.Unwanted", StringComparison.Ordinal))
            .Select(use => use.Used)
            .ToList();
        Assert.IsTrue(reasons.Exists(used => used.StartsWith("Federated.Node.Policy.PolicyDesk::NoWork(", StringComparison.Ordinal)));
        Assert.IsTrue(reasons.Exists(used => used.StartsWith("Federated.Node.Log.SiteLog::get_Alarm(", StringComparison.Ordinal)));
        OnlyUser("Federated.Node.Release", "Federated.Node.Journal.SiteJournal::TryRelease");
    }

    [TestMethod]
    public void Nothing_in_the_node_sends_by_another_way()
    {
        string[] ways =
        [
            "System.Net.Http.HttpClient",
            "System.Net.Sockets.Socket",
            "System.Net.Sockets.TcpClient",
            "System.Net.Sockets.UdpClient",
            "System.Net.WebRequest",
            "System.Diagnostics.Process",
            "System.Diagnostics.ProcessStartInfo",
        ];

        var found = s_uses.Where(use => ways.Contains(use.Used)).Select(use => $"{use.Where} uses {use.Used}");

        Assert.IsEmpty(found, string.Join('\n', found));
    }

    [TestMethod]
    public void The_reader_of_instructions_sees_into_closures_and_awaits()
    {
        using var here = CompiledAssembly.OfThisTest();

        var seen = here.Uses().Where(use => use.Used == "System.IO.File::OpenRead(System.String)" && use.Where.Contains(nameof(Hidden)));

        Assert.IsNotEmpty(seen, "or else the other tests here could not fail");
        Assert.IsTrue(seen.All(use => use.User == typeof(Hidden).Namespace));
    }

    private static void OnlyUser(string space, string door)
    {
        var uses = s_uses.Where(use => use.Used == door || use.Used.StartsWith($"{door}(", StringComparison.Ordinal)).ToList();

        Assert.IsNotEmpty(uses, $"{door} is used nowhere: this test no longer looks at the right thing.");
        var others = uses.Where(use => use.User != space).Select(use => use.Where).Distinct();
        Assert.IsEmpty(others, $"{door} is also used by {string.Join(", ", others)}.");
    }

    /// <summary>A use that is in no method as it was written: the compiler moves it into a closure inside a state machine.</summary>
    private static class Hidden
    {
        public static async Task<long> LengthAsync(string[] files)
        {
            await Task.Yield();
            return files.Sum(file =>
            {
                using var stream = File.OpenRead(file);
                return stream.Length;
            });
        }
    }
}
