using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Federated.Federation;

namespace Federated.Identity;

/// <summary>Who a certificate of the consortium names: <c>CN</c> is the name, <c>OU</c> the role.</summary>
public sealed record PeerIdentity(Role Role, SiteName Name)
{
    private static readonly Oid CommonName = new("2.5.4.3");
    private static readonly Oid OrganizationalUnit = new("2.5.4.11");

    /// <summary>Reads the identity; false, with a reason, if the certificate names none. Does not check who signed it.</summary>
    public static bool TryRead(
        X509Certificate2 certificate,
        [NotNullWhen(true)] out PeerIdentity? identity,
        [NotNullWhen(false)] out string? fault
    )
    {
        identity = null;
        string? name;
        string? role;
        bool twice;
        try
        {
            (name, role, twice) = Parts(certificate.SubjectName);
        }
        catch (CryptographicException)
        {
            fault = "its subject cannot be read.";
            return false;
        }

        if (twice)
        {
            fault = $"its subject '{ForeignText.Clean(certificate.Subject)}' has more than one CN or OU; it could be read as either.";
            return false;
        }

        if (!SiteName.TryParse(name, out var siteName))
        {
            fault = $"its subject '{ForeignText.Clean(certificate.Subject)}' has no usable name: {SiteName.Fault(name)}";
            return false;
        }

        if (!Roles.TryParse(role, out var parsed))
        {
            fault = $"its subject '{ForeignText.Clean(certificate.Subject)}' names no role; OU must be {string.Join(", ", Roles.Names)}.";
            return false;
        }

        identity = new PeerIdentity(parsed, siteName);
        fault = null;
        return true;
    }

    private static (string? Name, string? Role, bool Twice) Parts(X500DistinguishedName subject)
    {
        string? name = null;
        string? role = null;
        var twice = false;
        foreach (var part in subject.EnumerateRelativeDistinguishedNames().Where(part => !part.HasMultipleElements))
        {
            if (part.GetSingleElementType().Value == CommonName.Value)
            {
                twice |= name is not null;
                name = part.GetSingleElementValue();
            }
            else if (part.GetSingleElementType().Value == OrganizationalUnit.Value)
            {
                twice |= role is not null;
                role = part.GetSingleElementValue();
            }
        }

        return (name, role, twice);
    }
}
