using Federated.Hosting;

namespace Federated.Node.Journal;

/// <summary>Where a node keeps what must survive it. One process at a time writes here.</summary>
/// <param name="path">Absolute.</param>
internal sealed class StateFolder(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The folder itself.</summary>
    internal string Root => path;

    /// <summary>The journal.</summary>
    internal string Journal => Path.Combine(path, "journal.jsonl");

    /// <summary>One ledger a registered data set, named by it.</summary>
    internal string Ledgers => Path.Combine(path, "ledger");

    /// <summary>Locked by the daemon.</summary>
    internal string Lock => Path.Combine(path, "lock");

    /// <summary>There while the operator paused local work.</summary>
    internal string Paused => Path.Combine(path, "paused");

    /// <summary>What the daemon last said of itself.</summary>
    internal string Status => Path.Combine(path, "status.json");

    /// <summary>One folder a plan, named by its hash.</summary>
    internal string Plans => Path.Combine(path, "plans");

    /// <summary>What this site has seen of the audit log, and what it has yet to say there.</summary>
    internal string Log => Path.Combine(path, "log");

    /// <summary>Signed messages that show somebody's lie.</summary>
    internal string Evidence => Path.Combine(path, "evidence");

    /// <summary>The status file's bytes; null if there is none.</summary>
    /// <exception cref="OperatorException">It is there and cannot be read.</exception>
    internal byte[]? StatusBytes()
    {
        try
        {
            return File.ReadAllBytes(Status);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"{Status} cannot be read: {e.Message}", "run the command as the user that the node runs as", e);
        }
    }

    /// <summary>Makes the folder, for its owner alone, and takes it for this process.</summary>
    /// <exception cref="OperatorException">It cannot be made, others may write into it, or another process has it.</exception>
    internal FolderLock Take()
    {
        Create(path);
        if ((Mode() & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
        {
            throw new OperatorException(
                $"The state folder {path} is open to writing by other users of this machine, who could replace the journal.",
                $"run: chmod 700 {path}"
            );
        }

        return FolderLock.Take(Lock, $"state folder {path}");
    }

    /// <summary>Who may do what with the folder; nothing is known of that on Windows.</summary>
    internal UnixFileMode Mode() => OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);

    /// <summary>Why this user cannot write into the folder, or null. Tried with a file that is removed again.</summary>
    internal string? WriteFault()
    {
        var trial = Path.Combine(path, $"trial.{Environment.ProcessId}.partial");
        try
        {
            File.WriteAllText(trial, "");
            File.Delete(trial);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{path} cannot be written: {e.Message}";
        }
    }

    /// <summary>Makes a folder of mode 0700, unless it is there.</summary>
    /// <exception cref="OperatorException">It cannot be made.</exception>
    internal static void Create(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, OwnerOnly);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"{folder} cannot be made: {e.Message}", "check node.state in the configuration", e);
        }
    }
}
