using System.Text;
using System.Text.Json.Nodes;
using Federated.Hosting;

namespace Federated.Cli.Pki;

/// <summary>A member's files in one folder, named after the member.</summary>
internal sealed class MemberFiles
{
    private readonly List<string> _written = [];

    internal MemberFiles(DirectoryInfo folder, string name)
    {
        try
        {
            folder.Create();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"{folder.FullName} cannot be made: {e.Message}", "choose another folder", e);
        }

        string At(string suffix) => Path.Combine(folder.FullName, name + suffix);
        Certificate = At(".pem");
        Key = At(".key");
        Protocol = ProtocolFiles.Beside(Certificate);
        Request = At(".request.json");
        Root = Path.Combine(folder.FullName, ConsortiumAuthority.RootFile);
        Revocations = Path.Combine(folder.FullName, Hosting.Revocations.FileName);
    }

    internal string Certificate { get; }

    internal string Key { get; }

    internal ProtocolFiles Protocol { get; }

    internal string Request { get; }

    internal string Root { get; }

    internal string Revocations { get; }

    /// <summary>Gives a member what every member has: the root's certificate, and the list of the revoked as it is today.</summary>
    internal void WriteConsortium(DirectoryInfo rootFolder, string rootPem)
    {
        var list = TextFiles.ReadBytes(RootFolder.RevocationsOf(rootFolder)); // first: without it nothing is written
        Write(Root, rootPem);
        Write(Revocations, list);
    }

    /// <summary>Refuses to overwrite a private key: what was encrypted to or rostered under it would be lost.</summary>
    internal static void RefuseExisting(params IEnumerable<string> keys)
    {
        foreach (var key in keys.Where(File.Exists))
        {
            throw new OperatorException($"{key} exists; nothing was changed.", "move it away first, or choose another folder with --out");
        }
    }

    internal void WriteSecret(string path, string text)
    {
        PrivateFiles.WriteSecret(path, text);
        _written.Add(path);
    }

    internal void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    internal void Write(string path, byte[] bytes)
    {
        PrivateFiles.WriteWhole(path, bytes);
        _written.Add(path);
    }

    internal void Wrote(string path) => _written.Add(path);

    /// <summary>Says what was written, and what to do next.</summary>
    internal void Report(bool json, params IReadOnlyList<string> next) => Report(json, [], next);

    /// <summary>Says also what a request asks for.</summary>
    internal void Report(bool json, IReadOnlyList<(string Name, string Value)> facts, params IReadOnlyList<string> next)
    {
        if (json)
        {
            var document = new JsonObject(facts.Select(fact => KeyValuePair.Create(fact.Name, (JsonNode?)fact.Value)))
            {
                ["written"] = new JsonArray([.. _written.Select(path => (JsonNode)path)]),
            };
            Console.WriteLine(document.ToJsonString());
            return;
        }

        foreach (var (name, value) in facts)
        {
            Console.WriteLine(RequestFacts.Line(name, value));
        }

        foreach (var path in _written)
        {
            Console.WriteLine($"wrote {path}{(path.EndsWith(".key", StringComparison.Ordinal) ? "   (private, mode 0600)" : "")}");
        }

        foreach (var line in next)
        {
            Console.WriteLine($"next: {line}");
        }
    }
}
