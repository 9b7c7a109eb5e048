using System.Reflection;

namespace Federated.Grpc.Tests.Packages;

/// <summary>That nothing which the genuine assemblies expect of the abstractions is missing, so that no call can find out later.</summary>
[TestClass]
public sealed class LinkageTests
{
    private static readonly HashSet<string> AbstractionNames = ["Grpc.Core.Api", "Grpc.Net.Common"];

    public static IEnumerable<object[]> Genuine =>
        [
            [GenuineAssemblies.Client],
            [GenuineAssemblies.Server],
        ];

    [TestMethod]
    [DynamicData(nameof(Genuine))]
    public void Every_type_and_member_that_a_genuine_assembly_refers_to_is_there(Assembly genuine)
    {
        var wanted = ReferencedMembers.In(genuine.Location, AbstractionNames);
        var offered = GenuineAssemblies.Abstractions.SelectMany(a => ReferencedMembers.OfferedBy(a.Location)).ToHashSet();

        // So that a reader that finds nothing does not pass for one that finds nothing missing.
        CollectionAssert.Contains(wanted.ToArray(), "Grpc.Core.Metadata/Entry :: String get_Value`0()");
        CollectionAssert.Contains(wanted.ToArray(), "Grpc.Core.Method`2 :: String get_FullName`0()");
        CollectionAssert.AreEqual(Array.Empty<string>(), wanted.Where(member => !offered.Contains(member)).ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(Genuine))]
    public void Every_type_of_a_genuine_assembly_loads(Assembly genuine)
    {
        // Loading fails on a base class or interface that lacks, or asks for, a member that the type does not expect.
        var types = genuine.GetTypes();

        Assert.Contains(type => type.BaseType is { } b && GenuineAssemblies.Abstractions.Contains(b.Assembly), types);
    }

    [TestMethod]
    [DynamicData(nameof(Genuine))]
    public void Every_override_in_a_genuine_assembly_overrides_something(Assembly genuine)
    {
        // An override whose base method is missing loads as a new method, and nobody would ever call it.
        var astray =
            from type in genuine.GetTypes()
            from method in type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            where method.IsVirtual && (method.Attributes & MethodAttributes.NewSlot) == 0
            where method.GetBaseDefinition().DeclaringType == type
            select $"{type}: {method}";

        CollectionAssert.AreEqual(Array.Empty<string>(), astray.ToArray());
    }
}
