using System.CommandLine;
using System.Globalization;
using Federated.Federation;
using Federated.Hosting;
using Federated.Identity;

namespace Federated.Cli.Pki;

/// <summary>Arguments and options that several pki commands share.</summary>
internal static class PkiOptions
{
    internal static Argument<string> Role()
    {
        var role = new Argument<string>("role") { Description = string.Join(", ", Roles.Names) };
        role.AcceptOnlyFromAmong([.. Roles.Names]);
        return role;
    }

    internal static Argument<string> Name()
    {
        var name = new Argument<string>("name") { Description = "The member's name: a-z, 0-9 and '-'." };
        name.Validators.Add(result =>
        {
            if (SiteName.Fault(result.GetValueOrDefault<string>()) is { } fault)
            {
                result.AddError(fault);
            }
        });
        return name;
    }

    internal static Option<DirectoryInfo> Root() =>
        new("--root") { Description = "Folder of the consortium root, as 'fed pki init' made it.", Required = true };

    internal static Option<DirectoryInfo> Out() =>
        new("--out") { Description = "Folder to write to (default: here).", DefaultValueFactory = _ => new DirectoryInfo(".") };

    internal static Option<string[]> Hosts() =>
        new("--host")
        {
            Description = "DNS name or address that a coordinator is reached under; may be repeated.",
            AllowMultipleArgumentsPerToken = true,
        };

    /// <summary>The names given with <c>--host</c>.</summary>
    /// <exception cref="OperatorException">As <see cref="HostsFault"/> says.</exception>
    internal static IReadOnlyList<string> HostsOf(PeerIdentity identity, IReadOnlyList<string>? hosts) =>
        HostsFault(identity, hosts ?? []) is { } fault ? throw new OperatorException($"--host: {fault}") : hosts ?? [];

    /// <summary>Why these cannot be a member's hosts, or null. Only a coordinator has any: a site's certificate must never pass for a server's.</summary>
    internal static string? HostsFault(PeerIdentity identity, IReadOnlyList<string> hosts)
    {
        if (hosts.Count > 0 && identity.Role != Identity.Role.Coordinator)
        {
            return $"only a coordinator has hosts; nobody connects to a {Roles.NameOf(identity.Role)}.";
        }

        var unusable = hosts
            .Where(host => Uri.CheckHostName(host) == UriHostNameType.Unknown)
            .Select(host => $"'{ForeignText.Clean(host)}'");
        return unusable.Any()
            ? $"{string.Join(", ", unusable)} is neither a DNS name nor an address; write it as nodes will dial it, without https:// and port."
            : null;
    }

    internal static Option<string?> Entity() =>
        new("--entity")
        {
            Description =
                "Legal entity that runs the member, the same words for all its sites: no two of them are ever in one sum (default: the member's name). Give it again at every renewal.",
        };

    /// <summary>The entity given with <c>--entity</c>, or the member's own name.</summary>
    /// <exception cref="OperatorException">It is none, or the member has no credential to write it in.</exception>
    internal static string EntityOf(PeerIdentity identity, string? given)
    {
        if (given is not null && !Roles.HasProtocolKeys(identity.Role))
        {
            throw new OperatorException($"--entity: a {Roles.NameOf(identity.Role)} has no credential that would say it.", "leave it out");
        }

        return ProtocolCredential.EntityFault(given ?? identity.Name.Value) is { } fault
            ? throw new OperatorException($"--entity: {fault}")
            : given ?? identity.Name.Value;
    }

    internal static Option<int> Days()
    {
        var days = new Option<int>("--days")
        {
            Description = "Validity of the certificate, 1 to 3650 days.",
            DefaultValueFactory = _ => 365,
        };
        days.Validators.Add(result =>
        {
            if (
                result.Tokens is [var token]
                && (!int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var n) || n is < 1 or > 3650)
            )
            {
                result.AddError($"--days is '{token.Value}'; use 1 to 3650.");
            }
        });
        return days;
    }

    internal static Option<bool> Json() => new("--json") { Description = "Print what was written as JSON." };

    internal static PeerIdentity IdentityOf(string role, string name) =>
        Roles.TryParse(role, out var parsed)
            ? new PeerIdentity(parsed, SiteName.Parse(name))
            : throw new OperatorException($"'{role}' is no role.");
}
