namespace Federated.Tests.Processes;

/// <summary>
/// A folder of one test, removed after it. Everything that a test starts has its path in an argument or in TMPDIR, so that
/// <see cref="ProcessTable"/> can tell a test's processes from those of a neighbour.
/// </summary>
internal sealed class Scratch : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("fed-test-").FullName;

    /// <summary>A path in it; nothing is made.</summary>
    public string At(params string[] path) => Path.Combine([Root, .. path]);

    /// <summary>Makes a folder in it.</summary>
    public string Folder(params string[] path) => Directory.CreateDirectory(At(path)).FullName;

    /// <summary>Writes a text file in it, with its folders.</summary>
    public string Write(string path, string text)
    {
        var file = At(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    /// <summary>Every file below a folder of it, relative and in order; a file that is half-written or forgotten shows here.</summary>
    public string[] Files(string below = "")
    {
        var folder = At(below);
        return Directory.Exists(folder)
            ?
            [
                .. Directory
                    .GetFiles(folder, "*", SearchOption.AllDirectories)
                    .Select(file => Path.GetRelativePath(folder, file))
                    .Order(StringComparer.Ordinal),
            ]
            : [];
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
