using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Federated.Grpc.Tests.Packages;

/// <summary>What one assembly refers to in others, and what an assembly offers: as text, one line a member, <c>type :: member</c>.</summary>
internal static class ReferencedMembers
{
    /// <summary>Types of the named assemblies that <paramref name="file"/> refers to, and their members that it refers to.</summary>
    public static SortedSet<string> In(string file, IReadOnlySet<string> assemblies)
    {
        using var image = new PEReader(File.OpenRead(file));
        var reader = image.GetMetadataReader();

        var found = new SortedSet<string>(StringComparer.Ordinal);
        var types = reader
            .TypeReferences.Where(type => assemblies.Contains(AssemblyOf(reader, type)))
            .Select(type => SignatureNames.Of(reader, type))
            .ToHashSet();
        found.UnionWith(types);

        foreach (var member in reader.MemberReferences.Select(reader.GetMemberReference))
        {
            if (member.Parent.Kind is not (HandleKind.TypeReference or HandleKind.TypeSpecification))
            {
                continue;
            }

            // A member of a generic type refers to an instance of it; the signature is in terms of the type's own parameters.
            var type = SignatureNames.Of(reader, member.Parent).Split('<')[0];
            if (types.Contains(type))
            {
                found.Add($"{type} :: {Describe(reader, member)}");
            }
        }

        return found;
    }

    /// <summary>Types that <paramref name="file"/> offers to other assemblies, and their members.</summary>
    public static SortedSet<string> OfferedBy(string file)
    {
        using var image = new PEReader(File.OpenRead(file));
        var reader = image.GetMetadataReader();

        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var handle in reader.TypeDefinitions)
        {
            var type = reader.GetTypeDefinition(handle);
            if ((type.Attributes & TypeAttributes.VisibilityMask) is not (TypeAttributes.Public or TypeAttributes.NestedPublic))
            {
                continue;
            }

            var name = SignatureNames.Of(reader, handle);
            found.Add(name);
            found.UnionWith(Methods(reader, type).Concat(Fields(reader, type)).Select(member => $"{name} :: {member}"));
        }

        return found;
    }

    private static IEnumerable<string> Methods(MetadataReader reader, TypeDefinition type) =>
        from method in type.GetMethods().Select(reader.GetMethodDefinition)
        where
            (method.Attributes & MethodAttributes.MemberAccessMask)
                is MethodAttributes.Public
                    or MethodAttributes.Family
                    or MethodAttributes.FamORAssem
        select SignatureNames.Of(reader.GetString(method.Name), method.DecodeSignature(new SignatureNames(), null));

    private static IEnumerable<string> Fields(MetadataReader reader, TypeDefinition type) =>
        from field in type.GetFields().Select(reader.GetFieldDefinition)
        where (field.Attributes & FieldAttributes.FieldAccessMask) is FieldAttributes.Public
        select SignatureNames.Of(reader.GetString(field.Name), field.DecodeSignature(new SignatureNames(), null));

    private static string Describe(MetadataReader reader, MemberReference member)
    {
        var name = reader.GetString(member.Name);
        return member.GetKind() == MemberReferenceKind.Method
            ? SignatureNames.Of(name, member.DecodeMethodSignature(new SignatureNames(), null))
            : SignatureNames.Of(name, member.DecodeFieldSignature(new SignatureNames(), null));
    }

    private static string AssemblyOf(MetadataReader reader, TypeReferenceHandle handle) =>
        reader.GetTypeReference(handle).ResolutionScope switch
        {
            { Kind: HandleKind.AssemblyReference } scope => reader.GetString(
                reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name
            ),
            { Kind: HandleKind.TypeReference } scope => AssemblyOf(reader, (TypeReferenceHandle)scope),
            _ => "",
        };
}
