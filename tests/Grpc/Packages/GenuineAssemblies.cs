using System.Reflection;
using System.Security.Cryptography;

namespace Federated.Grpc.Tests.Packages;

/// <summary>The assemblies that do the HTTP/2 work, as they were loaded, and where the packages that they must come from lie.</summary>
internal static class GenuineAssemblies
{
    /// <summary>Token of the key that signs the gRPC packages.</summary>
    public const string PublicKeyToken = "d754f35622e28bad";

    public static readonly Assembly Client = typeof(global::Grpc.Net.Client.GrpcChannel).Assembly;

    public static readonly Assembly Server = typeof(global::Grpc.AspNetCore.Server.GrpcServiceOptions).Assembly;

    /// <summary>What the two above are compiled against: the packages' own in the official set, ours in the other.</summary>
    public static readonly Assembly[] Abstractions =
    [
        typeof(global::Grpc.Core.Metadata).Assembly,
        typeof(global::Grpc.Net.Compression.ICompressionProvider).Assembly,
    ];

    public static string Version => BuildProperty("GrpcVersion");

    /// <summary>The file that the package of an assembly holds for this framework.</summary>
    public static string PackagedFile(Assembly assembly)
    {
        var name = assembly.GetName().Name!;
        return Path.Combine(BuildProperty("NuGetPackageRoot"), name.ToLowerInvariant(), Version, "lib", "net10.0", name + ".dll");
    }

    public static string Sha256(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    public static string Token(AssemblyName name) => Convert.ToHexStringLower(name.GetPublicKeyToken() ?? []);

    private static string BuildProperty(string key) =>
        typeof(GenuineAssemblies).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
