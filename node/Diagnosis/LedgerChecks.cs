using Federated.Node.Hosting;
using Federated.Node.Ledger;

namespace Federated.Node.Diagnosis;

/// <summary>The data set, its ledger, and the ledger's anchor.</summary>
internal static class LedgerChecks
{
    internal static IEnumerable<Finding> Examine(NodeSetup setup)
    {
        if (setup.DataSet is not { } name)
        {
            yield return Finding.Warn(
                "data set",
                "none is named: this node takes no plan with privacy",
                "set node.dataSet to a name for the patients of node.data.file, then: fed-node ledger register NAME (docs/ledger.md)"
            );
            yield break;
        }

        var path = DataSetLedger.PathOf(setup.State, name);
        var read = DataSetLedger.Examine(path, name, setup.Anchor, out var fault);
        var history = read.Ledger.History;
        yield return history.IsClosed
            ? Finding.Fail(
                "data set",
                $"'{name}' was closed: nothing is released of it",
                "register other patients under another name (docs/ledger.md)"
            )
        : history.Cap is { } cap ? Finding.Ok("data set", $"'{name}', capped at {cap}")
        : Finding.Fail(
            "data set",
            $"'{name}' is not registered: this node takes no plan with privacy",
            $"stop the node, then: fed-node ledger register {name} --epsilon E --delta D --reason TEXT --config FILE"
        );
        if (fault is not null)
        {
            yield return Finding.Fail("ledger", fault, $"fed-node ledger recover {name} --config FILE");
        }
        else if (read.Hashes.Count > 0)
        {
            yield return Finding.Ok("ledger", $"{read.Hashes.Count} lines, all verified");
        }

        yield return Anchor(setup, name.Value);
    }

    private static Finding Anchor(NodeSetup setup, string name)
    {
        if (setup.Anchor is not { } anchor)
        {
            return Finding.Warn(
                "anchor",
                "none is configured: an older copy of the ledger would not show",
                $"set node.ledger.anchor to a file on another volume; stop the node, then: fed-node ledger recover {name} --complete --reason TEXT --config FILE"
            );
        }

        var folder = Path.GetDirectoryName(anchor.File)!;
        var fix = "set node.ledger.anchor to a file on another volume: what restores one must not restore the other";
        if (IsBelow(folder, setup.State.Root))
        {
            return Finding.Fail("anchor", $"{anchor.File} lies in the state folder, with the ledger", fix);
        }

        return !Directory.Exists(folder)
                ? Finding.Fail("anchor", $"the folder {folder} is not there", "mount its volume, or make the folder, mode 0700")
            : Volume(folder) == Volume(setup.State.Root)
                ? Finding.Warn("anchor", $"{anchor.File} is on the same volume as the state folder", fix)
            : Finding.Ok("anchor", anchor.File);
    }

    private static bool IsBelow(string folder, string root) =>
        (folder + Path.DirectorySeparatorChar).StartsWith(
            Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar,
            StringComparison.Ordinal
        );

    /// <summary>Where the volume of a folder is mounted: the longest of all that lie above it.</summary>
    private static string Volume(string folder) =>
        DriveInfo.GetDrives().Select(drive => drive.RootDirectory.FullName).Where(root => IsBelow(folder, root)).MaxBy(root => root.Length)
        ?? "";
}
