using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Federated.Federation;
using Federated.Hosting;

namespace Federated.Cli.Pki;

/// <summary><c>fed pki show</c>: what a certificate says.</summary>
internal static class ShowCommand
{
    internal static Command Create()
    {
        var file = new Argument<FileInfo>("certificate") { Description = "A certificate, PEM." };
        var json = PkiOptions.Json();
        var command = new Command("show", "Print a certificate's role, name, validity and fingerprint.") { file, json };
        command.SetAction(parsed =>
        {
            using var certificate = CertificateFile.Load(parsed.GetRequiredValue(file));
            Print(certificate, parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    private static void Print(X509Certificate2 certificate, bool json)
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
        Console.WriteLine(
            json
                ? JsonSerializer.Serialize(facts)
                // Whoever made the certificate chose what its subject and issuer say.
                : string.Join("\n", facts.Select(fact => $"{fact.Key, -12} {ForeignText.Clean(fact.Value)}"))
        );
    }
}
