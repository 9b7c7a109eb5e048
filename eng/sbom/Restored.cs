using System.Text.Json.Nodes;

namespace Federated.Sbom;

/// <summary>What NuGet resolved for one project: <c>project.assets.json</c>, of the platform that the program runs on where it names one.</summary>
internal sealed class Restored
{
    private static readonly string[] s_inProgram = ["runtime", "native", "runtimeTargets"]; // kinds of files that are copied beside a program

    private readonly JsonNode _assets;
    private readonly JsonObject _target;

    /// <param name="checkout">Where.</param>
    /// <param name="project">Its name.</param>
    internal Restored(Checkout checkout, string project)
    {
        _assets = checkout.Assets(project);
        var targets = _assets["targets"]!.AsObject();
        _target = (targets.FirstOrDefault(target => target.Key.Contains('/')).Value ?? targets.First().Value!).AsObject();
        Folders = [.. _assets["packageFolders"]!.AsObject().Select(folder => folder.Key)];
    }

    /// <summary>Where packages lie on this machine.</summary>
    internal IReadOnlyList<string> Folders { get; }

    /// <summary>Every package, with whether anything of it, or of what it brings along, is in the program.</summary>
    internal IEnumerable<(Package Package, bool IsShipped)> Packages() =>
        Keys("package").Select(key => (Package.Of(key, _assets["libraries"]![key]!, Folders), IsShipped(key)));

    /// <summary>Packages that a project fetches beside the graph; the SDK's own packs are not the product's.</summary>
    internal IEnumerable<Package> Fetched() =>
        from fetched in Framework()["downloadDependencies"]?.AsArray() ?? []
        let id = (string)fetched!["name"]!
        where !id.StartsWith("Microsoft.", StringComparison.Ordinal)
        let version = ((string)fetched["version"]!).Trim('[', ']').Split(',')[0].Trim()
        select Package.Fetched(id, version, Folders)
            ?? throw new UnusableException($"{id} {version} was not restored.", "run: ./fed setup");

    /// <summary>Stand-ins of this repository that are in the program.</summary>
    internal IEnumerable<string> StandIns() =>
        Keys("project")
            .Where(key => ((string)_assets["libraries"]![key]!["path"]!).Contains("standins/", StringComparison.Ordinal))
            .Select(key => key.Split('/')[0]);

    /// <summary>Shared frameworks that the program runs on.</summary>
    internal IEnumerable<string> Frameworks() => Framework()["frameworkReferences"]?.AsObject().Select(framework => framework.Key) ?? [];

    /// <summary>References of the packages that our own projects in the program name.</summary>
    internal IEnumerable<string> Named()
    {
        var own = Framework()["dependencies"]?.AsObject().Select(one => one.Key) ?? [];
        var ours = Keys("project").SelectMany(key => _target[key]!["dependencies"]?.AsObject().Select(one => one.Key) ?? []);
        return References(own.Concat(ours));
    }

    /// <summary>References of the packages that a package names.</summary>
    internal IEnumerable<string> Of(Package package) =>
        References(_target[$"{package.Id}/{package.Version}"]?["dependencies"]?.AsObject().Select(one => one.Key) ?? []);

    private IEnumerable<string> References(IEnumerable<string> names) =>
        from name in names.Distinct()
        let key = Key(name)
        where key is not null && (string?)_target[key]!["type"] == "package"
        select $"pkg:nuget/{key.Replace('/', '@')}";

    private bool IsShipped(string key) =>
        s_inProgram.Any(kind => _target[key]![kind]?.AsObject().Any(file => !file.Key.EndsWith("/_._", StringComparison.Ordinal)) ?? false)
        || (_target[key]!["dependencies"]?.AsObject().Any(one => Key(one.Key) is { } other && IsShipped(other)) ?? false);

    private string? Key(string name) =>
        _target.Select(library => library.Key).FirstOrDefault(key => key.StartsWith($"{name}/", StringComparison.OrdinalIgnoreCase));

    private IEnumerable<string> Keys(string type) =>
        _target.Where(library => (string?)library.Value!["type"] == type).Select(library => library.Key);

    private JsonNode Framework() => _assets["project"]!["frameworks"]!.AsObject().First().Value!;
}
