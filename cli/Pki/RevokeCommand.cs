using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Federated.Hosting;

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
        var json = PkiOptions.Json();
        var command = new Command("revoke", "Add certificates to the consortium's revocation list and sign it anew.")
        {
            certificates,
            root,
            json,
        };
        command.SetAction(parsed =>
        {
            var folder = parsed.GetRequiredValue(root);
            using var authority = ConsortiumAuthority.Load(folder.FullName, TimeProvider.System);
            using var rootCertificate = X509Certificate2.CreateFromPem(authority.RootPem);
            var path = RootFolder.RevocationsOf(folder);
            var (number, serials) = Revocations.Read(path, rootCertificate);
            var added = parsed.GetRequiredValue(certificates).Select(SerialOf).ToList();
            var payload = Revocations.ToPayload(number + 1, serials.Concat(added));
            PrivateFiles.WriteWhole(path, authority.Sign(Revocations.Kind, payload).ToFile());
            Console.WriteLine(
                parsed.GetValue(json)
                    ? JsonSerializer.Serialize(
                        new
                        {
                            written = path,
                            number = number + 1,
                            revoked = added,
                        }
                    )
                    : $"wrote {path} (number {number + 1}, {serials.Concat(added).Distinct().Count()} certificates)\nnext: copy it to the coordinator and every node, where tls.revocations points; no restart is needed"
            );
            return 0;
        });
        return command;
    }

    private static string SerialOf(FileInfo file)
    {
        using var certificate = CertificateFile.Load(file);
        return certificate.SerialNumber;
    }
}
