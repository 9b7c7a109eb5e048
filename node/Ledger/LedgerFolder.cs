using Federated.Hosting;
using Federated.Node.Journal;
using Federated.Privacy.Ledger;

namespace Federated.Node.Ledger;

/// <summary>The files of a node's ledgers, as operators' commands copy and replace them.</summary>
internal static class LedgerFolder
{
    /// <summary>Other data sets that are registered in a state folder.</summary>
    internal static IReadOnlyList<string> Others(StateFolder state, DataSetName name) =>
        Directory.Exists(state.Ledgers)
            ?
            [
                .. Directory
                    .GetFiles(state.Ledgers, "*.jsonl")
                    .Select(file => Path.GetFileNameWithoutExtension(file))
                    .Where(other => other != name.Value)
                    .Order(StringComparer.Ordinal),
            ]
            : [];

    /// <summary>The whole lines of a ledger, and their bytes.</summary>
    /// <exception cref="OperatorException">It is damaged, another data set's, or not there.</exception>
    internal static (LedgerFile Read, byte[] Bytes) Copy(string path, DataSetName name)
    {
        var read = LedgerFile.Read(path, name);
        if (read.Hashes.Count == 0)
        {
            throw new OperatorException($"{path} holds no ledger.", "check the path");
        }

        try
        {
            var bytes = File.ReadAllBytes(path); // whole lines never change: what was appended meanwhile lies behind them
            return (read, bytes[..(int)read.WholeBytes]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"Ledger {path} cannot be read: {e.Message}", "check the file's owner and mode (0600)", e);
        }
    }

    /// <summary>Moves a ledger's file aside, under a name that no earlier one has; null if there is none.</summary>
    /// <exception cref="OperatorException">It cannot be moved.</exception>
    internal static string? SetAside(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var number = 1;
        while (File.Exists($"{path}.replaced-{number}"))
        {
            number++;
        }

        try
        {
            File.Move(path, $"{path}.replaced-{number}");
            FolderSync.Force(Path.GetDirectoryName(path)!);
            return $"{path}.replaced-{number}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"{path} cannot be moved: {e.Message}", "run the command as the user that the node runs as", e);
        }
    }
}
