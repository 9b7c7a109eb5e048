using System.Text;
using Federated.Federation;
using Federated.Federation.Documents;
using Federated.Hosting;
using Federated.Privacy.Ledger;

namespace Federated.Node.Ledger;

/// <summary>
/// Where a ledger ends, written down once more at another place. A ledger that was cut or replaced by an older copy of itself is a valid ledger: only
/// something outside of it can tell.
/// </summary>
/// <param name="path">Absolute. Its folder has to be there: made by us under a volume that is not mounted, it would lie on the ledger's own disk.</param>
internal sealed class LedgerAnchor(string path)
{
    private const string Format = "federated-ledger-anchor/1";
    private const int MaxBytes = 4096;

    /// <summary>The file.</summary>
    internal string File => path;

    /// <summary>Reads it; null if there is none.</summary>
    /// <param name="name">Whose it must be.</param>
    /// <exception cref="OperatorException">It cannot be read, or is another data set's.</exception>
    internal LedgerPosition? Read(DataSetName name)
    {
        byte[] bytes;
        try
        {
            bytes = System.IO.File.ReadAllBytes(path);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException(
                $"The ledger's anchor {path} cannot be read: {e.Message}",
                "check that its volume is mounted and the file's owner; nothing is charged meanwhile",
                e
            );
        }

        var position = Parse(bytes, name, out var fault);
        return fault is null
            ? position
            : throw new OperatorException(
                $"The ledger's anchor {path} is damaged: {fault}",
                "keep a copy of it for the consortium; restore it from the backup of its volume, or see docs/ledger.md"
            );
    }

    /// <summary>Writes it, whole and forced to disk.</summary>
    /// <exception cref="OperatorException">It cannot be written; the old one is untouched.</exception>
    internal void Write(DataSetName name, LedgerPosition position) => PrivateFiles.WriteSecret(path, Text(name, position));

    private static string Text(DataSetName name, LedgerPosition position) =>
        new CanonicalJson()
            .Add("format", Format)
            .Add("data_set", name.Value)
            .Add("number", position.Number)
            .Add("hash", position.Hash.ToString())
            .ToString();

    private static LedgerPosition Parse(byte[] bytes, DataSetName name, out string? fault)
    {
        fault = bytes.Length > MaxBytes ? "it is too large." : null;
        if (fault is not null || CanonicalJson.Parse(bytes, out fault) is not { } node)
        {
            return default;
        }

        var fields = DocumentReader.Root(node);
        if (fields.Text("format") is var format && format != Format)
        {
            fields.Fault("format", $"is '{format}'; this release reads {Format}.");
        }

        if (fields.Text("data_set") is var owner && owner != name.Value)
        {
            fields.Fault("data_set", $"is '{owner}'; this node's is '{name}'.");
        }

        if (!Digest.TryParse(fields.Text("hash"), out var hash))
        {
            fields.Fault("hash", "is no SHA-256.");
        }

        var position = new LedgerPosition(fields.WholeNumber("number", 1, int.MaxValue), hash);
        fields.RefuseUnknownKeys();
        fault =
            fields.FaultCount > 0 ? string.Join("; ", fields.Faults)
            : Text(name, position) != Encoding.UTF8.GetString(bytes) ? "it is not in the form that a node writes."
            : null;
        return position;
    }
}
