using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Turns what native/core.cpp remembered of a C++ exception into a managed one.</summary>
internal static class Errors
{
    /// <exception cref="ExternalException">Always; with libtorch's own message.</exception>
    [DoesNotReturn]
    internal static unsafe void Throw() => throw new ExternalException(Marshal.PtrToStringUTF8((nint)Native.ts_error()));

    /// <summary>To be called with the status of a native function that returns no tensor.</summary>
    /// <exception cref="ExternalException"><paramref name="status"/> is not 0.</exception>
    internal static void Check(int status)
    {
        if (status != 0)
        {
            Throw();
        }
    }
}
