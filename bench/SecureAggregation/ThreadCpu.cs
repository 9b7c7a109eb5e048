using System.Runtime.InteropServices;

namespace Federated.Bench.SecureAggregation;

/// <summary>CPU time of the calling thread: on a machine that others use too, the wall clock says little.</summary>
internal static partial class ThreadCpu
{
    private const int ThreadClock = 3; // CLOCK_THREAD_CPUTIME_ID

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    /// <summary>Milliseconds so far.</summary>
    internal static double Now =>
        clock_gettime(ThreadClock, out var time) == 0
            ? (time.Seconds * 1e3) + (time.Nanoseconds / 1e6)
            : throw new InvalidOperationException("The thread's clock cannot be read.");

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out TimeSpec time);
}
