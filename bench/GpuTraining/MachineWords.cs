using TorchSharp;

namespace Federated.Bench.GpuTraining;

/// <summary>What the figures were measured on, in words; from the kernel's files, because libtorch's interface names no card.</summary>
internal static class MachineWords
{
    private const string NvidiaDriver = "/proc/driver/nvidia/gpus";

    internal static string Processor =>
        ValueOf("model name", "/proc/cpuinfo") is { } name
            ? $"{name}, {Environment.ProcessorCount} cores"
            : $"{Environment.ProcessorCount} cores";

    /// <summary>The cards that the driver shows, or that there are some without a name.</summary>
    internal static string Cards
    {
        get
        {
            var names = Directory.Exists(NvidiaDriver)
                ? Directory
                    .GetDirectories(NvidiaDriver)
                    .Select(card => ValueOf("Model", Path.Combine(card, "information")))
                    .OfType<string>()
                    .ToList()
                : [];
            return names.Count > 0 ? string.Join(", ", names) : $"{torch.cuda.device_count()} of unknown name";
        }
    }

    private static string? ValueOf(string key, string file) =>
        File.Exists(file)
            ? File.ReadLines(file)
                .Where(line => line.StartsWith(key, StringComparison.Ordinal))
                .Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
                .FirstOrDefault()
            : null;
}
