using System.CommandLine;
using Federated.Audit;
using Federated.Verifier;

namespace Federated.Cli.Audit;

/// <summary><c>fed audit verify</c>: the check of <c>fed-verify</c>, with progress. Exit code 0 if all holds, 1 if not.</summary>
internal static class VerifyCommand
{
    /// <summary>A log of this many entries takes long enough for somebody to wonder.</summary>
    private const long LongLog = 20_000;

    internal static Command Create()
    {
        var path = new Argument<string>("path")
        {
            Description =
                $"Folder with the log: checkpoint, tile/, root.crt, plans/, rounds/, inputs/. Or one entry: a file that ends in {ProofVerdict.Suffix}.",
        };
        var root = new Option<FileInfo?>("--root")
        {
            Description =
                "The consortium's root certificate, PEM. Without, the folder's own is used: compare the fingerprint that is printed.",
        };
        var journals = Files("--journals", "Journals of sites, such as 'sites/*/journal.jsonl'.");
        var ledgers = Files("--ledgers", "Ledgers of sites, such as 'sites/*/ledger/*.jsonl'.");
        var models = Files("--model", "Weights that a study gave: model.safetensors.");
        var decisions = Files(
            "--decisions",
            "Decisions of sites on plans, such as 'sites/*/decision.json': each one that the log has the hash of."
        );
        var credentials = Files("--credentials", "For one entry: credentials of the coordinator and of all sites.");
        var log = new Option<DirectoryInfo?>("--log")
        {
            Description = "For one entry: a folder with the log, whose credentials count as given.",
        };
        var quorum = new Option<int?>("--quorum")
        {
            Description = "For one entry: how many sites must have cosigned. Without, the quorum of a study of all of them.",
        };
        var json = AuditOptions.Json("Print the verdict as one JSON object.");
        var command = new Command(
            "verify",
            "Verify a log with all that was disclosed of its studies: every entry, approval, round, sum, model and charge. The last line says 'verified', or where it first fails."
        )
        {
            path,
            root,
            journals,
            ledgers,
            models,
            decisions,
            credentials,
            log,
            quorum,
            json,
        };
        command.SetAction(parsed =>
        {
            var (what, isJson) = (parsed.GetRequiredValue(path), parsed.GetValue(json));
            if (what.EndsWith(ProofVerdict.Suffix, StringComparison.Ordinal))
            {
                return ProofVerdict.Print(
                    Path.GetFullPath(what),
                    parsed.GetValue(root),
                    parsed.GetValue(credentials) ?? [],
                    parsed.GetValue(log),
                    parsed.GetValue(quorum),
                    isJson
                );
            }

            var request = AuditOptions.OrOperator(() =>
                new AuditRequest
                {
                    Folder = DiskFiles.Folder(Path.GetFullPath(what)),
                    Root = parsed.GetValue(root) is { } given ? new GivenFile(given.FullName, DiskFiles.Read(given.FullName)) : null,
                    Journals = DiskFiles.Matching(parsed.GetValue(journals) ?? []),
                    Ledgers = DiskFiles.Matching(parsed.GetValue(ledgers) ?? []),
                    Models = DiskFiles.Matching(parsed.GetValue(models) ?? []),
                    Decisions = DiskFiles.Matching(parsed.GetValue(decisions) ?? []),
                    Progress = isJson || Console.IsErrorRedirected ? null : Progress,
                    Parallelism = Environment.ProcessorCount,
                }
            );
            var verdict = AuditOptions.OrOperator(() => LogAudit.Verify(request));
            Console.WriteLine(isJson ? VerdictText.Json(verdict) : ForeignLines(VerdictText.Lines(verdict, request.Root is not null)));
            return verdict is AuditVerdict.Verified ? 0 : 1;
        });
        return command;
    }

    private static string ForeignLines(string text) => Federation.ForeignText.CleanLines(text);

    internal static void Progress(long done, long all)
    {
        if (all >= LongLog)
        {
            Console.Error.Write($"\rentry {done:n0} of {all:n0} ");
        }
    }

    internal static Option<string[]> Files(string name, string description) =>
        new(name)
        {
            Description = $"{description} '*' stands for any part of one name. May be given several times.",
            AllowMultipleArgumentsPerToken = true,
        };
}
