using System.Text.Json;
using Federated.Hosting;

namespace Federated.Bench.Reporting;

/// <summary>The figures of a bench, for programs.</summary>
internal static class JsonFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Found out before the work, not after it.</summary>
    internal static void RefuseUnwritable(FileInfo? file)
    {
        if (file is { DirectoryName: { } folder } && !Directory.Exists(folder))
        {
            throw new OperatorException(
                $"The folder of {file.FullName} does not exist.",
                "make it first, or choose another file for --json"
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
