using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Federated.Architecture.Tests.Projects;
using Federated.Fixtures.Processes;

namespace Federated.Architecture.Tests.Assemblies;

/// <summary>One use of a type or member, by code or by a signature.</summary>
/// <param name="User">The namespace of the outermost type in which it stands.</param>
/// <param name="Where">Type and method, for messages.</param>
/// <param name="Used">Full name of the type, then <c>::</c> and the member where one is meant, and for a method <c>(</c> and its parameters' types.</param>
internal sealed record Use(string User, string Where, string Used);

/// <summary>An assembly as it was built, read without loading it.</summary>
internal sealed class CompiledAssembly : IDisposable
{
    private readonly PEReader _image;
    private readonly MetadataReader _metadata;

    private CompiledAssembly(string file)
    {
        _image = new PEReader(File.OpenRead(file));
        _metadata = _image.GetMetadataReader();
    }

    /// <summary>Simple names of the assemblies it refers to.</summary>
    public IReadOnlyList<string> References =>
        [.. _metadata.AssemblyReferences.Select(handle => _metadata.GetString(_metadata.GetAssemblyReference(handle).Name))];

    /// <summary>The assembly that a project folder was built to, in the configuration of these tests.</summary>
    public static CompiledAssembly Of(string folder, string assembly)
    {
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var project = ProjectFile.In(folder).Name;
        return new CompiledAssembly(Path.Combine(Checkout.Root, "artifacts", "bin", project, configuration, $"{assembly}.dll"));
    }

    /// <summary>The assembly of these tests, to try the reading on.</summary>
    public static CompiledAssembly OfThisTest() => new(typeof(CompiledAssembly).Assembly.Location);

    /// <summary>Everything that its methods' code, locals and signatures and its types' fields, bases and interfaces refer to.</summary>
    public IEnumerable<Use> Uses()
    {
        var names = new MetadataNames(_metadata);
        foreach (var handle in _metadata.TypeDefinitions)
        {
            var type = _metadata.GetTypeDefinition(handle);
            var user = names.NamespaceOf(handle);
            var typeName = names.OfType(handle);
            foreach (var used in Declared(type, names))
            {
                yield return new Use(user, typeName, used);
            }

            foreach (var method in type.GetMethods().Select(_metadata.GetMethodDefinition))
            {
                var where = $"{typeName}.{_metadata.GetString(method.Name)}";
                foreach (var used in UsedBy(method, names))
                {
                    yield return new Use(user, where, used);
                }
            }
        }
    }

    public void Dispose() => _image.Dispose();

    private IEnumerable<string> Declared(TypeDefinition type, MetadataNames names) =>
        [
            .. names.In(type.BaseType),
            .. type.GetInterfaceImplementations().SelectMany(i => names.In(_metadata.GetInterfaceImplementation(i).Interface)),
            .. type.GetFields().SelectMany(field => _metadata.GetFieldDefinition(field).DecodeSignature(names.Types, null)),
        ];

    private IEnumerable<string> UsedBy(MethodDefinition method, MetadataNames names)
    {
        var signature = method.DecodeSignature(names.Types, null);
        IEnumerable<string> used = [.. signature.ReturnType, .. signature.ParameterTypes.SelectMany(t => t)];
        if (method.RelativeVirtualAddress == 0)
        {
            return used;
        }

        var body = _image.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
        {
            used = used.Concat(
                _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(names.Types, null).SelectMany(t => t)
            );
        }

        return used.Concat(IntermediateLanguage.Tokens(body.GetILReader()).SelectMany(names.In));
    }
}
