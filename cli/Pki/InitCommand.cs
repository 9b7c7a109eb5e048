using System.CommandLine;
using Federated.Hosting;
using Federated.Identity;

namespace Federated.Cli.Pki;

/// <summary><c>fed pki init</c>.</summary>
internal static class InitCommand
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(10 * 365);

    internal static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("folder")
        {
            Description = "Where to keep the root: an offline machine or an encrypted stick.",
        };
        var name = new Option<string>("--name")
        {
            Description = "The consortium's name.",
            DefaultValueFactory = _ => "Federated consortium",
        };
        var json = PkiOptions.Json();
        var command = new Command("init", "Make a consortium root: whoever holds its key can invent members, so keep it offline.")
        {
            folder,
            name,
            json,
        };
        command.SetAction(parsed =>
        {
            var files = new MemberFiles(parsed.GetRequiredValue(folder), "root");
            using var authority = ConsortiumAuthority.Create(parsed.GetValue(name)!, Validity, TimeProvider.System);
            authority.Save(parsed.GetRequiredValue(folder).FullName);
            files.Wrote(files.Key);
            files.Wrote(files.Certificate);
            // An empty list from the first day: members point to it once, and revoking is then no change of configuration.
            files.Write(files.Revocations, authority.Sign(RevocationList.Kind, new RevocationList(1, [], []).ToPayload()).ToFile());
            files.Report(parsed.GetValue(json), $"fed pki issue coordinator NAME --host HOST --root {parsed.GetRequiredValue(folder)}");
            return 0;
        });
        return command;
    }
}
