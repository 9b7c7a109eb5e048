using System.Runtime.InteropServices;
using System.Text;

namespace Federated.Hosting;

/// <summary>
/// Forces a folder itself to disk. That a file's bytes are there is not enough: until its folder is, a power cut may take the new name, or bring
/// back the old one.
/// </summary>
public static partial class FolderSync
{
    private const int InvalidArgument = 22; // EINVAL: a file system that has nothing to force

    /// <summary>Forces what was made, renamed or removed in a folder. Windows has no such call, and needs none for NTFS.</summary>
    /// <exception cref="IOException">The folder cannot be opened, or the disk failed.</exception>
    public static void Force(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(Encoding.UTF8.GetBytes(folder + '\0'), flags: 0); // O_RDONLY; .NET itself opens no folder
        if (descriptor < 0)
        {
            throw Failed(folder, Marshal.GetLastPInvokeError());
        }

        var error = Sync(descriptor) == 0 ? 0 : Marshal.GetLastPInvokeError();
        _ = Close(descriptor); // nothing was written through it
        if (error is not (0 or InvalidArgument))
        {
            throw Failed(folder, error);
        }
    }

    private static IOException Failed(string folder, int error) =>
        new($"The folder {folder} cannot be forced to disk: {Marshal.GetPInvokeErrorMessage(error)}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Open(byte[] path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Close(int descriptor);
}
