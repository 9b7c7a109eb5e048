using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>Sets whether the calling thread records operations for backward, and restores that on disposal (on the same thread).</summary>
internal sealed class AutoGradMode : IDisposable
{
    private readonly int _before = Native.ts_grad_enabled();

    public AutoGradMode(bool enabled) => Native.ts_set_grad_enabled(enabled ? 1 : 0);

    public static bool IsEnabled => Native.ts_grad_enabled() != 0;

    public void Dispose() => Native.ts_set_grad_enabled(_before);
}

/// <summary>Inference mode for the calling thread until disposal (on the same thread): no recording, no version counting.</summary>
internal sealed class InferenceMode : IDisposable
{
    private nint _guard;

    public InferenceMode(bool mode) => _guard = Native.ts_inference_begin(mode ? 1 : 0);

    public static bool IsEnabled => Native.ts_inference_enabled() != 0;

    public void Dispose()
    {
        if (_guard != 0)
        {
            Native.ts_inference_end(_guard);
            _guard = 0;
        }
    }
}
