using System.CommandLine;
using Federated.Hosting;
using Federated.Identity;

namespace Federated.Cli.Pki;

/// <summary><c>fed pki issue</c>: keys and certificate in one go, for members who let the root make their keys.</summary>
internal static class IssueCommand
{
    internal static Command Create()
    {
        var role = PkiOptions.Role();
        var name = PkiOptions.Name();
        var root = PkiOptions.Root();
        var output = PkiOptions.Out();
        var hosts = PkiOptions.Hosts();
        var days = PkiOptions.Days();
        var entity = PkiOptions.Entity();
        var json = PkiOptions.Json();
        var command = new Command(
            "issue",
            "Make a member's TLS key and certificate and, for sites and the coordinator, protocol keys with a credential. Where a key must never leave its machine, use request and sign."
        )
        {
            role,
            name,
            root,
            output,
            hosts,
            days,
            entity,
            json,
        };
        command.SetAction(parsed =>
        {
            var identity = PkiOptions.IdentityOf(parsed.GetRequiredValue(role), parsed.GetRequiredValue(name));
            var names = PkiOptions.HostsOf(identity, parsed.GetValue(hosts));
            var legalEntity = PkiOptions.EntityOf(identity, parsed.GetValue(entity));
            RootFolder.RefuseRevoked(parsed.GetRequiredValue(root), identity);
            var files = new MemberFiles(parsed.GetRequiredValue(output), identity.Name.Value);
            MemberFiles.RefuseExisting(files.Key, files.Protocol.Key);
            using var authority = ConsortiumAuthority.Load(parsed.GetRequiredValue(root).FullName, TimeProvider.System);
            var (certificate, key) = authority.Issue(identity, names, TimeSpan.FromDays(parsed.GetValue(days)));
            files.WriteConsortium(parsed.GetRequiredValue(root), authority.RootPem);
            files.WriteSecret(files.Key, key);
            files.Write(files.Certificate, certificate);
            if (Roles.HasProtocolKeys(identity.Role))
            {
                authority.IssueProtocolKeys(identity, legalEntity, files.Protocol);
                files.Wrote(files.Protocol.Key);
                files.Wrote(files.Protocol.Credential);
            }

            files.Report(
                parsed.GetValue(json),
                Roles.HasProtocolKeys(identity.Role) ? [("entity", legalEntity)] : [],
                $"bring these files to {identity.Name} on a path that nobody else reads, then delete them here"
            );
            return 0;
        });
        return command;
    }
}
