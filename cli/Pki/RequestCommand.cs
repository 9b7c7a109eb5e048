using System.CommandLine;
using System.Security.Cryptography;
using Federated.Hosting;
using Federated.Identity;

namespace Federated.Cli.Pki;

/// <summary><c>fed pki request</c>: keys made here, which never leave this machine.</summary>
internal static class RequestCommand
{
    internal static Command Create()
    {
        var role = PkiOptions.Role();
        var name = PkiOptions.Name();
        var output = PkiOptions.Out();
        var hosts = PkiOptions.Hosts();
        var renew = new Option<bool>("--renew")
        {
            Description = "Keep the keys that lie here and ask for a new certificate over them; the old one works until it is replaced.",
        };
        var json = PkiOptions.Json();
        var command = new Command("request", "Make a member's keys on the member's own machine, and a request that the root can sign.")
        {
            role,
            name,
            output,
            hosts,
            renew,
            json,
        };
        command.SetAction(parsed =>
        {
            var identity = PkiOptions.IdentityOf(parsed.GetRequiredValue(role), parsed.GetRequiredValue(name));
            var names = PkiOptions.HostsOf(identity, parsed.GetValue(hosts));
            var files = new MemberFiles(parsed.GetRequiredValue(output), identity.Name.Value);
            var renewing = parsed.GetValue(renew);
            MemberFiles.RefuseExisting(renewing ? [] : [files.Key, files.Protocol.Key]);
            using var tls = renewing ? LoadKey(files.Key) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
            ProtocolPublicKeys? keys = null;
            if (Roles.HasProtocolKeys(identity.Role))
            {
                using var protocol = renewing ? ProtocolKeys.Load(files.Protocol.Key) : ProtocolKeys.Generate();
                keys = protocol.Public;
                if (!renewing)
                {
                    protocol.Save(files.Protocol.Key);
                    files.Wrote(files.Protocol.Key);
                }
            }

            var request = new MemberRequest(identity, keys, tls.ExportSubjectPublicKeyInfo(), names);
            if (!renewing)
            {
                files.WriteSecret(files.Key, tls.ExportPkcs8PrivateKeyPem());
            }

            files.Write(files.Request, SignedDocument.Sign(MemberRequest.Kind, request.ToPayload(), tls).ToFile());
            files.Report(
                parsed.GetValue(json),
                RequestFacts.Of(request),
                $"send {files.Request} (no secret in it) to whoever keeps the root; they run: fed pki sign {Roles.NameOf(identity.Role)} {identity.Name} FILE",
                "when they telephone, read the fingerprints above to them"
            );
            return 0;
        });
        return command;
    }

    private static ECDsa LoadKey(string path)
    {
        PrivateFiles.RequirePrivate(path);
        var key = ECDsa.Create();
        try
        {
            using var text = TextFiles.Open(path);
            key.ImportFromPem(text.ReadToEnd());
            return key;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new OperatorException(
                $"{path} is no private key: {e.Message}",
                "restore it from backup, or request new keys in another folder",
                e
            );
        }
    }
}
