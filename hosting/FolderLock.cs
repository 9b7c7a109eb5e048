using System.Globalization;

namespace Federated.Hosting;

/// <summary>One process per folder: a file that its holder keeps locked until it ends, however it ends; <c>FILE.pid</c> beside it names the holder.</summary>
/// <remarks>
/// Both files stay when the lock goes: removing one would let two processes lock two files of the same name. The name stands in a file of its
/// own because a locked file cannot be read.
/// </remarks>
public sealed class FolderLock : IDisposable
{
    /// <summary>Whoever only asks for the holder has the file for a moment; a process that starts just then waits that long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <param name="path">The lock file; made if it is missing.</param>
    /// <param name="what">What the folder is, for the message: <c>state folder /var/lib/x</c>.</param>
    /// <exception cref="OperatorException">Another process has it, which is named; or the file cannot be made.</exception>
    public static FolderLock Take(string path, string what)
    {
        FileStream? file = null;
        IOException? refusal = null;
        SpinWait.SpinUntil(() => TryOpen(path, out file, out refusal), Patience);
        if (file is null)
        {
            throw new OperatorException(
                $"The {what} is in use by process {RecordedHolder(path)}.",
                "stop that process first, or give each its own folder: two processes that write one journal would contradict each other",
                refusal
            );
        }

        try
        {
            File.WriteAllText(NameFile(path), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new FolderLock(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file.Dispose();
            throw new OperatorException(
                $"{NameFile(path)} cannot be written: {e.Message}",
                "free space on that disk, and check that the folder belongs to this process's user",
                e
            );
        }
    }

    /// <summary>The process that holds the lock now, as the file names it; null if nobody does.</summary>
    public static string? Holder(string path)
    {
        try
        {
            using var probe = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read); // shared: fails only while one holds it alone
            return null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (IOException)
        {
            return RecordedHolder(path);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static bool TryOpen(string path, out FileStream? file, out IOException? refusal)
    {
        file = null;
        refusal = null;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            return true;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or DirectoryNotFoundException)
        {
            throw new OperatorException($"{path} cannot be opened: {e.Message}", "check that the folder belongs to this process's user", e);
        }
        catch (IOException e)
        {
            refusal = e;
            return false;
        }
    }

    private static string NameFile(string path) => $"{path}.pid";

    private static string RecordedHolder(string path)
    {
        try
        {
            return File.ReadAllText(NameFile(path)) is { Length: > 0 } name ? name : "unknown";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "unknown"; // taken this very moment, and not yet named
        }
    }
}
