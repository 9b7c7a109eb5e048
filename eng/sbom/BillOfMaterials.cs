using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Federated.Sbom;

/// <summary>What is shipped, as CycloneDX 1.6: our programs, what they were restored with, and native code. A function of the checkout and of what was restored and built in it.</summary>
internal static class BillOfMaterials
{
    /// <summary>The programs, and the project of each.</summary>
    internal static IReadOnlyList<(string Program, string Project)> Programs { get; } =
    [
        ("fed", "Federated.Cli"),
        ("fed-coordinator", "Federated.Coordinator"),
        ("fed-node", "Federated.Node"),
        ("fed-verify", "Federated.Verifier"),
    ];

    internal static JsonSerializerOptions Readable { get; } =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="UnusableException">Something was not restored or built.</exception>
    internal static JsonObject Of(Checkout checkout)
    {
        var version = typeof(BillOfMaterials).Assembly.GetName().Version!.ToString(3);
        var components = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        var dependencies = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var (program, project) in Programs)
        {
            AddProgram(checkout, program, project, version, components, dependencies);
        }

        AddBuildTools(checkout, components);
        dependencies["federated"] = [.. Programs.Select(program => $"program/{program.Program}")];
        var bill = new JsonObject
        {
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["version"] = 1,
            ["metadata"] = Metadata(checkout, version),
            ["components"] = new JsonArray([.. components.Values]),
            ["dependencies"] = new JsonArray([
                .. dependencies.Select(one => new JsonObject
                {
                    ["ref"] = one.Key,
                    ["dependsOn"] = new JsonArray([.. one.Value.Select(other => JsonValue.Create(other))]),
                }),
            ]),
        };
        bill.Insert(2, "serialNumber", $"urn:uuid:{SerialOf(bill)}");
        return bill;
    }

    private static void AddProgram(
        Checkout checkout,
        string program,
        string project,
        string version,
        SortedDictionary<string, JsonObject> components,
        SortedDictionary<string, SortedSet<string>> dependencies
    )
    {
        var restored = new Restored(checkout, project);
        var needs = new SortedSet<string>(restored.Named(), StringComparer.Ordinal);
        foreach (var (package, isShipped) in restored.Packages())
        {
            // Built into one program and a mere tool of another: it is shipped.
            if (isShipped || !components.ContainsKey(package.Reference))
            {
                components[package.Reference] = package.ToComponent(isShipped);
            }

            dependencies.TryAdd(package.Reference, new SortedSet<string>(StringComparer.Ordinal));
            dependencies[package.Reference].UnionWith(restored.Of(package));
        }

        foreach (var package in restored.Fetched())
        {
            components[package.Reference] = package.ToComponent(isShipped: true);
            needs.Add(package.Reference);
        }

        foreach (var name in restored.StandIns())
        {
            Add(NativeParts.StandIn(name, version));
        }

        if (restored.StandIns().Contains("TorchSharp"))
        {
            Add(
                NativeParts.Shim(checkout, version)
                    ?? throw new UnusableException("The shim over libtorch was not built.", "run: ./fed setup")
            );
            Add(NativeParts.LibTorch(checkout));
        }

        foreach (var framework in restored.Frameworks())
        {
            Add(FrameworkOf(framework));
        }

        components[$"program/{program}"] = new JsonObject
        {
            ["type"] = "application",
            ["bom-ref"] = $"program/{program}",
            ["name"] = program,
            ["version"] = version,
            ["scope"] = "required",
            ["licenses"] = NativeParts.Licence(),
        };
        dependencies[$"program/{program}"] = needs;

        void Add(JsonObject component)
        {
            var reference = (string)component["bom-ref"]!;
            components[reference] = component;
            needs.Add(reference);
        }
    }

    /// <summary>What only builds and tests: not shipped, and said so, because whoever builds from source runs it.</summary>
    private static void AddBuildTools(Checkout checkout, SortedDictionary<string, JsonObject> components)
    {
        foreach (var project in checkout.Projects())
        {
            foreach (var (package, _) in new Restored(checkout, project).Packages())
            {
                components.TryAdd(package.Reference, package.ToComponent(isShipped: false));
            }
        }
    }

    private static JsonObject FrameworkOf(string name) =>
        new()
        {
            ["type"] = "framework",
            ["bom-ref"] = $"framework/{name}",
            ["name"] = name,
            ["version"] = $"{Environment.Version.Major}.{Environment.Version.Minor}",
            ["description"] = "Of the machine that runs the programs; a native fed-verify has it inside.",
            ["scope"] = "required",
            ["licenses"] = new JsonArray(new JsonObject { ["license"] = new JsonObject { ["id"] = "MIT" } }),
        };

    private static JsonObject Metadata(Checkout checkout, string version)
    {
        var product = new JsonObject
        {
            ["type"] = "application",
            ["bom-ref"] = "federated",
            ["name"] = "Federated",
            ["version"] = version,
            ["licenses"] = NativeParts.Licence(),
        };
        var metadata = new JsonObject();
        if (checkout.Commit() is var (commit, time))
        {
            metadata["timestamp"] = time; // the commit's, so that the same sources give the same bytes
            product["properties"] = new JsonArray(
                new JsonObject { ["name"] = "federated:commit", ["value"] = commit },
                new JsonObject { ["name"] = "federated:changed", ["value"] = checkout.IsChanged() ? "true" : "false" }
            );
        }

        metadata["tools"] = new JsonObject
        {
            ["components"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "application",
                    ["name"] = "fed-sbom",
                    ["version"] = version,
                }
            ),
        };
        metadata["component"] = product;
        return metadata;
    }

    /// <summary>A UUID of version 8 (RFC 9562, section 5.8) made of the content: another content has another serial number, the same has the same.</summary>
    private static Guid SerialOf(JsonObject bill)
    {
        Span<byte> bytes = SHA256.HashData(Encoding.UTF8.GetBytes(bill.ToJsonString())).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
