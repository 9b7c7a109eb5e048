using Federated.Audit.Checks;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Identity;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Trees;

namespace Federated.Audit;

/// <summary>What is needed to judge one entry without its log.</summary>
public sealed record ProofRequest
{
    /// <summary>The entry with its path and checkpoint: C2SP tlog-proof, with the entry in its extra line.</summary>
    public required GivenFile Proof { get; init; }

    /// <summary>The consortium's root.</summary>
    public required GivenFile Root { get; init; }

    /// <summary>Credentials of the coordinator and of every site that may have cosigned, each once.</summary>
    public required IReadOnlyList<GivenFile> Credentials { get; init; }

    /// <summary>How many of these sites must have cosigned, at least 1; null for the quorum of a study of all of them with the usual number of colluders.</summary>
    public int? Quorum { get; init; }
}

/// <summary>An entry that was proven to be in a log.</summary>
/// <param name="Index">Its place.</param>
/// <param name="Size">Entries of the log whose checkpoint was cosigned.</param>
/// <param name="Entry">What it says.</param>
/// <param name="Cosigned">Sites that cosigned.</param>
public sealed record ProvenEntry(LeafIndex Index, TreeSize Size, LogEntry Entry, int Cosigned);

/// <summary>Verifies one entry alone: it is in a log that a quorum of sites saw, and its actor signed it.</summary>
/// <remarks>It cannot tell whether the actor's key counted at that place, nor whether what the entry says is true: both take the whole log (<see cref="LogAudit"/>).</remarks>
public static class ProofAudit
{
    /// <summary>Verifies a proof; null, with the fault, if it does not hold.</summary>
    /// <param name="request">What to verify, and by whose keys.</param>
    /// <param name="fault">Where it fails.</param>
    public static ProvenEntry? Verify(ProofRequest request, out AuditFault? fault)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!ConsortiumRoot.TryReadKnown(request.Root.Bytes.Span, out var root, out var noRoot))
        {
            fault = new AuditFault(request.Root.Name, noRoot);
            return null;
        }

        using (root)
        {
            if (!LogProof.TryParse(request.Proof.Bytes, out var proof, out var reason))
            {
                fault = new AuditFault(request.Proof.Name, reason);
                return null;
            }

            var keys = new KeyRing(root);
            fault = Register(request, keys);
            return fault is null ? Verify(request, proof, root.Hash, [.. keys.Members.Values], out fault) : null;
        }
    }

    private static AuditFault? Register(ProofRequest request, KeyRing keys)
    {
        foreach (var file in request.Credentials)
        {
            if (keys.Read(file.Bytes.Span, out var reason) is not { } member)
            {
                return new AuditFault(file.Name, reason!);
            }

            keys.Add(member);
        }

        var coordinators = keys.Members.Keys.Count(name => KeyNames.IsCoordinator(name, out _));
        return coordinators == 1
            ? null
            : new AuditFault(
                request.Proof.Name,
                $"credentials of {coordinators} coordinators were given; give that of the log's coordinator, and those of the sites."
            );
    }

    private static ProvenEntry? Verify(
        ProofRequest request,
        LogProof proof,
        Digest root,
        IReadOnlyList<RegisteredMember> members,
        out AuditFault? fault
    )
    {
        var coordinator = members.Single(member => KeyNames.IsCoordinator(member.Log.Name, out _));
        NoteKey[] witnesses = [.. members.Where(member => member != coordinator).Select(member => member.Witness)];
        var quorum = request.Quorum ?? LogPolicy.QuorumOf(witnesses.Length, Thresholds.UsualColluders(witnesses.Length));
        if (quorum < 1 || quorum > witnesses.Length)
        {
            fault = new AuditFault(
                request.Proof.Name,
                $"{quorum} sites must have cosigned, and credentials of {witnesses.Length} were given; give those of all."
            );
            return null;
        }

        var origin = KeyNames.Origin(root, coordinator.Credential.Holder.Name).Value;
        var policy = new LogPolicy(origin, CheckpointCheck.LogKey(origin, coordinator), witnesses, quorum);
        SealedEntry? entry = null;
        var reason =
            !proof.TryVerify(proof.Extra.Span, policy, out var checkpoint, out var unproven) ? unproven
            : policy.UnknownLines(proof.Checkpoint).FirstOrDefault() is { } line
                ? $"a signature line of '{line.Name}' is of nobody whose credential was given; give those of all."
            : !SealedEntry.TryParse(proof.Extra, out entry, out var unread) ? unread
            : !entry.TryVerify([.. members.Select(member => member.Log)], out _, out var unsigned) ? unsigned
            : null;
        fault = reason is null ? null : new AuditFault(request.Proof.Name, reason);
        return fault is null ? new ProvenEntry(proof.Index, checkpoint!.Head.Size, entry!.Entry, checkpoint.Cosignatures.Length) : null;
    }
}
