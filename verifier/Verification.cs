using Federated.Audit;

namespace Federated.Verifier;

/// <summary>The program: arguments in, one verdict out.</summary>
internal static class Verification
{
    /// <summary>Exit code of a log that verifies.</summary>
    internal const int Verified = 0;

    /// <summary>Exit code of one that does not.</summary>
    internal const int Failed = 1;

    /// <summary>Exit code of arguments or files that cannot be read: nothing was found out.</summary>
    internal const int Unusable = 2;

    private const string Usage = """
        fed-verify DIR [--root FILE] [--journals GLOB] [--ledgers GLOB] [--model FILE]
                       [--decisions GLOB] [--json]

        Verifies a folder with a consortium's audit log, offline: checkpoint, every entry, every round, sum, model and charge.

          DIR              folder with checkpoint, tile/, root.crt, plans/ and rounds/
          --root FILE      the consortium's root certificate, PEM; without, compare the fingerprint that is printed
          --journals GLOB  journals of sites, such as 'sites/*/journal.jsonl'; may stand several times
          --ledgers GLOB   ledgers of sites, such as 'sites/*/ledger/*.jsonl'; may stand several times
          --model FILE     weights that a study gave (model.safetensors); may stand several times
          --decisions GLOB decisions of sites, such as 'sites/*/decision.json'; may stand several times
          --json           the verdict as one JSON object

        The last line says 'verified', or where it first fails. Exit code: 0 verified, 1 not, 2 nothing could be checked.
        """;

    /// <summary>Runs once.</summary>
    internal static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        if (arguments.Count == 0 || arguments.Any(argument => argument is "--help" or "-h"))
        {
            output.WriteLine(Usage);
            return arguments.Count == 0 ? Unusable : Verified;
        }

        try
        {
            var (request, json) = Parse(arguments);
            var verdict = LogAudit.Verify(request);
            output.WriteLine(json ? VerdictText.Json(verdict) : VerdictText.Lines(verdict, isRootGiven: request.Root is not null));
            return verdict is AuditVerdict.Verified ? Verified : Failed;
        }
        catch (UnusableException e)
        {
            error.WriteLine($"error: {e.Message}");
            error.WriteLine($"hint: {e.Hint}");
            return Unusable;
        }
    }

    private static (AuditRequest Request, bool Json) Parse(IReadOnlyList<string> arguments)
    {
        string? folder = null;
        var values = new Dictionary<string, List<string>>
        {
            ["--root"] = [],
            ["--journals"] = [],
            ["--ledgers"] = [],
            ["--model"] = [],
            ["--decisions"] = [],
        };
        var json = false;
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument == "--json")
            {
                json = true;
            }
            else if (values.TryGetValue(argument, out var list))
            {
                list.Add(
                    i + 1 < arguments.Count ? arguments[++i] : throw new UnusableException($"{argument} has no value.", "fed-verify --help")
                );
            }
            else if (argument.StartsWith('-') || folder is not null)
            {
                throw new UnusableException($"Argument '{argument}' is not known, or there is more than one folder.", "fed-verify --help");
            }
            else
            {
                folder = argument;
            }
        }

        if (folder is null || values["--root"].Count > 1)
        {
            throw new UnusableException("Name one folder, and at most one root.", "fed-verify --help");
        }

        return (
            new AuditRequest
            {
                Folder = DiskFiles.Folder(folder),
                Root = values["--root"] is [var root] ? new GivenFile(root, DiskFiles.Read(root)) : null,
                Journals = DiskFiles.Matching(values["--journals"]),
                Ledgers = DiskFiles.Matching(values["--ledgers"]),
                Models = DiskFiles.Matching(values["--model"]),
                Decisions = DiskFiles.Matching(values["--decisions"]),
            },
            json
        );
    }
}
