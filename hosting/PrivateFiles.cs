using System.Text;

namespace Federated.Hosting;

/// <summary>Writes files whole or not at all.</summary>
public static class PrivateFiles
{
    /// <summary>Writes a secret with mode 0600 from its first byte on.</summary>
    public static void WriteSecret(string path, string text) =>
        Write(path, Encoding.UTF8.GetBytes(text), UnixFileMode.UserRead | UnixFileMode.UserWrite);

    /// <summary>Makes an empty file of mode 0600, or empties one: for libraries that fill a file by its name.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static void MakeEmpty(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        new FileStream(path, options).Dispose();
    }

    /// <summary>Writes beside the target, forces to disk, renames, forces the folder: a crash leaves the old file or the new one, never half of one.</summary>
    /// <exception cref="OperatorException">The disk is full or the folder not writable; the old file is untouched.</exception>
    public static void WriteWhole(string path, ReadOnlySpan<byte> bytes) =>
        Write(path, bytes, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

    /// <summary>Refuses a private key file that is missing or open to other users of the machine.</summary>
    /// <exception cref="OperatorException">With the command that mends it.</exception>
    public static void RequirePrivate(string keyPath)
    {
        if (!File.Exists(keyPath))
        {
            throw new OperatorException($"Private key file {keyPath} does not exist.", "check the path in the configuration");
        }

        const UnixFileMode others =
            UnixFileMode.GroupRead
            | UnixFileMode.GroupWrite
            | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead
            | UnixFileMode.OtherWrite
            | UnixFileMode.OtherExecute;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(keyPath) & others) != 0)
        {
            throw new OperatorException($"Private key file {keyPath} is open to other users of this machine.", $"run: chmod 600 {keyPath}");
        }
    }

    private static void Write(string path, ReadOnlySpan<byte> bytes, UnixFileMode mode)
    {
        var partial = $"{path}.{Environment.ProcessId}.partial";
        try
        {
            File.Delete(partial); // left by a crash, it would keep its own mode
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = mode;
            }

            using (var file = new FileStream(partial, options))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
            FolderSync.Force(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(partial)) // its folder may be what is missing
            {
                File.Delete(partial);
            }

            throw new OperatorException(
                $"{path} cannot be written: {e.Message}",
                "free space on that disk or choose another folder; nothing was changed",
                e
            );
        }
    }
}
