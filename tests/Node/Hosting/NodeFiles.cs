using Federated.Fixtures;
using Federated.Hosting;

namespace Federated.Node.Tests.Hosting;

/// <summary>A hospital's folder: configuration, certificate, mapping and 60 invented patients.</summary>
internal sealed class NodeFiles : IDisposable
{
    private readonly TestFolder _folder = new();

    public NodeFiles(TlsFiles tls, Uri coordinator, string approval = "automatic", string more = "", string withoutPrivacy = "allow")
    {
        _folder.Write("patients.csv", Patients.Csv("alpha", 60));
        _folder.Write("mapping.yaml", Patients.MappingText);
        Config = _folder.Write(
            "node.json",
            $$"""
            {
              "node": {
                "coordinator": "{{coordinator}}",
                "tls": { "root": "{{tls.Root}}", "certificate": "{{tls.Certificate}}", "key": "{{tls.Key}}"{{Revocations(tls)}} },
                "data": { "file": "patients.csv", "mapping": "mapping.yaml" },
                "state": "state",
                {{Key("approval", approval)}}{{Key("withoutPrivacy", withoutPrivacy)}}
                "device": "cpu"{{more}}
              }
            }
            """
        );
    }

    public string Config { get; }

    /// <summary>The folder of all of it.</summary>
    public TestFolder Folder => _folder;

    /// <summary>A key with a text; nothing for an empty one.</summary>
    private static string Key(string name, string value) => value.Length == 0 ? "" : $"\"{name}\": \"{value}\", ";

    private static string Revocations(TlsFiles tls) => tls.Revocations is { } list ? $", \"revocations\": \"{list}\"" : "";

    /// <summary>The node's state folder.</summary>
    public string State => _folder["state"];

    /// <summary>Statements of the node that it was not shown in the log.</summary>
    public IReadOnlyList<byte[]> Pending =>
        Directory.Exists(Path.Combine(State, "log", "pending"))
            ? [.. Directory.GetFiles(Path.Combine(State, "log", "pending")).Order().Select(File.ReadAllBytes)]
            : [];

    public string Metrics => _folder["state", "metrics.jsonl"];

    public string Write(string name, string text) => _folder.Write(name, text);

    public void Dispose() => _folder.Dispose();
}
