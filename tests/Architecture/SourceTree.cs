using Federated.Fixtures.Processes;

namespace Federated.Architecture.Tests;

/// <summary>The files of this repository, without what is built or fetched.</summary>
internal static class SourceTree
{
    private static readonly HashSet<string> NotSources = ["artifacts", ".git", "node_modules", "__pycache__", ".vs", ".idea", ".vscode"];

    /// <summary>Endings of files that are not text.</summary>
    private static readonly HashSet<string> Binary = [".snk", ".png", ".ico", ".woff2", ".safetensors", ".parquet"];

    /// <summary>Paths relative to the repository, with slashes, in order; all of them, or those with an ending.</summary>
    public static IReadOnlyList<string> Files(string ending = "") =>
        [
            .. Walk(new DirectoryInfo(Checkout.Root))
                .Select(file => Path.GetRelativePath(Checkout.Root, file).Replace('\\', '/'))
                .Where(path => path.EndsWith(ending, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Text files, as <see cref="Files"/>.</summary>
    public static IEnumerable<string> TextFiles => Files().Where(path => !Binary.Contains(Path.GetExtension(path)));

    /// <summary>Lines of a file.</summary>
    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Checkout.Root, path));

    public static string Text(string path) => File.ReadAllText(Path.Combine(Checkout.Root, path));

    private static IEnumerable<string> Walk(DirectoryInfo folder) =>
        folder
            .GetFiles()
            .Select(file => file.FullName)
            .Concat(folder.GetDirectories().Where(child => !NotSources.Contains(child.Name)).SelectMany(Walk));
}
