namespace Federated.Identity;

/// <summary>What a certificate lets its holder do. Written in lower case in the certificate's subject.</summary>
public enum Role
{
    /// <summary>Runs rounds and adds sums.</summary>
    Coordinator,

    /// <summary>A hospital's node.</summary>
    Site,

    /// <summary>Submits and watches studies.</summary>
    Researcher,

    /// <summary>Reads, and changes nothing.</summary>
    Auditor,
}

/// <summary>Roles as they are written.</summary>
public static class Roles
{
    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<Role>().Select(NameOf)];

    /// <summary>The name of a role in certificates, commands and messages.</summary>
    public static string NameOf(Role role) => role.ToString().ToLowerInvariant();

    /// <summary>Sites and the coordinator sign protocol messages; researchers and auditors only connect.</summary>
    public static bool HasProtocolKeys(Role role) => role is Role.Site or Role.Coordinator;

    /// <summary>Reads a name; false for anything else.</summary>
    public static bool TryParse(string? name, out Role role)
    {
        role = default;
        var index = Names.ToList().IndexOf(name ?? "");
        if (index < 0)
        {
            return false;
        }

        role = Enum.GetValues<Role>()[index];
        return true;
    }
}
