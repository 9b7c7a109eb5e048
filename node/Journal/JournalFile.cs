using Federated.Federation;
using Federated.Hosting;

namespace Federated.Node.Journal;

/// <summary>A journal as it lies on disk, read and verified from the first line to the last.</summary>
/// <param name="Lines">Whole lines.</param>
/// <param name="Head">Hash of the last line; all zero where there is none.</param>
/// <param name="WholeBytes">Bytes of the whole lines with their line feeds.</param>
/// <param name="TornBytes">Bytes after them: a line that was being written when the machine or the process died.</param>
/// <param name="History">What the lines say together.</param>
internal sealed record JournalFile(long Lines, Digest Head, long WholeBytes, long TornBytes, JournalHistory History)
{
    /// <summary>Reads a journal; one that is not there has no lines.</summary>
    /// <param name="path">The file.</param>
    /// <param name="site">Whose it must be.</param>
    /// <param name="each">Sees every line that was verified, in order.</param>
    /// <exception cref="OperatorException">A line is damaged or does not follow the one before it, the journal is another site's, or of an unknown version.</exception>
    internal static JournalFile Read(string path, SiteName site, Action<JournalLine>? each = null)
    {
        var read = new JournalFile(0, default, 0, 0, JournalHistory.Empty);
        if (!File.Exists(path))
        {
            return read;
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var lines = new LineReader(file, JournalLine.MaxBytes);
            while (lines.TryRead(out var line, out var tooLong))
            {
                read = tooLong
                    ? throw Damaged(path, read.Lines + 1, $"it has more than {JournalLine.MaxBytes} bytes")
                    : read.With(path, line, site, each);
            }

            return read with
            {
                TornBytes = lines.Rest,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"Journal {path} cannot be read: {e.Message}", "check the file's owner and mode (0600)", e);
        }
    }

    private JournalFile With(string path, ReadOnlyMemory<byte> bytes, SiteName site, Action<JournalLine>? each)
    {
        var number = Lines + 1;
        var line = JournalLine.Read(bytes, out var fault);
        if (line is null)
        {
            throw number == 1 && fault!.StartsWith("its format is", StringComparison.Ordinal)
                ? new OperatorException(
                    $"Journal {path}:1: {fault}.",
                    "finish its studies with the release that wrote it, then set node.state to a new folder for this one"
                )
                : Damaged(path, number, fault!);
        }

        if (line.Number != number)
        {
            throw Damaged(path, number, $"it has the number {line.Number}; a line is missing or stands twice");
        }

        if (line.Previous != Head)
        {
            throw Damaged(path, number, "it does not follow the line before it: one of the two was changed");
        }

        if (line.Entry is JournalEntry.Opened opened && opened.Site != site)
        {
            throw new OperatorException(
                $"Journal {path}:1 is that of site '{opened.Site}'; this node is '{site}'.",
                "give this node its own node.state, or the certificate that belongs to this journal"
            );
        }

        each?.Invoke(line);
        return new JournalFile(
            number,
            line.Hash,
            WholeBytes + bytes.Length + 1,
            0,
            History.With(line.Entry, out fault) ?? throw Damaged(path, number, fault!)
        );
    }

    private static OperatorException Damaged(string path, long line, string fault) =>
        new(
            $"Journal {path}:{line} is damaged: {fault}.",
            "keep a copy of the state folder for the consortium, restore the whole folder from its newest backup, and start the node: it says what the backup lacks (docs/hospital-it.md)"
        );
}
