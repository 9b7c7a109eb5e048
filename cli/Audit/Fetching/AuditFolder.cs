using Federated.Federation;
using Federated.Hosting;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;
using Federated.TransparencyLog.Verification;

namespace Federated.Cli.Audit.Fetching;

/// <summary>
/// A folder with a log that is fetched, or followed. What arrives lies in <c>.fetching</c> until all of it was checked; then it takes its places, the checkpoint last. One process at a time.
/// </summary>
/// <remarks>
/// If we die, before the checkpoint is in its place: the folder has the log that it had, and files that its checkpoint does not count, which <c>fed audit verify</c> refuses by name; after: it has the
/// new one, and may have files that only the old one counted. The next fetch mends both.
/// </remarks>
internal sealed class AuditFolder : IDisposable
{
    private const string Staging = ".fetching";

    private readonly string _staging;
    private readonly FolderLock _lock;
    private readonly bool _isNew;

    private AuditFolder(string root, bool isNew, SignedCheckpoint? checkpoint, FolderLock held)
    {
        (Root, _isNew, Checkpoint, _lock) = (root, isNew, checkpoint, held);
        _staging = Path.Combine(root, Staging);
    }

    /// <summary>Its path.</summary>
    internal string Root { get; }

    /// <summary>Of the log that is here; null for none yet.</summary>
    internal SignedCheckpoint? Checkpoint { get; private set; }

    /// <summary>Size and root of the log that is here.</summary>
    internal TreeHead Head => Checkpoint?.Checkpoint.Head ?? TreeHead.Empty;

    /// <summary>Opens a folder with a log, or one that is new or empty.</summary>
    /// <exception cref="OperatorException">It holds something else, another process has it, or it cannot be made.</exception>
    internal static AuditFolder Open(string path)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var isNew = !Directory.Exists(root);
        var held = Guard(
            root,
            () =>
            {
                var isOurs = File.Exists(Path.Combine(root, LogVerifier.CheckpointFile)) || Directory.Exists(Path.Combine(root, Staging));
                if (!isOurs && Directory.Exists(root) && Directory.EnumerateFileSystemEntries(root).Any())
                {
                    throw new OperatorException(
                        $"{root} is no folder of an audit log, and not empty; nothing was changed.",
                        "name a new or an empty folder, or one that was fetched before"
                    );
                }

                Directory.CreateDirectory(Path.Combine(root, Staging));
                return FolderLock.Take(Path.Combine(root, Staging, "lock"), $"folder {root}");
            }
        );
        try
        {
            return new AuditFolder(root, isNew, ReadCheckpoint(root), held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>A file's bytes, as it arrived or as it lies here; null for none.</summary>
    /// <exception cref="OperatorException">It cannot be read.</exception>
    internal byte[]? Read(string name) => Guard(Installed(name), () => ReadIfThere(Staged(name)) ?? ReadIfThere(Installed(name)), "read");

    /// <summary>True if a file with that hash arrived or lies here.</summary>
    internal bool Has(string name, Digest hash) => Read(name) is { } bytes && Digest.Of(bytes) == hash;

    /// <summary>A file that arrives.</summary>
    /// <exception cref="OperatorException">It cannot be made.</exception>
    internal Arriving Create(string name) =>
        Guard(
            Installed(name),
            () =>
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Staged(name))!);
                return new Arriving(Staged(name));
            }
        );

    /// <summary>Removes files, whether they arrived or lie here.</summary>
    internal void Remove(IEnumerable<string> names) =>
        Guard(
            Root,
            () =>
            {
                foreach (var path in names.SelectMany(name => new[] { Staged(name), Installed(name) }).Where(File.Exists))
                {
                    File.Delete(path);
                }

                return true;
            }
        );

    /// <summary>Forgets tiles and bundles that arrived.</summary>
    internal void DropLogFiles() =>
        Guard(
            Root,
            () =>
            {
                if (Directory.Exists(Staged("tile")))
                {
                    Directory.Delete(Staged("tile"), recursive: true);
                }

                return true;
            }
        );

    /// <summary>Puts everything that arrived in its place, then the checkpoint, and removes what the new tree has no use for.</summary>
    /// <exception cref="OperatorException">The disk is full, or the folder not writable.</exception>
    internal void Install(SignedCheckpoint checkpoint)
    {
        Guard(
            Root,
            () =>
            {
                foreach (var file in Directory.GetFiles(_staging, "*", SearchOption.AllDirectories))
                {
                    var name = Path.GetRelativePath(_staging, file);
                    if (name.Contains(Path.DirectorySeparatorChar)) // the lock lies beside
                    {
                        Directory.CreateDirectory(Path.GetDirectoryName(Installed(name))!);
                        File.Move(file, Installed(name), overwrite: true);
                    }
                }

                foreach (var folder in Directory.GetDirectories(_staging))
                {
                    Directory.Delete(folder, recursive: true);
                }

                return true;
            }
        );
        var bytes = checkpoint.ToBytes();
        if (!bytes.AsSpan().SequenceEqual(ReadIfThere(Installed(LogVerifier.CheckpointFile))))
        {
            PrivateFiles.WriteWhole(Installed(LogVerifier.CheckpointFile), bytes);
        }

        Checkpoint = checkpoint;
        Guard(
            Root,
            () =>
            {
                RemoveReplaced(checkpoint.Checkpoint.Head.Size);
                return true;
            }
        );
    }

    /// <summary>Writes a small file of its own, beside the log's.</summary>
    internal void Write(string name, ReadOnlySpan<byte> bytes)
    {
        if (!bytes.SequenceEqual(ReadIfThere(Installed(name))))
        {
            PrivateFiles.WriteWhole(Installed(name), bytes);
        }
    }

    /// <summary>Where it stood empty or did not stand before, and nothing arrived, it is as it was; what arrived stays for the next fetch.</summary>
    public void Dispose()
    {
        Guard(
            Root,
            () =>
            {
                if (Directory.GetDirectories(_staging).Length == 0)
                {
                    Directory.Delete(_staging, recursive: true);
                }

                if (_isNew && !Directory.EnumerateFileSystemEntries(Root).Any())
                {
                    Directory.Delete(Root);
                }

                return true;
            }
        );
        _lock.Dispose();
    }

    private static SignedCheckpoint? ReadCheckpoint(string root)
    {
        var path = Path.Combine(root, LogVerifier.CheckpointFile);
        if (ReadIfThere(path) is not { } bytes)
        {
            return null;
        }

        return SignedCheckpoint.TryParse(bytes, out var checkpoint, out var fault)
            ? checkpoint
            : throw new OperatorException(
                $"{path} is no checkpoint: {ForeignText.Clean(fault)}",
                "restore it, or fetch the log into a new folder"
            );
    }

    /// <summary>Partial files that wider ones replaced, and whatever a fetch that died left of another size.</summary>
    private void RemoveReplaced(TreeSize size)
    {
        var tiles = Installed("tile");
        if (!Directory.Exists(tiles))
        {
            return;
        }

        var counted = Tiling.FilesOf(size).Select(path => path.ToString()).ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(tiles, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(Root, file).Replace(Path.DirectorySeparatorChar, '/');
            if (TilePath.TryParse(name, out _) && !counted.Contains(name))
            {
                File.Delete(file);
                var folder = Path.GetDirectoryName(file)!;
                if (folder.EndsWith(".p", StringComparison.Ordinal) && !Directory.EnumerateFileSystemEntries(folder).Any())
                {
                    Directory.Delete(folder);
                }
            }
        }
    }

    private string Staged(string name) => Path.Combine(_staging, name);

    private string Installed(string name) => Path.Combine(Root, name);

    private static byte[]? ReadIfThere(string path) => File.Exists(path) ? File.ReadAllBytes(path) : null;

    private static T Guard<T>(string what, Func<T> run, string verb = "written")
    {
        try
        {
            return run();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Broken(what, e, verb);
        }
    }

    private static OperatorException Broken(string what, Exception e, string verb) =>
        new(
            $"{what} cannot be {verb}: {e.Message}",
            "free space on that disk, check the folder's owner, and fetch again: what arrived whole is not fetched twice",
            e
        );

    /// <summary>A file on its way to the disk.</summary>
    internal sealed class Arriving(string path) : IDisposable
    {
        private readonly FileStream _file = new(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0); // a full disk is met while writing, not while disposing

        /// <exception cref="OperatorException">The disk is full.</exception>
        internal void Write(ReadOnlySpan<byte> bytes)
        {
            try
            {
                _file.Write(bytes);
            }
            catch (IOException e)
            {
                throw Broken(path, e, "written");
            }
        }

        public void Dispose() => _file.Dispose();
    }
}
