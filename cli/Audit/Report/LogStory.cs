using System.Text;
using Federated.Audit;
using Federated.Federation;
using Federated.Identity;
using Federated.TransparencyLog.Entries.Bodies;

namespace Federated.Cli.Audit.Report;

/// <summary>A member's keys, from some place of the log on.</summary>
/// <param name="Said">Its <c>key.register</c>.</param>
/// <param name="Member">Role and name.</param>
/// <param name="Entity">Who runs it.</param>
/// <param name="File">SHA-256 of the credential.</param>
internal sealed record RegisteredKeys(Statement<KeyRegistration> Said, PeerIdentity Member, string Entity, Digest File);

/// <summary>A revocation list, from some place of the log on.</summary>
/// <param name="Said">Its <c>key.revoke</c>.</param>
/// <param name="List">What it says.</param>
internal sealed record RevokedKeys(Statement<KeyRevocation> Said, RevocationList List);

/// <summary>All that a log says, gathered while it is audited. Decides nothing: the audit does.</summary>
/// <param name="root">The root that it is audited under; null if there is none, and then no entry holds.</param>
internal sealed class LogStory(ConsortiumRoot? root)
{
    private readonly Dictionary<Digest, StudyStory> _byPlan = [];

    internal Statement<LogBeginning>? Began { get; private set; }

    internal List<Statement<CoordinatorStart>> Starts { get; } = [];

    internal List<RegisteredKeys> Keys { get; } = [];

    internal List<RevokedKeys> Revocations { get; } = [];

    internal List<Statement<PolicyChange>> Policies { get; } = [];

    /// <summary>Refusals of no study.</summary>
    internal List<Statement<SiteRefusal>> Refused { get; } = [];

    /// <summary>Evidence of no study.</summary>
    internal List<Statement<MisbehaviourEvidence>> Misbehaved { get; } = [];

    /// <summary>In the order of their registrations.</summary>
    internal List<StudyStory> Studies { get; } = [];

    /// <summary>Entries that held.</summary>
    internal long Entries { get; private set; }

    /// <summary>Time of the last of them; null before the first.</summary>
    internal DateTimeOffset? Last { get; private set; }

    /// <summary>Takes the next entry that held.</summary>
    internal void Take(AuditedEntry entry)
    {
        (Entries, Last) = (entry.Index.Value + 1, entry.Entry.Time);
        Began ??= StudyStory.Of<LogBeginning>(entry);
        StudyStory.Keep(Starts, entry);
        StudyStory.Keep(Policies, entry);
        TakeKeys(entry);
        if (entry.Proposed is not null)
        {
            var study = new StudyStory(entry);
            _byPlan[study.Hash] = study;
            Studies.Add(study);
        }
        else if (entry.Entry.Study is { } reference && _byPlan.TryGetValue(reference.Plan, out var study))
        {
            study.Take(entry);
        }
        else
        {
            StudyStory.Keep(Refused, entry);
            StudyStory.Keep(Misbehaved, entry);
        }
    }

    /// <summary>Whose keys count no more, and since which entry.</summary>
    internal RevokedKeys? RevocationOf(RegisteredKeys keys) =>
        Revocations.FirstOrDefault(list => list.Said.Index > keys.Said.Index && list.List.Members.Contains(keys.Member));

    /// <summary>The keys that took the place of these; null if none did.</summary>
    internal RegisteredKeys? SuccessorOf(RegisteredKeys keys) =>
        Keys.FirstOrDefault(other => other.Member == keys.Member && other.Said.Index > keys.Said.Index);

    private void TakeKeys(AuditedEntry entry)
    {
        if (StudyStory.Of<KeyRegistration>(entry) is { } registration)
        {
            var file = Encoding.UTF8.GetBytes(registration.Body.Credential);
            if (root is not null && ProtocolCredential.TryRead(file, root.Key, out var read, out _))
            {
                Keys.Add(new RegisteredKeys(registration, read.Holder, read.Entity, Digest.Of(file)));
            }
        }

        if (
            StudyStory.Of<KeyRevocation>(entry) is { } revocation
            && root is not null
            && RevocationList.TryRead(Encoding.UTF8.GetBytes(revocation.Body.Revocations), root.Key, out var list, out _)
        )
        {
            Revocations.Add(new RevokedKeys(revocation, list));
        }
    }
}
