using Federated.Architecture.Tests.Assemblies;
using Federated.Architecture.Tests.Projects;

namespace Federated.Architecture.Tests;

/// <summary>The dependency table of ARCHITECTURE.md. References point one way: executables to hosting, lib and protos; lib to neither.</summary>
[TestClass]
public sealed class DependencyTableTests
{
    /// <summary>For each project, the projects of ours that it may know; a new project needs a line here, and in ARCHITECTURE.md.</summary>
    private static readonly Dictionary<string, string[]> Table = new()
    {
        ["protos"] = [],
        ["lib/Federation"] = [],
        ["lib/Privacy"] = ["lib/Federation"],
        ["lib/SecureAggregation"] = ["lib/Federation"],
        ["lib/TransparencyLog"] = ["lib/Federation"],
        ["lib/Identity"] = ["lib/Federation", "lib/SecureAggregation"],
        ["lib/Audit"] = ["lib/Federation", "lib/Identity", "lib/Privacy", "lib/SecureAggregation", "lib/TransparencyLog"],
        ["lib/Data"] = ["lib/Federation"],
        ["lib/Learning"] = ["lib/Federation", "lib/Data", "lib/Privacy"],
        ["hosting"] = ["lib/Federation", "lib/Identity", "lib/SecureAggregation", "lib/TransparencyLog", "protos"],
        ["coordinator"] =
        [
            "hosting",
            "lib/Audit",
            "lib/Federation",
            "lib/Identity",
            "lib/Privacy",
            "lib/SecureAggregation",
            "lib/TransparencyLog",
            "protos",
        ],
        ["node"] =
        [
            "hosting",
            "lib/Federation",
            "lib/Identity",
            "lib/Privacy",
            "lib/SecureAggregation",
            "lib/TransparencyLog",
            "lib/Data",
            "lib/Learning",
            "protos",
        ],
        ["cli"] =
        [
            "hosting",
            "lib/Audit",
            "lib/Federation",
            "lib/Identity",
            "lib/Privacy",
            "lib/SecureAggregation",
            "lib/TransparencyLog",
            "lib/Data",
            "lib/Learning",
            "protos",
        ],
        ["verifier"] = ["lib/Audit", "lib/Federation", "lib/Identity", "lib/Privacy", "lib/SecureAggregation", "lib/TransparencyLog"],
        ["standins/Grpc.Core.Api"] = [],
        ["standins/Grpc.Net.Common"] = ["standins/Grpc.Core.Api"],
        ["standins/TorchSharp"] = [],
    };

    /// <summary>Assemblies that a project of the table compiles to.</summary>
    private static readonly Dictionary<string, string> AssemblyNames = new()
    {
        ["coordinator"] = "fed-coordinator",
        ["node"] = "fed-node",
        ["cli"] = "fed",
        ["verifier"] = "fed-verify",
    };

    public static IEnumerable<object[]> Projects => Table.Keys.Select(folder => new object[] { folder });

    [TestMethod]
    [DynamicData(nameof(Projects))]
    public void A_project_refers_only_to_what_the_table_allows(string folder)
    {
        var forbidden = ProjectFile.In(folder).Closure().Except(Table[folder]);

        Assert.IsEmpty(forbidden, $"{folder} must not know {string.Join(", ", forbidden)}.");
    }

    [TestMethod]
    [DynamicData(nameof(Projects))]
    public void A_compiled_assembly_refers_only_to_what_the_table_allows(string folder)
    {
        var ours = Table.Keys.Where(other => !other.StartsWith("standins/", StringComparison.Ordinal)).ToDictionary(AssemblyOf);
        using var assembly = CompiledAssembly.Of(folder, AssemblyOf(folder));

        var forbidden = assembly.References.Where(ours.ContainsKey).Select(name => ours[name]).Except(Table[folder]);

        Assert.IsEmpty(forbidden, $"{folder} must not know {string.Join(", ", forbidden)}.");
    }

    [TestMethod]
    public void Every_project_that_is_no_test_and_no_measurement_is_in_the_table()
    {
        string[] others = ["tests/", "bench", "eng/"];

        var missing = ProjectFile.All.Select(project => project.Folder).Where(folder => !others.Any(folder.StartsWith)).Except(Table.Keys);

        Assert.IsEmpty(missing, $"no line in the table for {string.Join(", ", missing)}.");
    }

    [TestMethod]
    [DataRow("lib/Federation", "TorchSharp", "every party computes with it, and the verifier reads all of it")]
    [DataRow("lib/Privacy", "TorchSharp", "noise and accounting are arithmetic that an auditor reads")]
    [DataRow("lib/SecureAggregation", "TorchSharp", "the protocol adds integers, and the verifier reads all of it")]
    [DataRow("lib/TransparencyLog", "TorchSharp", "the log hashes and signs, and the verifier reads all of it")]
    [DataRow("lib/Identity", "TorchSharp", "who is who is told by signatures, and the verifier reads all of it")]
    [DataRow("lib/Audit", "TorchSharp", "an auditor reads all of it, and needs nothing that trains")]
    [DataRow("lib/Data", "TorchSharp", "reading patients needs no tensors")]
    [DataRow("verifier", "TorchSharp", "an auditor trusts what can be read, and is small enough for it")]
    [DataRow("hosting", "TorchSharp", "the coordinator has it in its process")]
    [DataRow("coordinator", "TorchSharp", "the server adds numbers; it trains nothing")]
    [DataRow("protos", "TorchSharp", "the wire is plain")]
    public void Only_what_trains_knows_torch(string folder, string assembly, string reason)
    {
        var closure = ProjectFile.In(folder).Closure().Append(folder);
        using var compiled = CompiledAssembly.Of(folder, AssemblyOf(folder));

        Assert.IsFalse(closure.Any(project => ProjectFile.In(project).Packages.Contains(assembly)), reason);
        Assert.DoesNotContain(assembly, compiled.References, reason);
    }

    [TestMethod]
    [DataRow("lib/Federation")]
    [DataRow("lib/Privacy")]
    [DataRow("lib/SecureAggregation")]
    [DataRow("lib/TransparencyLog")]
    [DataRow("lib/Identity")]
    [DataRow("lib/Audit")]
    [DataRow("lib/Data")]
    [DataRow("lib/Learning")]
    public void Lib_knows_no_server_and_no_wire(string folder)
    {
        string[] wire = ["Microsoft.AspNetCore", "Microsoft.Extensions.Hosting", "Grpc", "Google.Protobuf", "Federated.Protos"];
        using var compiled = CompiledAssembly.Of(folder, AssemblyOf(folder));

        var found = compiled.References.Concat(ProjectFile.In(folder).Packages).Where(name => wire.Any(name.StartsWith));

        Assert.IsEmpty(found, $"{folder} refers to {string.Join(", ", found)}.");
    }

    [TestMethod]
    public void The_reader_of_assemblies_sees_references_that_are_there()
    {
        using var node = CompiledAssembly.Of("node", "fed-node");

        string[] known =
        [
            "Federated.Federation",
            "Federated.Data",
            "Federated.Learning",
            "Federated.Protos",
            "Federated.Hosting",
            "TorchSharp",
        ];
        Assert.IsEmpty(known.Except(node.References), "or else the other tests here could not fail");
    }

    private static string AssemblyOf(string folder) => AssemblyNames.GetValueOrDefault(folder) ?? ProjectFile.In(folder).Name;
}
