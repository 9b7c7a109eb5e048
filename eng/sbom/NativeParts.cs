using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Federated.Sbom;

/// <summary>What is in the programs and came from no package: our stand-ins, and native code that they need.</summary>
internal static partial class NativeParts
{
    /// <summary>Stand-ins that a program was built with, by the name that they stand in for.</summary>
    internal static JsonObject StandIn(string name, string version) =>
        new()
        {
            ["type"] = "library",
            ["bom-ref"] = $"standin/{name}@{version}",
            ["name"] = name,
            ["version"] = version,
            ["description"] = "Stand-in of this repository with the interface of the package of that name (docs/packages.md).",
            ["scope"] = "required",
            ["licenses"] = Licence(),
        };

    /// <summary>The C++ shim over libtorch, as it was built here.</summary>
    internal static JsonObject? Shim(Checkout checkout, string version)
    {
        var path = Path.Combine(checkout.Root, "artifacts", "native", "libtorchshim.so");
        return File.Exists(path)
            ? new JsonObject
            {
                ["type"] = "library",
                ["bom-ref"] = $"native/libtorchshim@{version}",
                ["name"] = "libtorchshim.so",
                ["version"] = version,
                ["description"] = "C interface of this repository over libtorch (standins/TorchSharp/native), built on this machine.",
                ["scope"] = "required",
                ["hashes"] = new JsonArray(
                    new JsonObject { ["alg"] = "SHA-512", ["content"] = Convert.ToHexStringLower(SHA512.HashData(File.ReadAllBytes(path))) }
                ),
                ["licenses"] = Licence(),
            }
            : null;
    }

    /// <summary>The libtorch that the shim was built for: of this machine, and not shipped with it.</summary>
    internal static JsonObject LibTorch(Checkout checkout)
    {
        var log = Path.Combine(checkout.Root, "artifacts", "native", "configure.log");
        var version = File.Exists(log) ? TorchVersion().Match(File.ReadAllText(log)).Groups[1].Value : "";
        var component = new JsonObject
        {
            ["type"] = "library",
            ["bom-ref"] = "system/libtorch",
            ["name"] = "libtorch",
            ["description"] = "PyTorch's C++ library of the system that the shim was built on; loaded by fed-node and fed.",
            ["scope"] = "required",
            ["licenses"] = new JsonArray(new JsonObject { ["license"] = new JsonObject { ["id"] = "BSD-3-Clause" } }),
        };
        if (version.Length > 0)
        {
            component.Insert(3, "version", version);
        }

        return component;
    }

    /// <summary>The licence of everything in this repository.</summary>
    internal static JsonArray Licence() => [new JsonObject { ["license"] = new JsonObject { ["id"] = "Apache-2.0" } }];

    [GeneratedRegex("libtorch ([0-9.]+[0-9])")]
    private static partial Regex TorchVersion();
}
