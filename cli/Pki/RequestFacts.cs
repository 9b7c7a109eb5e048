using Federated.Federation;
using Federated.Identity;

namespace Federated.Cli.Pki;

/// <summary>
/// What a request asks for, as both sides print it: whoever keeps the root compares it by telephone with the member before handing out the
/// answer, since a request shows only that its sender holds its key, not who they are.
/// </summary>
internal static class RequestFacts
{
    /// <summary>Name and value of each line; the same on both machines.</summary>
    internal static IReadOnlyList<(string Name, string Value)> Of(MemberRequest request)
    {
        var facts = new List<(string, string)>
        {
            ("role", Roles.NameOf(request.Identity.Role)),
            ("name", request.Identity.Name.Value),
            ("hosts", string.Join(' ', request.Hosts)),
            ("tls_key_sha256", Digest.Of(request.TlsKey).ToString()),
        };
        if (request.Keys is { } keys)
        {
            facts.Add(("protocol_keys_sha256", Digest.Of(Convert.FromHexString(string.Concat(keys.All))).ToString()));
        }

        return facts;
    }

    /// <summary>A line for people; digits in groups of four, as they are read aloud.</summary>
    internal static string Line(string name, string value)
    {
        var shown = name.EndsWith("_sha256", StringComparison.Ordinal)
            ? string.Join(' ', value.Chunk(4).Select(group => new string(group)))
            : value;
        return $"{name, -21} {(shown.Length == 0 ? "none" : ForeignText.Clean(shown, most: shown.Length))}";
    }
}
