using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

// What holds for a thread or for the process.
public static partial class torch
{
    /// <summary>Version of libtorch, such as <c>2.10.0</c>.</summary>
    public static unsafe string __version__ => Marshal.PtrToStringUTF8((nint)Native.ts_version())!;

    /// <summary>Opens a scope that disposes of the tensors made on this thread until it ends.</summary>
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.NewDisposeScope();

    /// <summary>Runs <paramref name="expr"/> in a scope of its own; its result goes to the scope outside.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using var scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }

    public static IDisposable no_grad() => new AutoGradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new AutoGradMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new AutoGradMode(mode);

    public static bool is_grad_enabled() => AutoGradMode.IsEnabled;

    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    public static bool is_inference_mode_enabled() => InferenceMode.IsEnabled;

    /// <summary>Threads that one operation may use.</summary>
    public static int get_num_threads() => Native.ts_get_num_threads();

    public static void set_num_threads(int num) => Errors.Check(Native.ts_set_num_threads(num));

    public static int get_num_interop_threads() => Native.ts_get_num_interop_threads();

    /// <exception cref="System.Runtime.InteropServices.ExternalException">Set before, or parallel work has begun: libtorch allows it once.</exception>
    public static void set_num_interop_threads(int num) => Errors.Check(Native.ts_set_num_interop_threads(num));

    public static class cuda
    {
        // Asked once: libtorch starts the driver to answer.
        private static readonly Lazy<int> s_count = new(Native.ts_cuda_device_count);

        public static bool is_available() => s_count.Value > 0;

        public static int device_count() => s_count.Value;

        /// <summary>Waits until the device has done all that was asked of it.</summary>
        public static void synchronize(Device? device = null) => Errors.Check(Native.ts_cuda_synchronize(device?.index ?? -1));
    }
}
