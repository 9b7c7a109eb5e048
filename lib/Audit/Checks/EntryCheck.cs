using Federated.Identity;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Trees;

namespace Federated.Audit.Checks;

/// <summary>(c) Every entry reads, and was signed with the key that counts for its actor at its place. The log begins once, under this root.</summary>
/// <param name="root">The consortium's.</param>
/// <remarks>
/// Entry 0 is signed with the key that entry 1 registers, and a coordinator's registration with the key that is in it: the root vouches for that key, and
/// nothing that the log said before needs to.
/// </remarks>
internal sealed class EntryCheck(ConsortiumRoot root)
{
    private SealedEntry? _genesis; // until entry 1 gives the key that verifies it
    private KeyName _coordinator;

    /// <summary>Keys that count after the entries so far.</summary>
    public KeyRing Keys { get; } = new(root);

    /// <summary>Name of the log; valid after entry 0.</summary>
    public string Origin { get; private set; } = "";

    /// <summary>The coordinator's keys; null before entry 1, and if the root revoked it.</summary>
    public RegisteredMember? Coordinator => Keys.Members.GetValueOrDefault(_coordinator);

    /// <summary>Takes the next entry; null, with the fault, if it does not count.</summary>
    public LogEntry? Take(LeafIndex index, ReadOnlySpan<byte> bytes, out string? fault)
    {
        if (!SealedEntry.TryParse(bytes.ToArray(), out var entry, out fault))
        {
            return null;
        }

        fault = index.Value switch
        {
            0 => Begin(entry),
            1 => First(entry),
            _ => Later(entry),
        };
        return fault is null ? entry.Entry : null;
    }

    private string? Begin(SealedEntry entry)
    {
        if (entry.Entry.Body is not LogBeginning beginning)
        {
            return $"the log begins with '{EntryKinds.WordOf(entry.Entry.Kind)}', not with '{EntryKinds.WordOf(EntryKind.LogBegan)}'.";
        }

        if (beginning.Root != root.Hash)
        {
            return $"the log is of the consortium with the root {beginning.Root}; root.crt, or the root that was given, is {root.Hash}. Use the root of this consortium.";
        }

        (_genesis, _coordinator, Origin) = (entry, entry.Entry.Actor, beginning.Origin);
        return KeyNames.IsCoordinator(_coordinator, out var name) && KeyNames.Origin(root.Hash, name).Value == Origin
            ? null
            : $"the log's name '{Origin}' is not made of this root and {_coordinator}.";
    }

    private string? First(SealedEntry entry)
    {
        if (entry.Entry.Body is not KeyRegistration || entry.Entry.Actor != _coordinator)
        {
            return $"entry 1 has to register the keys of {_coordinator}.";
        }

        return Later(entry)
            ?? (
                Coordinator is null ? $"entry 1 registers another member than {_coordinator}."
                : _genesis!.TryVerify([Coordinator.Log], out _, out var fault) ? null
                : $"entry 0 was not signed with the key that this entry registers: {fault}"
            );
    }

    private string? Later(SealedEntry entry)
    {
        var said = entry.Entry;
        if (said.Kind == EntryKind.LogBegan)
        {
            return "a log begins once, with entry 0.";
        }

        if (KeyNames.IsCoordinator(said.Actor, out _) && said.Actor != _coordinator)
        {
            return $"{said.Actor} is not the coordinator of this log, {_coordinator}.";
        }

        RegisteredMember? registered = null;
        if (said.Body is KeyRegistration registration && (registered = Keys.Read(registration.Credential, out var unread)) is null)
        {
            return unread;
        }

        var own = registered?.Log.Name == said.Actor ? registered : null;
        if ((own ?? Keys.Members.GetValueOrDefault(said.Actor)) is not { } actor)
        {
            return $"{said.Actor} has no key that counts here: none was registered before, or the root revoked it.";
        }

        if (!entry.TryVerify([actor.Log], out _, out var fault))
        {
            return fault;
        }

        if (registered is not null)
        {
            Keys.Add(registered);
        }

        return said.Body is KeyRevocation revocation ? Keys.Revoke(revocation.Revocations) : null;
    }
}
