using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using Federated.Cli.Studies;
using Federated.Hosting;
using Federated.Identity;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;
using Federated.TransparencyLog.Verification;
using Federated.Verifier;

namespace Federated.Cli.Audit;

/// <summary>What the commands share.</summary>
internal static class AuditOptions
{
    internal static Argument<DirectoryInfo> Folder() =>
        new("folder") { Description = "Folder with the log: checkpoint, tile/, root.crt, plans/, rounds/, inputs/." };

    internal static Option<bool> Json(string description) => new("--json") { Description = description };

    /// <summary>The root that this caller knows, as audits take it.</summary>
    internal static ConsortiumRoot RootOf(CoordinatorCalls calls) => new(X509CertificateLoader.LoadCertificate(calls.Tls.Root.RawData));

    /// <summary>Masked inputs are for auditors alone: said before anything is fetched, and not after it.</summary>
    /// <exception cref="OperatorException">The caller's certificate is of another role.</exception>
    internal static void RequireAuditor(CoordinatorCalls calls)
    {
        if (PeerIdentity.TryRead(calls.Tls.Certificate, out var self, out _) && self.Role != Role.Auditor)
        {
            throw new OperatorException(
                $"'{self.Name}' is a {Roles.NameOf(self.Role)}; masked inputs are for auditors alone.",
                "come with the certificate of an auditor (--identity), or fetch without --inputs"
            );
        }
    }

    /// <summary>What an auditor's file operation cannot do, in this program's words.</summary>
    /// <exception cref="OperatorException">A file or folder is missing or cannot be read.</exception>
    internal static T OrOperator<T>(Func<T> run)
    {
        try
        {
            return run();
        }
        catch (UnusableException e)
        {
            throw new OperatorException(e.Message, e.Hint, e);
        }
    }

    /// <summary>A log as its files say it, not verified but for the tree that its checkpoint names.</summary>
    /// <exception cref="OperatorException">It is no log, or contradicts itself.</exception>
    internal static (SignedCheckpoint Checkpoint, TiledTree Tree) Open(DirectoryInfo folder)
    {
        var path = Path.Combine(folder.FullName, LogVerifier.CheckpointFile);
        if (!SignedCheckpoint.TryParse(TextFiles.ReadBytes(path), out var checkpoint, out var fault))
        {
            throw new OperatorException($"{path} is no checkpoint: {fault}", "name the folder of an audit log");
        }

        return OrCorrupt(() => (checkpoint, new TiledTree(checkpoint.Checkpoint.Head, tile => Read(folder, tile))));
    }

    /// <exception cref="OperatorException">The log contradicts itself.</exception>
    internal static T OrCorrupt<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CorruptLogException e)
        {
            throw new OperatorException($"The log contradicts itself: {e.Message}", "fed audit verify says where; fetch the log again", e);
        }
    }

    /// <summary>An entry as it says itself; who signed it is not verified.</summary>
    /// <exception cref="OperatorException">It cannot be read.</exception>
    internal static LogEntry Read(TiledTree tree, long index)
    {
        var bytes = OrCorrupt(() => tree.Entry(new LeafIndex(index)));
        return SealedEntry.TryParse(bytes, out var entry, out var fault)
            ? entry.Entry
            : throw new OperatorException($"Entry {index} cannot be read: {fault}", "use the release that wrote it, or fed audit verify");
    }

    private static byte[]? Read(DirectoryInfo folder, TilePath tile)
    {
        var path = Path.Combine(folder.FullName, tile.ToString());
        return File.Exists(path) ? TextFiles.ReadBytes(path, EntryBundle.MostBytes) : null;
    }
}
