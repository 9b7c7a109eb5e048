using Federated.Federation.Models;
using TorchSharp;

namespace Federated.Learning.Models;

/// <summary>Where networks compute.</summary>
public static class Devices
{
    /// <summary>
    /// Parameters times patients of one step from which a GPU is worth it. Below it a GPU is waited for: starting its kernels takes longer
    /// than the CPU's whole step. Measured by <c>fed bench gpu-training</c> (bench/RESULTS.md): every case above was faster on the GPU, every case
    /// below on one thread of the CPU.
    /// </summary>
    public const long LeastGpuWork = 10_000_000;

    /// <summary>Names that a configuration may use: <c>auto</c> takes the GPU where there is one and a step is worth it.</summary>
    public static IReadOnlyList<string> Names { get; } = ["auto", "cpu", "cuda"];

    /// <summary>The device of a name; for <c>auto</c> the best there is, whatever it is to do.</summary>
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

    /// <summary>The device of a name for one study's training at one site. It depends on nothing that changes between two starts of a node.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="shape">The study's model.</param>
    /// <param name="batch">The plan's patients per step; 0 for all of them at once.</param>
    /// <param name="rows">The site's training patients.</param>
    /// <exception cref="InvalidOperationException"><c>cuda</c> was asked for and libtorch finds none.</exception>
    public static torch.Device Of(string name, ModelShape shape, int batch, int rows) =>
        name == "auto" && !IsWorthAGpu(shape, batch, rows) ? torch.CPU : Of(name);

    /// <summary>True if a step is large enough for a GPU to be faster.</summary>
    /// <param name="shape">The study's model.</param>
    /// <param name="batch">The plan's patients per step; 0 for all of them at once.</param>
    /// <param name="rows">The site's training patients.</param>
    public static bool IsWorthAGpu(ModelShape shape, int batch, int rows)
    {
        var step = batch == 0 ? rows : Math.Min(batch, rows);
        return (long)shape.ParameterCount * step >= LeastGpuWork;
    }
}
