using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Notes;

namespace Federated.Audit.Checks;

/// <summary>(a) The last checkpoint: signed by the log, cosigned by a quorum of sites, and by nobody who is unknown.</summary>
internal static class CheckpointCheck
{
    /// <summary>Why it does not count, or null.</summary>
    /// <param name="checkpoint">As it was read.</param>
    /// <param name="entries">The log's name, and the keys that count at its end.</param>
    /// <param name="study">Of which study's roster a quorum must have cosigned; null where no entry is of a study yet.</param>
    /// <param name="cosigned">How many sites cosigned.</param>
    public static string? Fault(SignedCheckpoint checkpoint, EntryCheck entries, StudyAudit? study, out int cosigned)
    {
        cosigned = 0;
        if (entries.Coordinator is not { } coordinator)
        {
            return "the coordinator has no key that counts at the end of the log.";
        }

        var sites = entries.Keys.Members.Values.Where(member => KeyNames.IsSite(member.Log.Name, out _)).Select(member => member.Witness);
        var policy = new LogPolicy(entries.Origin, LogKey(entries.Origin, coordinator), sites, quorum: 0);
        if (!policy.TryVerify(checkpoint, out var verified, out var fault))
        {
            return fault;
        }

        if (policy.UnknownLines(checkpoint).FirstOrDefault() is { } line)
        {
            return $"a signature line of '{line.Name}' (key {line.Id:x8}) is of nobody whose keys count at the end of the log.";
        }

        // Two lines of one key are one signature; the second is covered by nothing.
        if (checkpoint.Note.Signatures.Length != verified.Cosignatures.Length + 1)
        {
            return "a signature line stands twice.";
        }

        cosigned = verified.Cosignatures.Length;
        if (study is null)
        {
            return null;
        }

        var names = verified.Cosignatures.Select(signature => signature.Key.Name).ToHashSet();
        var ofRoster = study.Plan.Roster.Count(site => names.Contains(KeyNames.ForSite(site)));
        var quorum = LogPolicy.QuorumOf(study.Plan.Sites.Length, study.Plan.Aggregation.Colluders);
        return ofRoster >= quorum
            ? null
            : $"{ofRoster} sites of study '{study.Plan.Name}' cosigned it; {quorum} of {study.Plan.Sites.Length} must, or else there may be another history. Fetch a cosigned checkpoint.";
    }

    /// <summary>The log signs with the coordinator's log key, under the log's name.</summary>
    public static NoteKey LogKey(string origin, RegisteredMember coordinator) =>
        KeyRing.KeyOf(KeyName.Parse(origin), NoteAlgorithm.Ed25519, coordinator.Credential.Keys.Log);
}
