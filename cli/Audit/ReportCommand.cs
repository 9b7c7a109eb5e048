using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Federated.Audit;
using Federated.Cli.Audit.Report;
using Federated.Federation;
using Federated.Hosting;
using Federated.Identity;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Verification;
using Federated.Verifier;

namespace Federated.Cli.Audit;

/// <summary><c>fed audit report</c>: verifies a log, and writes what it says as one page for people. Exit code 0 if all holds, 1 if not; the page is written either way.</summary>
internal static class ReportCommand
{
    private const string RootFile = "root.crt";

    internal static Command Create()
    {
        var folder = AuditOptions.Folder();
        var output = new Option<FileInfo>("--out") { Description = "HTML file to write, outside the folder.", Required = true };
        var root = new Option<FileInfo?>("--root")
        {
            Description =
                "The consortium's root certificate, PEM. Without, the folder's own is used: compare the fingerprint that the report says.",
        };
        var journals = VerifyCommand.Files("--journals", "Journals of sites, such as 'sites/*/journal.jsonl'.");
        var ledgers = VerifyCommand.Files(
            "--ledgers",
            "Ledgers of sites, such as 'sites/*/ledger/*.jsonl'; the report then shows their caps too."
        );
        var language = LanguageOption.Create();
        var json = AuditOptions.Json("Print the verdict and what was written as JSON.");
        var command = new Command(
            "report",
            "Verify a log, and write what it says as one HTML page for auditors and data protection officers: who approved, what left each site, at which price. It prints well on A4 and needs nothing but the file."
        )
        {
            folder,
            output,
            root,
            journals,
            ledgers,
            language,
            json,
        };
        command.SetAction(parsed =>
        {
            var at = Path.GetFullPath(parsed.GetRequiredValue(folder).FullName);
            var path = parsed.GetRequiredValue(output).FullName;
            if (
                Path.GetFullPath(path)
                    .StartsWith(Path.TrimEndingDirectorySeparator(at) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            )
            {
                throw new OperatorException(
                    $"{path} would lie in the log's own folder, where every file that the log does not vouch for is a fault.",
                    "write it beside the folder"
                );
            }

            var facts = AuditOptions.OrOperator(() =>
                Facts(at, parsed.GetValue(root), parsed.GetValue(journals) ?? [], parsed.GetValue(ledgers) ?? [], parsed.GetValue(json))
            );
            var text = AuditReport.Of(facts, ReportWords.In(parsed.GetRequiredValue(language)));
            PrivateFiles.WriteWhole(path, Encoding.UTF8.GetBytes(text));
            Console.WriteLine(
                parsed.GetValue(json)
                    ? Json(facts.Verdict, path)
                    : ForeignText.CleanLines($"{path}\n{VerdictText.Lines(facts.Verdict, facts.IsRootGiven)}")
            );
            return facts.Verdict is AuditVerdict.Verified ? 0 : 1;
        });
        return command;
    }

    /// <summary>Reads and audits once: what the page shows is what was audited, byte for byte.</summary>
    private static ReportFacts Facts(
        string folder,
        FileInfo? root,
        IEnumerable<string> journalPatterns,
        IEnumerable<string> ledgerPatterns,
        bool isQuiet
    )
    {
        byte[]? checkpoint = null;
        var log = DiskFiles.Folder(folder, (name, bytes) => checkpoint = name == LogVerifier.CheckpointFile ? bytes : checkpoint);
        var (journals, ledgers) = (DiskFiles.Matching(journalPatterns), DiskFiles.Matching(ledgerPatterns));
        var rootBytes = root is null ? DiskFiles.ReadIfThere(Path.Combine(folder, RootFile)) : DiskFiles.Read(root.FullName);
        using var trusted = rootBytes is not null && ConsortiumRoot.TryRead(rootBytes, out var read, out _) ? read : null;
        var story = new LogStory(trusted);
        var verdict = LogAudit.Verify(
            new AuditRequest
            {
                Folder = log,
                Root = rootBytes is null ? null : new GivenFile(root?.FullName ?? RootFile, rootBytes),
                Journals = journals,
                Ledgers = ledgers,
                Seen = story.Take,
                Progress = isQuiet || Console.IsErrorRedirected ? null : VerifyCommand.Progress,
                Parallelism = Environment.ProcessorCount,
            }
        );
        return new ReportFacts
        {
            Verdict = verdict,
            Story = story,
            Checkpoint = checkpoint is not null && SignedCheckpoint.TryParse(checkpoint, out var parsed, out _) ? parsed : null,
            Root = trusted?.Hash.ToString(),
            IsRootGiven = root is not null,
            Given = [.. journals.Concat(ledgers).Select(file => file.Name)],
            DataSets = [.. ledgers.Select(DataSetFacts.Of).OfType<DataSetFacts>()],
        };
    }

    private static string Json(AuditVerdict verdict, string path)
    {
        var json = JsonNode.Parse(VerdictText.Json(verdict))!.AsObject();
        json["written"] = path;
        return json.ToJsonString();
    }
}
