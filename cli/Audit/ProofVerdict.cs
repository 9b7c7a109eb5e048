using System.Globalization;
using Federated.Audit;
using Federated.Federation;
using Federated.Federation.Documents;
using Federated.Hosting;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.Verifier;

namespace Federated.Cli.Audit;

/// <summary>Verifies the file of <c>fed audit prove</c>, and says what came of it.</summary>
internal static class ProofVerdict
{
    /// <summary>What such a file's name ends in.</summary>
    internal const string Suffix = ".tlog-proof";

    /// <summary>Verifies and prints; the exit code.</summary>
    /// <param name="path">The file.</param>
    /// <param name="root">The consortium's root; null to take that of <paramref name="log"/>.</param>
    /// <param name="credentials">Patterns of credential files.</param>
    /// <param name="log">A folder with the log, whose credentials count as given; null for none.</param>
    /// <param name="quorum">How many sites must have cosigned; null for the usual.</param>
    /// <param name="json">Whether to print JSON.</param>
    /// <exception cref="OperatorException">A file is missing, or there is no root.</exception>
    internal static int Print(string path, FileInfo? root, IEnumerable<string> credentials, DirectoryInfo? log, int? quorum, bool json)
    {
        var rootFile =
            root?.FullName
            ?? (log is null ? null : Path.Combine(log.FullName, "root.crt"))
            ?? throw new OperatorException("One entry says nothing of the root.", "give --root FILE, or --log DIR");
        var request = AuditOptions.OrOperator(() =>
            new ProofRequest
            {
                Proof = new GivenFile(path, DiskFiles.Read(path)),
                Root = new GivenFile(rootFile, DiskFiles.Read(rootFile)),
                Credentials = [.. DiskFiles.Matching(credentials), .. log is null ? [] : InLog(log)],
                Quorum = quorum,
            }
        );
        var proven = ProofAudit.Verify(request, out var fault);
        Console.WriteLine(json ? Json(proven, fault) : ForeignText.CleanLines(proven is null ? $"FAILED at {fault}" : Line(proven)));
        return proven is null ? 1 : 0;
    }

    /// <summary>The last credential of each member, as the log has it: whether the root signed them is judged with the proof.</summary>
    private static List<GivenFile> InLog(DirectoryInfo folder)
    {
        var (_, tree) = AuditOptions.Open(folder);
        var credentials = new Dictionary<string, GivenFile>();
        for (var index = 0L; index < tree.Head.Size.Value; index++)
        {
            if (AuditOptions.Read(tree, index).Body is KeyRegistration registration)
            {
                var bytes = System.Text.Encoding.UTF8.GetBytes(registration.Credential);
                var holder = Identity.ProtocolCredential.TryReadUnverified(bytes, out var read, out _)
                    ? $"{read.Holder}"
                    : $"entry {index}";
                credentials[holder] = new GivenFile($"entry {index} of {folder.FullName}", bytes);
            }
        }

        return [.. credentials.Values];
    }

    private static string Line(ProvenEntry proven) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"verified: entry {proven.Index} of a log of {proven.Size}, cosigned by {proven.Cosigned} sites: {EntryKinds.WordOf(proven.Entry.Kind)} by {proven.Entry.Actor}, {Timestamps.ToText(proven.Entry.Time)} {EntryWords.Of(proven.Entry)}"
        );

    private static string Json(ProvenEntry? proven, AuditFault? fault) =>
        (
            proven is null
                ? new CanonicalJson().Add("verified", false).Add("place", fault!.Place).Add("reason", fault.Reason)
                : new CanonicalJson()
                    .Add("verified", true)
                    .Add("index", proven.Index.Value)
                    .Add("size", proven.Size.Value)
                    .Add("cosigned", proven.Cosigned)
                    .Add("type", EntryKinds.WordOf(proven.Entry.Kind))
                    .Add("actor", proven.Entry.Actor.Value)
        ).ToString();
}
