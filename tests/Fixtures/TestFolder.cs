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

    public void Dispose() => _folder.Delete(recursive: true);
}
