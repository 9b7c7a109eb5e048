using Federated.Hosting;
using Federated.Identity;

namespace Federated.Cli.Pki;

/// <summary>What lies beside a consortium root's key.</summary>
internal static class RootFolder
{
    /// <summary>The consortium's revocation list, which is there from the first day on.</summary>
    /// <exception cref="OperatorException">
    /// It is missing. A list begun anew would have number 1 and nobody on it: daemons that saw a later one would let nobody in, and others
    /// would let in whoever was revoked.
    /// </exception>
    internal static string RevocationsOf(DirectoryInfo root)
    {
        var path = Path.Combine(root.FullName, Revocations.FileName);
        return File.Exists(path)
            ? path
            : throw new OperatorException(
                $"Revocation list {path} is missing; nothing was changed.",
                "put back the newest copy of it: every member has one, where tls.revocations points"
            );
    }

    /// <summary>Refuses to certify a member that was revoked: what is issued under its name counts nowhere.</summary>
    /// <exception cref="OperatorException">It was, or the root's folder is no such.</exception>
    internal static void RefuseRevoked(DirectoryInfo root, PeerIdentity identity)
    {
        using var certificate = CertificateFile.Load(new FileInfo(Path.Combine(root.FullName, ConsortiumAuthority.RootFile)));
        var (number, _, members) = Revocations.Read(RevocationsOf(root), certificate);
        if (members.Contains(identity))
        {
            throw new OperatorException(
                $"{Roles.NameOf(identity.Role)} '{identity.Name}' was revoked (list number {number}): what is issued under that name counts nowhere. Nothing was issued.",
                "a member that comes back gets another name, which studies then list"
            );
        }
    }
}
