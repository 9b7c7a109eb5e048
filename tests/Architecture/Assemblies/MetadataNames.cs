using System.Reflection.Metadata;

namespace Federated.Architecture.Tests.Assemblies;

/// <summary>Names of what an assembly's metadata refers to.</summary>
internal sealed class MetadataNames(MetadataReader metadata)
{
    /// <summary>Decodes signatures into the types in them.</summary>
    public TypesInSignature Types { get; } = new();

    /// <summary>The types and members that a handle stands for: a generic instance gives each of its types.</summary>
    public IEnumerable<string> In(EntityHandle handle) =>
        handle.Kind switch
        {
            _ when handle.IsNil => [],
            HandleKind.TypeReference => [OfReference((TypeReferenceHandle)handle)],
            HandleKind.TypeDefinition => [OfType((TypeDefinitionHandle)handle)],
            HandleKind.TypeSpecification => metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(Types, null),
            HandleKind.MemberReference => OfMember(metadata.GetMemberReference((MemberReferenceHandle)handle)),
            HandleKind.MethodDefinition => OfMethod(metadata.GetMethodDefinition((MethodDefinitionHandle)handle)),
            HandleKind.MethodSpecification => OfInstance(metadata.GetMethodSpecification((MethodSpecificationHandle)handle)),
            HandleKind.FieldDefinition => metadata.GetFieldDefinition((FieldDefinitionHandle)handle).DecodeSignature(Types, null),
            _ => [],
        };

    public string OfType(TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        var name = metadata.GetString(type.Name);
        return type.IsNested ? $"{OfType(type.GetDeclaringType())}+{name}" : Qualified(metadata.GetString(type.Namespace), name);
    }

    /// <summary>The namespace of the outermost type: closures and state machines count with the class they were written in.</summary>
    public string NamespaceOf(TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        return type.IsNested ? NamespaceOf(type.GetDeclaringType()) : metadata.GetString(type.Namespace);
    }

    private string OfReference(TypeReferenceHandle handle) => TypesInSignature.NameOf(metadata, handle);

    private IEnumerable<string> OfMember(MemberReference member)
    {
        var parents = In(member.Parent).ToList();
        var name = metadata.GetString(member.Name);
        if (member.GetKind() == MemberReferenceKind.Field)
        {
            return [.. parents, .. parents.Take(1).Select(type => $"{type}::{name}"), .. member.DecodeFieldSignature(Types, null)];
        }

        var signature = member.DecodeMethodSignature(Types, null);
        var parameters = signature.ParameterTypes.Select(types => types.FirstOrDefault(""));
        return
        [
            .. parents,
            .. parents.Take(1).Select(type => $"{type}::{name}({string.Join(',', parameters)})"),
            .. signature.ReturnType,
            .. signature.ParameterTypes.SelectMany(types => types),
        ];
    }

    private IEnumerable<string> OfMethod(MethodDefinition method)
    {
        var signature = method.DecodeSignature(Types, null);
        var type = OfType(method.GetDeclaringType());
        var parameters = signature.ParameterTypes.Select(types => types.FirstOrDefault(""));
        return
        [
            type,
            $"{type}::{metadata.GetString(method.Name)}({string.Join(',', parameters)})",
            .. signature.ReturnType,
            .. signature.ParameterTypes.SelectMany(types => types),
        ];
    }

    private IEnumerable<string> OfInstance(MethodSpecification method) =>
        [.. In(method.Method), .. method.DecodeSignature(Types, null).SelectMany(types => types)];

    private static string Qualified(string space, string name) => space.Length == 0 ? name : $"{space}.{name}";
}
