using System.CommandLine;
using Federated.Hosting;

namespace Federated.Cli.Pki;

/// <summary><c>fed pki sign</c>: the root's answer to a request.</summary>
internal static class SignCommand
{
    internal static Command Create()
    {
        var file = new Argument<FileInfo>("request") { Description = "The member's request file." };
        var root = PkiOptions.Root();
        var output = PkiOptions.Out();
        var days = PkiOptions.Days();
        var json = PkiOptions.Json();
        var command = new Command("sign", "Certify the keys of a request. Check by other means that it comes from whom it names.")
        {
            file,
            root,
            output,
            days,
            json,
        };
        command.SetAction(parsed =>
        {
            var request = MemberRequest.Read(parsed.GetRequiredValue(file).FullName);
            var files = new MemberFiles(parsed.GetRequiredValue(output), request.Identity.Name.Value);
            using var authority = ConsortiumAuthority.Load(parsed.GetRequiredValue(root).FullName, TimeProvider.System);
            var validity = TimeSpan.FromDays(parsed.GetValue(days));
            files.Write(files.Certificate, authority.Certify(request.PublicKey, request.Identity, request.Hosts, validity));
            files.WriteConsortium(parsed.GetRequiredValue(root), authority.RootPem);
            if (request.Keys is { } keys)
            {
                var credential = new ProtocolCredential(request.Identity, keys);
                files.Write(files.Credential, authority.Sign(ProtocolCredential.Kind, credential.ToPayload()).ToFile());
            }

            files.Report(parsed.GetValue(json), $"send these files (no secret in them) to {request.Identity.Name}");
            return 0;
        });
        return command;
    }
}
