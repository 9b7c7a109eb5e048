using Federated.Audit.Tests.World;
using Federated.Federation.Documents;
using Federated.Fixtures;

namespace Federated.Verifier.Tests;

/// <summary>The program as an auditor runs it: a folder on disk in, one line and an exit code out.</summary>
[TestClass]
public sealed class VerificationTests
{
    private static readonly Lazy<Story> s_whole = new(() => Story.Whole(SmallConsortium.Shared));

    [TestMethod]
    public void A_folder_that_verifies_ends_in_one_line_and_exit_code_0()
    {
        using var folder = OnDisk();

        var (code, output, error) = Run(folder["log"], "--root", folder["log/root.crt"], "--journals", folder["sites/*/journal.jsonl"]);

        Assert.AreEqual(0, code, error + output);
        Assert.AreEqual(
            $"verified: {s_whole.Value.Head.Size} entries, 2 studies, 4 sites, 5 rounds (2 sums computed again), 12 charges; cosigned by 3 sites; with 4 files of sites and researchers",
            output.TrimEnd().Split('\n')[^1]
        );
        Assert.Contains("1 attempt failed, and sites refused 1 time", output);
        Assert.DoesNotContain("compare it with", output);
    }

    [TestMethod]
    public void Without_a_root_the_fingerprint_is_said_to_be_compared()
    {
        using var folder = OnDisk();

        var (code, output, _) = Run(folder["log"]);

        Assert.AreEqual(0, code);
        Assert.Contains($"with SHA-256 {SmallConsortium.Shared.Root.Hash}: compare it", output);
    }

    [TestMethod]
    public void A_changed_byte_ends_in_one_line_with_its_place_and_exit_code_1()
    {
        using var folder = OnDisk();
        var proof = Directory.GetFiles(folder["log"], "00001.proof", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        var bytes = File.ReadAllBytes(proof);
        bytes[100] ^= 1;
        File.WriteAllBytes(proof, bytes);

        var (code, output, _) = Run(folder["log"]);

        Assert.AreEqual(1, code);
        Assert.StartsWith($"FAILED at {Path.GetRelativePath(folder["log"], proof)}: its hash is ", output);
        Assert.HasCount(1, output.TrimEnd().Split('\n'));
    }

    [TestMethod]
    public void A_file_that_does_not_belong_there_is_a_fault()
    {
        using var folder = OnDisk();
        File.WriteAllText(folder["log/tile/notes.txt"], "");

        var (code, output, _) = Run(folder["log"]);

        Assert.AreEqual(1, code);
        Assert.StartsWith("FAILED at tile/notes.txt: nothing vouches for this file", output);
    }

    [TestMethod]
    public void A_script_gets_the_verdict_as_json()
    {
        using var folder = OnDisk();

        var (_, verified, _) = Run(folder["log"], "--json");
        File.Delete(folder["log/checkpoint"]);
        var (_, failed, _) = Run(folder["log"], "--json");

        Assert.IsNotNull(CanonicalJson.Parse(System.Text.Encoding.UTF8.GetBytes(verified), out _));
        Assert.Contains("\"rounds\":5", verified);
        Assert.Contains("\"verified\":true", verified);
        Assert.Contains("\"place\":\"checkpoint\"", failed);
        Assert.Contains("\"verified\":false", failed);
    }

    [TestMethod]
    [DataRow("There is no folder", "nowhere")]
    [DataRow("No file matches", ".", "--journals", "nowhere/*")]
    [DataRow("There is no file", ".", "--root", "nowhere.crt")]
    [DataRow("--model has no value", ".", "--model")]
    [DataRow("Argument '--modle'", ".", "--modle", "x")]
    [DataRow("more than one folder", ".", ".")]
    public void What_cannot_be_checked_is_said_with_a_hint_and_exit_code_2(string message, params string[] arguments)
    {
        var (code, output, error) = Run(arguments);

        Assert.AreEqual((2, ""), (code, output));
        Assert.Contains(message, error);
        Assert.Contains("hint: ", error);
    }

    [TestMethod]
    public void Help_says_what_there_is()
    {
        Assert.AreEqual(0, Run("--help").Code);
        Assert.AreEqual(2, Run().Code);
        Assert.Contains("--ledgers GLOB", Run("--help").Output);
    }

    /// <summary>The one that was built; FEDERATED_VERIFY names another: <c>dotnet publish verifier -c Release -p:FederatedAot=true</c> makes a native one.</summary>
    [TestMethod]
    public void The_executable_says_the_same()
    {
        // This test's own folder is artifacts/bin/Federated.Verifier.Tests/CONFIGURATION.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory);
        var built = Path.Combine(configuration.Parent!.Parent!.FullName, "Federated.Verifier", configuration.Name, "fed-verify");
        var program = Environment.GetEnvironmentVariable("FEDERATED_VERIFY") ?? built;

        using var folder = OnDisk();
        string[] arguments = [folder["log"], "--journals", folder["sites/*/journal.jsonl"]];
        using var process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardOutput = true }
        )!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.AreEqual(Run(arguments).Output, output);
        Assert.AreEqual(0, process.ExitCode);
    }

    private static TestFolder OnDisk()
    {
        var folder = new TestFolder();
        foreach (var (name, bytes) in s_whole.Value.Files)
        {
            Write(folder[$"log/{name}"], bytes);
        }

        foreach (var site in SmallConsortium.Shared.Sites)
        {
            Write(folder[$"sites/{site.Holder.Name}/journal.jsonl"], Story.Written(s_whole.Value.JournalOf(site.Holder.Name)));
        }

        return folder;
    }

    private static void Write(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = Verification.Run(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
