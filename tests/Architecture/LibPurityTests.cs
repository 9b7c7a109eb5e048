using System.Text.RegularExpressions;
using Federated.Architecture.Tests.Assemblies;
using Federated.Architecture.Tests.Projects;
using Federated.Fixtures.Processes;

namespace Federated.Architecture.Tests;

/// <summary>
/// <c>lib</c> has no clock, no disk, no network and no unstated randomness: so a round replays from its inputs. The analyzers say so at the
/// line where it is written; here the assemblies are read as they were built, whatever was suppressed.
/// </summary>
[TestClass]
public sealed partial class LibPurityTests
{
    /// <summary>Types with every member of theirs, or single members.</summary>
    private static readonly string[] Forbidden =
    [
        "System.Random",
        "System.IO.File",
        "System.IO.FileInfo",
        "System.IO.FileStream",
        "System.IO.Directory",
        "System.IO.StreamReader::.ctor(System.String",
        "System.IO.StreamWriter::.ctor(System.String",
        "System.Net.Http.HttpClient",
        "System.Net.Sockets.Socket",
        "System.Console",
        "System.Diagnostics.Stopwatch",
        "System.Diagnostics.Process",
        "System.Threading.Thread::Sleep",
        "System.Threading.Timer",
        "System.Environment::get_TickCount",
        "System.Environment::GetEnvironmentVariable",
        "System.TimeProvider::get_System",
        "System.DateTime::get_Now",
        "System.DateTime::get_UtcNow",
        "System.DateTimeOffset::get_Now",
        "System.DateTimeOffset::get_UtcNow",
        "System.Guid::NewGuid",
    ];

    [TestMethod]
    [DataRow("lib/Federation")]
    [DataRow("lib/Privacy")]
    [DataRow("lib/SecureAggregation")]
    [DataRow("lib/TransparencyLog")]
    [DataRow("lib/Identity")]
    [DataRow("lib/Audit")]
    [DataRow("lib/Data")]
    [DataRow("lib/Learning")]
    public void Lib_reaches_for_nothing_outside_itself(string folder)
    {
        using var assembly = CompiledAssembly.Of(folder, ProjectFile.In(folder).Name);

        var found = assembly
            .Uses()
            .Where(use => Forbidden.Any(thing => Is(thing, use.Used)))
            .Select(use => $"{use.Where}: {use.Used}")
            .Distinct();

        Assert.IsEmpty(found, string.Join('\n', found));
    }

    [TestMethod]
    public void Every_project_of_lib_is_looked_at()
    {
        var rows = typeof(LibPurityTests)
            .GetMethod(nameof(Lib_reaches_for_nothing_outside_itself))!
            .GetCustomAttributesData()
            .Where(attribute => attribute.AttributeType == typeof(DataRowAttribute))
            .Select(attribute => (string)attribute.ConstructorArguments[0].Value!);

        var projects = ProjectFile
            .All.Select(project => project.Folder)
            .Where(folder => folder.StartsWith("lib/", StringComparison.Ordinal));
        CollectionAssert.AreEquivalent(projects.ToList(), rows.ToList());
    }

    /// <summary>A ban on a name that does not exist bans nothing, and nobody notices.</summary>
    [TestMethod]
    [DataRow("eng/BannedSymbols.txt")]
    [DataRow("eng/BannedSymbols.Lib.txt")]
    public void Every_banned_API_exists_and_has_a_reason(string list)
    {
        foreach (var line in SourceTree.Lines(list).Where(line => line.Length > 0))
        {
            var match = BannedLine().Match(line);

            Assert.IsTrue(match.Success, $"{line}: write KIND:NAME; reason");
            Assert.IsTrue(Exists(match.Groups["kind"].Value, match.Groups["name"].Value), $"{line}: there is no such API.");
        }
    }

    [TestMethod]
    public void The_bans_are_errors_everywhere_and_nobody_lifts_them()
    {
        string[] mayBeUnchecked = ["protos", "standins/Grpc.Core.Api", "standins/Grpc.Net.Common", "standins/TorchSharp"];
        var targets = SourceTree.Text("Directory.Build.targets");

        Assert.Contains("dotnet_diagnostic.RS0030.severity = error", SourceTree.Text(".editorconfig"));
        foreach (var part in new[] { "Microsoft.CodeAnalysis.BannedApiAnalyzers", "eng/BannedSymbols.txt", "eng/BannedSymbols.Lib.txt" })
        {
            Assert.Contains(part, targets);
        }

        foreach (var project in ProjectFile.All.Where(project => !mayBeUnchecked.Contains(project.Folder)))
        {
            var text = SourceTree.Text(project.Path);
            Assert.DoesNotContain("RS0030", text, project.Path);
            Assert.DoesNotContain("RunAnalyzers", text, project.Path);
            Assert.Contains("bannedapianalyzers", Restored(project), $"{project.Path} was restored without the analyzer.");
        }

        var lifted = SourceTree.Files(".cs").Where(file => !IsThisFolder(file) && SourceTree.Text(file).Contains("RS0030"));
        Assert.IsEmpty(lifted, $"suppressed in {string.Join(", ", lifted)}");
    }

    private static bool IsThisFolder(string file) => file.StartsWith("tests/Architecture/", StringComparison.Ordinal);

    private static bool Is(string thing, string used) =>
        thing.Contains("::") ? used.StartsWith(thing, StringComparison.Ordinal) : used.Split("::")[0] == thing;

    private static string Restored(ProjectFile project)
    {
        var assets = Path.Combine(Checkout.Root, "artifacts", "obj", project.Name, "project.assets.json");
        // A project that nobody built here, such as one that only probes the mirror, has none.
        return File.Exists(assets) ? File.ReadAllText(assets).ToLowerInvariant() : "bannedapianalyzers";
    }

    private static bool Exists(string kind, string name)
    {
        if (kind == "T")
        {
            return TypeOf(name) is not null;
        }

        var plain = name.Split('(')[0];
        var dot = plain.LastIndexOf('.');
        var members = TypeOf(plain[..dot])?.GetMember(plain[(dot + 1)..]) ?? [];
        return members.Any(member =>
            kind == "P"
                ? member is System.Reflection.PropertyInfo
                : member is System.Reflection.MethodInfo method && $"{plain}{ParametersOf(method)}" == name
        );
    }

    private static string ParametersOf(System.Reflection.MethodInfo method)
    {
        var parameters = method.GetParameters();
        return parameters.Length == 0 ? "" : $"({string.Join(',', parameters.Select(p => p.ParameterType.FullName))})";
    }

    /// <summary>A type of the framework, wherever it lies.</summary>
    private static Type? TypeOf(string name) =>
        Directory
            .GetFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "System.*.dll")
            .Select(file => Type.GetType($"{name}, {Path.GetFileNameWithoutExtension(file)}"))
            .FirstOrDefault(type => type is not null);

    [GeneratedRegex("^(?<kind>[TPM]):(?<name>[^;]+); \\S.*$")]
    private static partial Regex BannedLine();
}
