using System.CommandLine;
using Federated.Hosting;

namespace Federated.Cli.Pki;

/// <summary><c>fed pki sign</c>: the root's answer to a request.</summary>
internal static class SignCommand
{
    internal static Command Create()
    {
        var role = PkiOptions.Role();
        var name = PkiOptions.Name();
        var file = new Argument<FileInfo>("request") { Description = "The member's request file." };
        var root = PkiOptions.Root();
        var output = PkiOptions.Out();
        var days = PkiOptions.Days();
        var entity = PkiOptions.Entity();
        var json = PkiOptions.Json();
        var command = new Command(
            "sign",
            "Certify the keys of a request for whom you expect it from. Compare what is printed with the member, by telephone, before you send the answer."
        )
        {
            role,
            name,
            file,
            root,
            output,
            days,
            entity,
            json,
        };
        command.SetAction(parsed =>
        {
            var expected = PkiOptions.IdentityOf(parsed.GetRequiredValue(role), parsed.GetRequiredValue(name));
            var legalEntity = PkiOptions.EntityOf(expected, parsed.GetValue(entity));
            RootFolder.RefuseRevoked(parsed.GetRequiredValue(root), expected);
            var request = MemberRequest.Read(parsed.GetRequiredValue(file).FullName, expected);
            var files = new MemberFiles(parsed.GetRequiredValue(output), request.Identity.Name.Value);
            using var authority = ConsortiumAuthority.Load(parsed.GetRequiredValue(root).FullName, TimeProvider.System);
            var validity = TimeSpan.FromDays(parsed.GetValue(days));
            files.WriteConsortium(parsed.GetRequiredValue(root), authority.RootPem);
            files.Write(files.Certificate, authority.Certify(request.PublicKey, request.Identity, request.Hosts, validity));
            if (request.Keys is { } keys)
            {
                files.Write(files.Protocol.Credential, authority.Vouch(request.Identity, legalEntity, keys));
            }

            files.Report(
                parsed.GetValue(json),
                request.Keys is null ? RequestFacts.Of(request) : [.. RequestFacts.Of(request), ("entity", legalEntity)],
                $"telephone {request.Identity.Name} under a number that did not come with the request: the fingerprints must be those that their 'fed pki request' printed",
                $"only then send these files (no secret in them) to {request.Identity.Name}"
            );
            return 0;
        });
        return command;
    }
}
