using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Federated.Sbom;

namespace Federated.Architecture.Tests;

/// <summary><c>./fed sbom</c>: the bill of materials names all that is shipped, says nothing of this machine or its mirror, and is the same each time.</summary>
[TestClass]
public sealed partial class SbomTests
{
    private static readonly Lazy<JsonObject> s_bill = new(() => BillOfMaterials.Of(Here()));

    private static JsonObject Bill => s_bill.Value;

    private static IEnumerable<JsonNode> Components => Bill["components"]!.AsArray().Select(component => component!);

    /// <summary>CycloneDX 1.6: required are bomFormat and specVersion, and of a component type and name; the rest is what this project promises.</summary>
    [TestMethod]
    public void It_is_CycloneDX_1_6_and_every_component_says_what_it_is()
    {
        Assert.AreEqual("CycloneDX", (string)Bill["bomFormat"]!);
        Assert.AreEqual("1.6", (string)Bill["specVersion"]!);
        Assert.AreEqual(1, (int)Bill["version"]!);
        Assert.IsTrue(SerialNumber().IsMatch((string)Bill["serialNumber"]!), (string)Bill["serialNumber"]!);
        var product = Bill["metadata"]!["component"]!;
        Assert.AreEqual("Federated", (string)product["name"]!);
        Assert.AreEqual("Apache-2.0", (string)product["licenses"]![0]!["license"]!["id"]!);
        foreach (var component in Components)
        {
            var name = (string)component["name"]!;
            Assert.Contains((string)component["type"]!, (string[])["application", "framework", "library"], name);
            Assert.Contains((string)component["scope"]!, (string[])["required", "excluded"], name);
            Assert.IsGreaterThan(0, name.Length);
            if ((string?)component["purl"] is { } purl)
            {
                Assert.AreEqual($"pkg:nuget/{name}@{component["version"]}", purl);
                Assert.AreEqual("SHA-512", (string)component["hashes"]![0]!["alg"]!);
                Assert.IsTrue(Sha512().IsMatch((string)component["hashes"]![0]!["content"]!), purl);
            }
        }
    }

    [TestMethod]
    public void References_are_unique_and_every_dependency_is_a_component()
    {
        string[] references = [.. Components.Select(component => (string)component["bom-ref"]!), "federated"];
        Assert.AreEqual(references.Length, references.Distinct().Count());

        foreach (var dependency in Bill["dependencies"]!.AsArray())
        {
            Assert.Contains((string)dependency!["ref"]!, references);
            foreach (var on in dependency["dependsOn"]!.AsArray())
            {
                Assert.Contains((string)on!, references);
            }
        }

        CollectionAssert.AreEqual(
            BillOfMaterials.Programs.Select(program => $"program/{program.Program}").ToArray(),
            Bill["dependencies"]!.AsArray().Single(one => (string)one!["ref"]! == "federated")!["dependsOn"]!
                .AsArray()
                .Select(one => (string)one!)
                .ToArray()
        );
    }

    /// <summary>What a project of the product names, and what is restored for it, is in; tests and measurements have theirs too, as excluded.</summary>
    [TestMethod]
    public void Every_package_of_the_central_list_that_a_project_uses_is_in_it()
    {
        var listed = XDocument
            .Load(Path.Combine(Root, "Directory.Packages.props"))
            .Descendants("PackageVersion")
            .Select(element => (string)element.Attribute("Include")!)
            .ToHashSet();
        var used = Here().Projects().SelectMany(project => Direct(project)).Where(listed.Contains).ToHashSet();
        Assert.Contains("System.CommandLine", used);
        Assert.Contains("MSTest.TestFramework", used);

        var missing = used.Except(Components.Select(component => (string)component["name"]!));

        Assert.IsEmpty(missing, string.Join(", ", missing));
    }

    [TestMethod]
    [DataRow("System.CommandLine", "required", DisplayName = "the command line's")]
    [DataRow("OpenTelemetry", "required", DisplayName = "the daemons'")]
    [DataRow("SQLitePCLRaw.lib.e_sqlite3", "required", DisplayName = "native code of the coordinator's database")]
    [DataRow("Microsoft.CodeAnalysis.BannedApiAnalyzers", "excluded", DisplayName = "looks at the sources, and ships nothing")]
    [DataRow("MSTest.TestFramework", "excluded", DisplayName = "tests")]
    public void What_is_shipped_is_told_from_what_only_builds(string name, string scope)
    {
        Assert.AreEqual(scope, (string)Components.Single(component => (string)component["name"]! == name)["scope"]!);
    }

    [TestMethod]
    public void It_says_nothing_of_this_machine_or_of_any_registry()
    {
        var text = Bill.ToJsonString(BillOfMaterials.Readable);

        Assert.DoesNotContain("://", text);
        Assert.DoesNotContain(Root, text);
        Assert.DoesNotContain(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + "/", text);
    }

    [TestMethod]
    public void It_is_the_same_each_time()
    {
        Assert.AreEqual(Bill.ToJsonString(), BillOfMaterials.Of(Here()).ToJsonString());
    }

    [TestMethod]
    public void What_was_not_restored_is_said()
    {
        var fault = Assert.ThrowsExactly<UnusableException>(() => new Sbom.Checkout(Path.GetTempPath()).Assets("Federated.Cli"));

        Assert.Contains("Federated.Cli was not restored", fault.Message);
        Assert.AreEqual("run: ./fed setup", fault.Hint);
    }

    private static string Root => Fixtures.Processes.Checkout.Root;

    private static Sbom.Checkout Here() => new(Root);

    private static IEnumerable<string> Direct(string project) =>
        Here().Assets(project)["project"]!["frameworks"]!.AsObject().First().Value!["dependencies"]?.AsObject().Select(one => one.Key)
        ?? [];

    [GeneratedRegex("^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")]
    private static partial Regex SerialNumber();

    [GeneratedRegex("^[0-9a-f]{128}$")]
    private static partial Regex Sha512();
}
