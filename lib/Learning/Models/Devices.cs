using TorchSharp;

namespace Federated.Learning.Models;

/// <summary>Where networks compute.</summary>
public static class Devices
{
    /// <summary>Names that a configuration may use: <c>auto</c> takes the GPU where there is one.</summary>
    public static IReadOnlyList<string> Names { get; } = ["auto", "cpu", "cuda"];

    /// <summary>The device of a name.</summary>
    /// <exception cref="InvalidOperationException"><c>cuda</c> was asked for and libtorch finds none.</exception>
    public static torch.Device Of(string name) =>
        name switch
        {
            "cpu" => torch.CPU,
            "auto" => torch.cuda.is_available() ? torch.CUDA : torch.CPU,
            "cuda" => torch.cuda.is_available()
                ? torch.CUDA
                : throw new InvalidOperationException(
                    "No CUDA device can be used: install the driver and a CUDA build of libtorch, or set the device to cpu."
                ),
            _ => throw new ArgumentException($"'{name}' is no device; use {string.Join(", ", Names)}.", nameof(name)),
        };
}
