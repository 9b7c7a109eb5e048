using Federated.Federation;

namespace Federated.TransparencyLog.Notes;

/// <summary>Under which names the parties of a consortium sign: made and read here alone.</summary>
public static class KeyNames
{
    private const string SiteStem = "site/";
    private const string CoordinatorStem = "coordinator/";
    private const int FingerprintDigits = 16;

    /// <summary>A site's, of its entries (its log key) and cosignatures (its witness key): <c>site/NAME</c>.</summary>
    public static KeyName ForSite(SiteName site) => KeyName.Parse(SiteStem + site.Value);

    /// <summary>The coordinator's, of its entries (its log key): <c>coordinator/NAME</c>.</summary>
    public static KeyName ForCoordinator(SiteName coordinator) => KeyName.Parse(CoordinatorStem + coordinator.Value);

    /// <summary>
    /// The log's, which is its origin: <c>federated/FINGERPRINT/NAME</c>. The coordinator's log key signs checkpoints under it: these and entries begin
    /// with other lines, so that a signature on one is none on the other.
    /// </summary>
    /// <param name="rootCertificate">SHA-256 of the consortium's root certificate, DER; its first 16 digits tell consortia apart.</param>
    /// <param name="coordinator">Who runs the log.</param>
    public static KeyName Origin(Digest rootCertificate, SiteName coordinator) =>
        KeyName.Parse($"federated/{rootCertificate.ToString()[..FingerprintDigits]}/{coordinator.Value}");

    /// <summary>The site of that name; false if it is not a site's.</summary>
    public static bool IsSite(KeyName name, out SiteName site) => Is(name, SiteStem, out site);

    /// <summary>The coordinator of that name; false if it is not a coordinator's.</summary>
    public static bool IsCoordinator(KeyName name, out SiteName coordinator) => Is(name, CoordinatorStem, out coordinator);

    private static bool Is(KeyName name, string stem, out SiteName member)
    {
        member = default;
        return name != default
            && name.Value.StartsWith(stem, StringComparison.Ordinal)
            && SiteName.TryParse(name.Value[stem.Length..], out member);
    }
}
