namespace Federated.Fixtures;

/// <summary>A folder that lives as long as one test.</summary>
internal sealed class TestFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("federated-test-");

    public string Root => _folder.FullName;

    /// <summary>A path inside.</summary>
    public string this[params string[] parts] => Path.Combine([Root, .. parts]);

    /// <summary>Writes a file and returns its path.</summary>
    public string Write(string name, string text)
    {
        var path = this[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Every file below a folder of it, relative and in order: what is half-written or forgotten shows here.</summary>
    public string[] Files(string below = "")
    {
        var folder = this[below];
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

    public void Dispose() => _folder.Delete(recursive: true);
}
