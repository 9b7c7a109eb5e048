using Grpc.Core;

namespace Federated.Grpc.Tests.Calls;

/// <summary>What both directions of interop.proto are checked against.</summary>
internal static class Expected
{
    /// <summary>Detail of every failure: letters outside ASCII and a percent sign, which the wire must escape.</summary>
    public const string Detail = "détail: 100 % raté";

    /// <summary>A binary header or trailer with every octet, zero and line breaks included.</summary>
    public static readonly byte[] AllOctets = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

    /// <summary>Every code that a call can fail with.</summary>
    public static IEnumerable<object[]> Failures =>
        Enum.GetValues<StatusCode>().Where(code => code != StatusCode.OK).Select(code => new object[] { code });
}
