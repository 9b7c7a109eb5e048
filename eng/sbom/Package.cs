using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;

namespace Federated.Sbom;

/// <summary>A package that was restored.</summary>
/// <param name="Id">As NuGet spells it.</param>
/// <param name="Version">The resolved one.</param>
/// <param name="Hash">SHA-512 of its content, hexadecimal, as NuGet compared it.</param>
/// <param name="Licence">What its nuspec says: an expression, the name of a file in it, or nothing.</param>
internal sealed record Package(string Id, string Version, string Hash, JsonObject? Licence)
{
    /// <summary>Package URL (purl): which package, of which kind of registry; says no address.</summary>
    internal string Reference => $"pkg:nuget/{Id}@{Version}";

    /// <summary>Reads a library of <c>project.assets.json</c>.</summary>
    /// <param name="key"><c>Id/Version</c>.</param>
    /// <param name="library">Its node.</param>
    /// <param name="folders">Where packages lie.</param>
    internal static Package Of(string key, JsonNode library, IReadOnlyList<string> folders)
    {
        var parts = key.Split('/');
        var hash = Convert.ToHexStringLower(Convert.FromBase64String((string)library["sha512"]!));
        return new Package(parts[0], parts[1], hash, LicenceIn(folders, (string)library["path"]!, parts[0]));
    }

    /// <summary>Reads a package that was fetched beside the graph (<c>PackageDownload</c>); null if it is none of the product's.</summary>
    internal static Package? Fetched(string id, string version, IReadOnlyList<string> folders)
    {
        var path = $"{id}/{version}".ToLowerInvariant();
        var metadata = folders.Select(folder => Path.Combine(folder, path, ".nupkg.metadata")).FirstOrDefault(File.Exists);
        return metadata is null
            ? null
            : new Package(
                id,
                version,
                Convert.ToHexStringLower(Convert.FromBase64String((string)JsonNode.Parse(File.ReadAllText(metadata))!["contentHash"]!)),
                LicenceIn(folders, path, id)
            );
    }

    /// <summary>As a component of CycloneDX.</summary>
    /// <param name="isShipped">False for what only builds and tests.</param>
    internal JsonObject ToComponent(bool isShipped)
    {
        var component = new JsonObject
        {
            ["type"] = "library",
            ["bom-ref"] = Reference,
            ["name"] = Id,
            ["version"] = Version,
            ["scope"] = isShipped ? "required" : "excluded",
            ["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-512", ["content"] = Hash }),
        };
        if (Licence is not null)
        {
            component["licenses"] = new JsonArray(Licence.DeepClone());
        }

        component["purl"] = Reference;
        return component;
    }

    private static JsonObject? LicenceIn(IReadOnlyList<string> folders, string path, string id)
    {
        var nuspec = folders.Select(folder => Path.Combine(folder, path, $"{id}.nuspec".ToLowerInvariant())).FirstOrDefault(File.Exists);
        if (nuspec is null)
        {
            return null;
        }

        using var reader = XmlReader.Create(nuspec, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
        var licence = XDocument.Load(reader).Descendants().FirstOrDefault(element => element.Name.LocalName == "license");
        var text = licence?.Value.Trim() ?? "";
        return text.Length == 0 ? null
            : (string?)licence!.Attribute("type") == "file" ? Named($"in the package, file {text}")
            : text.Contains(' ') ? new JsonObject { ["expression"] = text }
            : new JsonObject { ["license"] = new JsonObject { ["id"] = text } };

        static JsonObject Named(string name) => new() { ["license"] = new JsonObject { ["name"] = name } };
    }
}
