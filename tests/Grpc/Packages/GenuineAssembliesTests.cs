using System.Reflection;

namespace Federated.Grpc.Tests.Packages;

/// <summary>That the tests beside these speak for the genuine client and server, not for something of the same name.</summary>
[TestClass]
public sealed class GenuineAssembliesTests
{
    public static IEnumerable<object[]> Genuine =>
        [
            [GenuineAssemblies.Client, "Grpc.Net.Client"],
            [GenuineAssemblies.Server, "Grpc.AspNetCore.Server"],
        ];

    public static IEnumerable<object[]> Abstractions =>
        [
            [GenuineAssemblies.Abstractions[0], "Grpc.Core.Api"],
            [GenuineAssemblies.Abstractions[1], "Grpc.Net.Common"],
        ];

    [TestMethod]
    [DynamicData(nameof(Genuine))]
    public void The_loaded_assembly_is_the_file_of_the_package_byte_for_byte(Assembly assembly, string name)
    {
        Assert.AreEqual(name, assembly.GetName().Name);
        Assert.AreEqual(Path.Combine(AppContext.BaseDirectory, name + ".dll"), assembly.Location);
        Assert.AreEqual(GenuineAssemblies.Sha256(GenuineAssemblies.PackagedFile(assembly)), GenuineAssemblies.Sha256(assembly.Location));
    }

    [TestMethod]
    [DynamicData(nameof(Genuine))]
    public void The_loaded_assembly_names_its_version_and_its_signer(Assembly assembly, string name)
    {
        var informational = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

        Assert.AreEqual(GenuineAssemblies.Version, informational.Split('+')[0], $"of {name}");
        Assert.AreEqual(GenuineAssemblies.PublicKeyToken, GenuineAssemblies.Token(assembly.GetName()));
    }

    [TestMethod]
    [DynamicData(nameof(Abstractions))]
    public void The_abstractions_have_the_identity_that_the_genuine_assemblies_ask_for(Assembly assembly, string name)
    {
        var identity = assembly.GetName();

        Assert.AreEqual(name, identity.Name);
        foreach (var genuine in new[] { GenuineAssemblies.Client, GenuineAssemblies.Server })
        {
            var asked = genuine.GetReferencedAssemblies().Single(reference => reference.Name == name);
            Assert.AreEqual(asked.Version, identity.Version, $"asked for by {genuine.GetName().Name}");
            Assert.AreEqual(GenuineAssemblies.Token(asked), GenuineAssemblies.Token(identity));
        }
    }
}
