using Federated.Hosting;
using Federated.TransparencyLog;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Verification;

namespace Federated.Coordinator.Log;

/// <summary>The log as files, for whoever reads it with tools of their own: <c>STATE/log</c>, C2SP tlog-tiles. Written by one thread at a time; readers beside it.</summary>
/// <remarks>
/// Nothing here is forced to disk: every file is made from the database, where the entries are before any checkpoint is signed, and is made again from there if it is lost
/// (<see cref="LogWriter"/>). Each is written whole or not at all, so that a reader never sees half of one.
/// </remarks>
internal sealed class LogFiles(string folder)
{
    /// <summary>Beside the checkpoint, which is the newest and has the log's own signature alone.</summary>
    private const string CosignedFile = "checkpoint.cosigned";

    /// <summary>A file's bytes, or null.</summary>
    internal byte[]? Read(TilePath path) => ReadIfThere(PathOf(path.ToString()));

    /// <summary>The checkpoint, or null.</summary>
    internal byte[]? ReadCheckpoint() => ReadIfThere(PathOf(LogVerifier.CheckpointFile));

    /// <summary>The newest checkpoint that a quorum cosigned, with its cosignatures; or null.</summary>
    internal byte[]? ReadCosigned() => ReadIfThere(PathOf(CosignedFile));

    /// <summary>Writes the files of a batch, and removes the partial ones that they replace.</summary>
    internal void Write(IEnumerable<LogFile> files)
    {
        foreach (var file in files)
        {
            if (!Read(file.Path).AsSpan().SequenceEqual(file.Bytes.Span))
            {
                WriteWhole(file.Path.ToString(), file.Bytes.Span);
            }
        }
    }

    /// <summary>Replaces the checkpoint.</summary>
    internal void WriteCheckpoint(ReadOnlySpan<byte> checkpoint) => WriteWhole(LogVerifier.CheckpointFile, checkpoint);

    /// <summary>Replaces the newest checkpoint that a quorum cosigned.</summary>
    internal void WriteCosigned(ReadOnlySpan<byte> checkpoint) => WriteWhole(CosignedFile, checkpoint);

    /// <summary>Removes partial files that a larger tree has no use for.</summary>
    internal void RemoveReplaced(IEnumerable<TilePath> earlier, IReadOnlySet<TilePath> now)
    {
        foreach (var path in earlier.Where(path => !path.IsFull && !now.Contains(path)))
        {
            Guard(() => File.Delete(PathOf(path.ToString())));
        }
    }

    private void WriteWhole(string name, ReadOnlySpan<byte> bytes)
    {
        var path = PathOf(name);
        var content = bytes.ToArray();
        Guard(() =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var partial = path + ".partial";
            try
            {
                File.WriteAllBytes(partial, content);
            }
            catch (IOException)
            {
                File.Delete(partial); // of a full disk; after a crash the next write replaces it
                throw;
            }

            File.Move(partial, path, overwrite: true);
        });
    }

    private static byte[]? ReadIfThere(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"{path} of the log cannot be read: {e.Message}", "check disk and permissions", e);
        }
    }

    private string PathOf(string name) => Path.Combine(folder, name);

    private void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException(
                $"The log's files in {folder} cannot be written: {e.Message}",
                "free space on that disk, then start the coordinator again: every entry is in its database, and the files are made from there",
                e
            );
        }
    }
}
