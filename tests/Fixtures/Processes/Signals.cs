using System.Runtime.InteropServices;

namespace Federated.Fixtures.Processes;

/// <summary>The signals that a person, a supervisor and the kernel send.</summary>
internal static partial class Signals
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Sends a signal to one process.</summary>
    public static void Send(int process, int signal) =>
        Assert.AreEqual(0, SendToProcess(process, signal), $"kill({process}, {signal}) failed: errno {Marshal.GetLastPInvokeError()}.");

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int SendToProcess(int process, int signal);
}
