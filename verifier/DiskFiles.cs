using System.IO.Enumeration;
using Federated.Audit;

namespace Federated.Verifier;

/// <summary>Files of this machine, as an audit reads them.</summary>
internal static class DiskFiles
{
    /// <summary>A log's folder.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="seen">Told of each file that is read, with its bytes or null if there is none; null for nobody.</param>
    /// <exception cref="UnusableException">It is not there.</exception>
    internal static LogFolder Folder(string path, Action<string, byte[]?>? seen = null) =>
        Directory.Exists(path)
            ? new LogFolder(
                () => Names(path),
                name =>
                {
                    var bytes = ReadIfThere(Path.Combine(path, name));
                    seen?.Invoke(name, bytes);
                    return bytes;
                }
            )
            : throw new UnusableException($"There is no folder {path}.", "name the folder of an audit log: it holds the file 'checkpoint'");

    /// <summary>Files that match patterns, each named by its path, in order. A '*' stands for any part of one name.</summary>
    /// <exception cref="UnusableException">A pattern matches nothing, or a file cannot be read.</exception>
    internal static IReadOnlyList<GivenFile> Matching(IEnumerable<string> patterns)
    {
        var files = new List<GivenFile>();
        foreach (var pattern in patterns)
        {
            string[] paths = [.. Expand(pattern).Order(StringComparer.Ordinal)];
            files.AddRange(
                paths.Length > 0
                    ? paths.Select(path => new GivenFile(path, Read(path)))
                    : throw new UnusableException($"No file matches {pattern}.", "check the path; put quotes around '*'")
            );
        }

        return files;
    }

    /// <summary>A whole file.</summary>
    /// <exception cref="UnusableException">It cannot be read.</exception>
    internal static byte[] Read(string path) =>
        ReadIfThere(path) ?? throw new UnusableException($"There is no file {path}.", "check the path");

    /// <summary>A whole file; null if there is none.</summary>
    /// <exception cref="UnusableException">It cannot be read.</exception>
    internal static byte[]? ReadIfThere(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllBytes(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UnusableException($"{path} cannot be read: {e.Message}", "check its owner and mode", e);
        }
    }

    private static IEnumerable<string> Names(string folder)
    {
        try
        {
            return
            [
                .. Directory
                    .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                    .Select(file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/')),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UnusableException($"{folder} cannot be listed: {e.Message}", "check its owner and mode", e);
        }
    }

    /// <summary>Part by part, so that a '*' never crosses a '/'.</summary>
    private static List<string> Expand(string pattern)
    {
        var parts = pattern.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        IEnumerable<string> found = [Path.IsPathRooted(pattern) ? "/" : ""];
        for (var i = 0; i < parts.Length; i++)
        {
            var (part, isLast) = (parts[i], i == parts.Length - 1);
            found = found.SelectMany(at =>
                part.Length == 0 ? [at]
                : !part.Contains('*') ? Existing(Path.Combine(at, part), isLast)
                : Directory
                    .EnumerateFileSystemEntries(at.Length == 0 ? "." : at)
                    .Select(entry => Path.GetFileName(entry))
                    .Where(name => FileSystemName.MatchesSimpleExpression(part, name, ignoreCase: false))
                    .SelectMany(name => Existing(Path.Combine(at, name), isLast))
            );
        }

        return [.. found];
    }

    private static IEnumerable<string> Existing(string path, bool isFile) =>
        (isFile ? File.Exists(path) : Directory.Exists(path)) ? [path] : [];
}
