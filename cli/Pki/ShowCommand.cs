using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Federated.Federation;
using Federated.Hosting;
using Federated.Identity;

namespace Federated.Cli.Pki;

/// <summary><c>fed pki show</c>: what a certificate says, and the credential beside it.</summary>
internal static class ShowCommand
{
    internal static Command Create()
    {
        var file = new Argument<FileInfo>("certificate") { Description = "A certificate, PEM; a member's credential may lie beside it." };
        var json = PkiOptions.Json();
        var command = new Command(
            "show",
            "Print a certificate's role, name, validity and fingerprint and, from the credential beside it, the legal entity. Says nothing about who signed them."
        )
        {
            file,
            json,
        };
        command.SetAction(parsed =>
        {
            using var certificate = CertificateFile.Load(parsed.GetRequiredValue(file));
            Print(certificate, ProtocolFiles.Beside(parsed.GetRequiredValue(file).FullName).Credential, parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    private static void Print(X509Certificate2 certificate, string credentialPath, bool json)
    {
        var known = PeerIdentity.TryRead(certificate, out var identity, out _);
        var facts = new Dictionary<string, string>
        {
            ["role"] = known ? Roles.NameOf(identity!.Role) : "none (a root, or not of a consortium)",
            ["name"] = known ? identity!.Name.Value : certificate.Subject,
            ["issuer"] = certificate.Issuer,
            ["serial"] = certificate.SerialNumber,
            ["valid_from"] = certificate.NotBefore.ToUniversalTime().ToString("u", CultureInfo.InvariantCulture),
            ["valid_until"] = certificate.NotAfter.ToUniversalTime().ToString("u", CultureInfo.InvariantCulture),
            ["sha256"] = Digest.Of(certificate.RawData).ToString(),
        };
        if (known && Roles.HasProtocolKeys(identity!.Role) && File.Exists(credentialPath))
        {
            facts["entity"] =
                !ProtocolCredential.TryReadUnverified(TextFiles.ReadBytes(credentialPath), out var credential, out var fault)
                    ? $"unknown: {credentialPath} cannot be used: {fault}"
                : credential.Holder == identity ? credential.Entity
                : $"unknown: {credentialPath} is another member's";
        }

        Console.WriteLine(
            json
                ? JsonSerializer.Serialize(facts)
                // Whoever made the certificate chose what its subject and issuer say.
                : string.Join("\n", facts.Select(fact => $"{fact.Key, -12} {ForeignText.Clean(fact.Value)}"))
        );
    }
}
