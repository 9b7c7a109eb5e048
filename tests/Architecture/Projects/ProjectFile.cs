using System.Xml.Linq;
using Federated.Fixtures.Processes;

namespace Federated.Architecture.Tests.Projects;

/// <summary>A .csproj of this repository, as it is written.</summary>
/// <param name="Path">Relative to the repository, with slashes.</param>
/// <param name="References">Projects that it refers to, likewise; those that it only wants built first are left out.</param>
/// <param name="Packages">Packages that it names, and those that its Use… properties stand for (eng/Packages.targets).</param>
internal sealed record ProjectFile(string Path, IReadOnlyList<string> References, IReadOnlyList<string> Packages)
{
    private static readonly Dictionary<string, string[]> PackagesOfProperties = new()
    {
        ["UseTorch"] = ["TorchSharp"],
        ["UseGrpcApi"] = ["Grpc.Core.Api"],
        ["UseGrpcClient"] = ["Grpc.Core.Api", "Grpc.Net.Client"],
        ["UseGrpcServer"] = ["Grpc.Core.Api", "Grpc.AspNetCore"],
    };

    /// <summary>Its folder, such as <c>lib/Data</c>: what the dependency table calls it.</summary>
    public string Folder => Path[..Path.LastIndexOf('/')];

    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>All projects of the repository.</summary>
    public static IReadOnlyList<ProjectFile> All { get; } = [.. SourceTree.Files(".csproj").Select(Read)];

    /// <summary>The project in a folder.</summary>
    public static ProjectFile In(string folder) => All.Single(project => project.Folder == folder);

    /// <summary>Every project that this one refers to, directly or through others.</summary>
    public IReadOnlySet<string> Closure()
    {
        var reached = new SortedSet<string>(StringComparer.Ordinal);
        var next = new Queue<string>(References);
        while (next.TryDequeue(out var folder))
        {
            if (reached.Add(folder))
            {
                In(folder).References.ToList().ForEach(next.Enqueue);
            }
        }

        return reached;
    }

    private static ProjectFile Read(string path)
    {
        var xml = XDocument.Load(System.IO.Path.Combine(Checkout.Root, path));
        var here = System.IO.Path.GetDirectoryName(System.IO.Path.Combine(Checkout.Root, path))!;
        var references = xml.Descendants("ProjectReference")
            .Where(item => (string?)item.Attribute("ReferenceOutputAssembly") != "false")
            .Select(item => System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath((string)item.Attribute("Include")!, here))!)
            .Select(folder => System.IO.Path.GetRelativePath(Checkout.Root, folder).Replace('\\', '/'));
        var named = xml.Descendants("PackageReference").Select(item => (string)item.Attribute("Include")!);
        var implied = PackagesOfProperties
            .Where(pair => xml.Descendants(pair.Key).Any(element => element.Value == "true"))
            .SelectMany(pair => pair.Value);
        return new ProjectFile(path, [.. references], [.. named, .. implied]);
    }
}
