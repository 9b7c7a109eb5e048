using System.Reflection;
using System.Text;

namespace Federated.Federation;

/// <summary>Which release computes, as the audit log names it.</summary>
public static class Software
{
    private static readonly Assembly s_arithmetic = typeof(Software).Assembly;

    /// <summary>Such as <c>federated 0.5.0</c>.</summary>
    public static string Name { get; } = $"federated {s_arithmetic.GetName().Version!.ToString(3)}";

    /// <summary>
    /// Of the code that every party computes alike: SHA-256 over the name and the identity that the compiler gave this library, which builds of the same source by the same compiler share.
    /// </summary>
    public static Digest Digest { get; } = Digest.Of(Encoding.ASCII.GetBytes($"{Name} {s_arithmetic.ManifestModule.ModuleVersionId:n}"));
}
