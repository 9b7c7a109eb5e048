using Federated.Federation;
using Federated.Hosting;
using Federated.Node.Journal;
using Federated.Privacy.Ledger;

namespace Federated.Node.Ledger;

/// <summary>A ledger as it lies on disk, read and verified from the first line to the last.</summary>
/// <param name="Ledger">What its lines say.</param>
/// <param name="Hashes">SHA-256 of each line, without its line feed.</param>
/// <param name="WholeBytes">Bytes of the whole lines with their line feeds.</param>
/// <param name="TornBytes">Bytes after them: a line that was being written when the machine or the process died.</param>
internal sealed record LedgerFile(PrivacyLedger Ledger, IReadOnlyList<Digest> Hashes, long WholeBytes, long TornBytes)
{
    /// <summary>Reads a ledger; one that is not there has no lines.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Whose it must be; null where any will do.</param>
    /// <exception cref="OperatorException">A line is damaged or does not follow the one before it, the ledger is another data set's, or of an unknown version.</exception>
    internal static LedgerFile Read(string path, DataSetName? name)
    {
        var (ledger, hashes, whole) = (new PrivacyLedger(), new List<Digest>(), 0L);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var lines = new LineReader(file, LedgerLine.MaxBytes);
            while (lines.TryRead(out var line, out var tooLong))
            {
                var fault = tooLong ? $"it has more than {LedgerLine.MaxBytes} bytes" : ledger.Read(line.ToArray());
                if (fault is not null)
                {
                    throw Damaged(path, hashes.Count + 1, fault);
                }

                if (name is { } expected && ledger.History.Registration!.DataSet != expected)
                {
                    throw new OperatorException(
                        $"Ledger {path}:1 is that of data set '{ledger.History.Registration.DataSet}'; this node's is '{expected}'.",
                        "set node.dataSet to the name under which these patients were registered; a ledger is never renamed"
                    );
                }

                hashes.Add(ledger.Head.Hash);
                whole += line.Length + 1;
            }

            return new LedgerFile(ledger, hashes, whole, lines.Rest);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new LedgerFile(ledger, hashes, 0, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"Ledger {path} cannot be read: {e.Message}", "check the file's owner and mode (0600)", e);
        }
    }

    /// <summary>Why this file is not all that an anchor vouches for, or null.</summary>
    /// <remarks>
    /// The anchor is written after the ledger's line, so a crash between the two leaves it one line behind: as it should be. One that is further behind, as
    /// after a restore of its own volume, still shows that the ledger goes on from there.
    /// </remarks>
    internal string? Behind(LedgerPosition anchor) =>
        anchor.Number > Hashes.Count
            ? $"it has {Hashes.Count} lines, and its anchor has seen {anchor.Number}: it is an older copy, or was cut"
        : Hashes[(int)anchor.Number - 1] != anchor.Hash
            ? $"its line {anchor.Number} is not the one that its anchor has seen: it is another ledger, or was changed"
        : null;

    private static OperatorException Damaged(string path, long line, string fault) =>
        new(
            $"Ledger {path}:{line} is damaged: {fault}.",
            "keep a copy of it for the consortium; restore its newest backup, then: fed-node ledger recover NAME --config FILE says what is missing (docs/ledger.md)"
        );
}
