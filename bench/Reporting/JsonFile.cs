using System.Text.Json;
using Federated.Hosting;

namespace Federated.Bench.Reporting;

/// <summary>The figures of a bench, for programs.</summary>
internal static class JsonFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Found out before the work, not after it.</summary>
    /// <param name="file">What will be written, or null.</param>
    /// <param name="option">The option that names it.</param>
    internal static void RefuseUnwritable(FileInfo? file, string option = "--json")
    {
        if (file is { DirectoryName: { } folder } && !Directory.Exists(folder))
        {
            throw new OperatorException(
                $"The folder of {file.FullName} does not exist.",
                $"make it first, or choose another file for {option}"
            );
        }
    }

    internal static void Write(FileInfo? file, object figures)
    {
        if (file is not null)
        {
            PrivateFiles.WriteWhole(file.FullName, JsonSerializer.SerializeToUtf8Bytes(figures, Indented));
        }
    }
}
