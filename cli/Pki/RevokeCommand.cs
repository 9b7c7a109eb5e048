using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Federated.Hosting;
using Federated.Identity;

namespace Federated.Cli.Pki;

/// <summary><c>fed pki revoke</c>: a new revocation list.</summary>
internal static class RevokeCommand
{
    internal static Command Create()
    {
        var certificates = new Argument<FileInfo[]>("certificates")
        {
            Description = "Certificates that no longer count, PEM.",
            Arity = ArgumentArity.OneOrMore,
        };
        var root = PkiOptions.Root();
        var certificateOnly = new Option<bool>("--certificate-only")
        {
            Description = "The members go on: only these certificates no longer count, as where one was renewed because its key was lost.",
        };
        var json = PkiOptions.Json();
        var command = new Command(
            "revoke",
            "Add certificates, and the sites and coordinators that they name, to the consortium's revocation list and sign it anew. For a member that is for good: its name never counts again."
        )
        {
            certificates,
            certificateOnly,
            root,
            json,
        };
        command.SetAction(parsed =>
        {
            var folder = parsed.GetRequiredValue(root);
            using var authority = ConsortiumAuthority.Load(folder.FullName, TimeProvider.System);
            using var rootCertificate = X509Certificate2.CreateFromPem(authority.RootPem);
            var path = RootFolder.RevocationsOf(folder);
            var before = Revocations.Read(path, rootCertificate);
            var revoked = parsed.GetRequiredValue(certificates).Select(Read).ToList();
            var added = revoked.Select(item => item.Serial).ToList();
            var members = parsed.GetValue(certificateOnly) ? [] : revoked.Select(item => item.Member).OfType<PeerIdentity>().ToList();
            var after = new RevocationList(
                before.Number + 1,
                [.. before.Serials.Concat(added).Distinct()],
                [.. before.Members.Concat(members).Distinct()]
            );
            var payload = after.ToPayload();
            PrivateFiles.WriteWhole(path, authority.Sign(RevocationList.Kind, payload).ToFile());
            Console.WriteLine(
                parsed.GetValue(json)
                    ? JsonSerializer.Serialize(
                        new
                        {
                            written = path,
                            number = after.Number,
                            revoked = added,
                            members = members.Select(member => $"{Roles.NameOf(member.Role)} {member.Name}"),
                        }
                    )
                    : $"wrote {path} (number {after.Number}, {after.Serials.Count} certificates, {after.Members.Count} members)\nnext: copy it to the coordinator and every node, where tls.revocations points; no restart is needed"
            );
            return 0;
        });
        return command;
    }

    /// <summary>Serial number, and the member if it is one that has credentials.</summary>
    private static (string Serial, PeerIdentity? Member) Read(FileInfo file)
    {
        using var certificate = CertificateFile.Load(file);
        var hasCredentials = PeerIdentity.TryRead(certificate, out var identity, out _) && Roles.HasProtocolKeys(identity.Role);
        return (certificate.SerialNumber, hasCredentials ? identity : null);
    }
}
