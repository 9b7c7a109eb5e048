using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog.Checkpoints;

/// <summary>Which checkpoints somebody believes: of one log, signed by its key, cosigned by enough of the witnesses. Immutable and thread-safe.</summary>
public sealed class LogPolicy
{
    /// <param name="origin">Which log.</param>
    /// <param name="log">The log's key.</param>
    /// <param name="witnesses">Keys of all witnesses, each of its own witness.</param>
    /// <param name="quorum">How many must have cosigned: 0 for a witness itself, else <see cref="QuorumOf"/>.</param>
    /// <exception cref="ArgumentException">Faults of the policy itself: nobody could satisfy it, or one key would count twice.</exception>
    public LogPolicy(string origin, NoteKey log, IEnumerable<NoteKey> witnesses, int quorum)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(witnesses);
        (Origin, Log, Witnesses, Quorum) = (origin, log, [.. witnesses], quorum);
        if (!Checkpoint.IsOrigin(origin))
        {
            throw new ArgumentException($"'{origin}' is no log's origin.", nameof(origin));
        }

        if (log.Algorithm != NoteAlgorithm.Ed25519)
        {
            throw new ArgumentException($"The key of {log.Name} cosigns; a log's own key signs.", nameof(log));
        }

        if (Witnesses.FirstOrDefault(key => key.Algorithm != NoteAlgorithm.Cosignature) is { } other)
        {
            throw new ArgumentException($"The key of {other.Name} is not one that cosigns.", nameof(witnesses));
        }

        // What is cosigned does not name the witness, so one key under two names would be two votes of one hand.
        if (Witnesses.Select(key => Convert.ToHexString(key.PublicKey.Span)).Distinct().Count() != Witnesses.Length)
        {
            throw new ArgumentException("Two witnesses have one key.", nameof(witnesses));
        }

        if (Witnesses.Select(key => key.Name).Distinct().Count() != Witnesses.Length)
        {
            throw new ArgumentException("One witness has two keys.", nameof(witnesses));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(quorum);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quorum, Witnesses.Length);
    }

    /// <summary>Which log.</summary>
    public string Origin { get; }

    /// <summary>The log's key.</summary>
    public NoteKey Log { get; }

    /// <summary>Keys of the witnesses.</summary>
    public ImmutableArray<NoteKey> Witnesses { get; }

    /// <summary>How many of them must have cocheckpoint.</summary>
    public int Quorum { get; }

    /// <summary>Smallest w with 2w &gt; n + c: then two checkpoints that w of n witnesses cosigned have an honest witness in common, if at most c collude.</summary>
    /// <param name="witnesses">n.</param>
    /// <param name="colluders">c.</param>
    public static int QuorumOf(int witnesses, int colluders)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(witnesses);
        ArgumentOutOfRangeException.ThrowIfNegative(colluders);
        return ((witnesses + colluders) / 2) + 1;
    }

    /// <summary>The same log without its witnesses: for those who look at the log's own signature only.</summary>
    public LogPolicy OfLogAlone() => new(Origin, Log, [], quorum: 0);

    /// <summary>Verifies a checkpoint: the log, its signature, and enough cosignatures.</summary>
    /// <param name="checkpoint">As it was read.</param>
    /// <param name="verified">What may be relied on, or null.</param>
    /// <param name="fault">Null, or what is wrong.</param>
    /// <remarks>A line of a witness that does not verify refuses the checkpoint, also where the others would be enough.</remarks>
    public bool TryVerify(
        SignedCheckpoint checkpoint,
        [NotNullWhen(true)] out VerifiedCheckpoint? verified,
        [NotNullWhen(false)] out string? fault
    )
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        verified = null;
        if (checkpoint.Checkpoint.Origin != Origin)
        {
            fault = $"it is of the log '{checkpoint.Checkpoint.Origin}', not of '{Origin}'.";
            return false;
        }

        if (!checkpoint.Note.TryVerify([Log, .. Witnesses], out var signatures, out fault))
        {
            return false;
        }

        if (!signatures.Any(signature => signature.Key.Equals(Log)))
        {
            fault = $"the log's key ({Log}) did not sign it.";
            return false;
        }

        ImmutableArray<VerifiedSignature> cosignatures = [.. signatures.Where(signature => !signature.Key.Equals(Log))];
        if (cosignatures.Length < Quorum)
        {
            fault = $"{cosignatures.Length} of {Witnesses.Length} witnesses cosigned it; {Quorum} must.";
            return false;
        }

        verified = new VerifiedCheckpoint(checkpoint, cosignatures);
        return true;
    }

    /// <summary>Lines of a checkpoint that this policy's keys did not make: no verification covers them.</summary>
    public IEnumerable<NoteSignature> UnknownLines(SignedCheckpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return checkpoint.Note.Unknown([Log, .. Witnesses]);
    }
}

/// <summary>A checkpoint that a policy believes; only <see cref="LogPolicy.TryVerify"/> makes one.</summary>
public sealed class VerifiedCheckpoint
{
    internal VerifiedCheckpoint(SignedCheckpoint checkpoint, ImmutableArray<VerifiedSignature> cosignatures) =>
        (Checkpoint, Cosignatures) = (checkpoint, cosignatures);

    /// <summary>The checkpoint as it came.</summary>
    public SignedCheckpoint Checkpoint { get; }

    /// <summary>Who cosigned, and when by their clocks.</summary>
    public ImmutableArray<VerifiedSignature> Cosignatures { get; }

    /// <summary>Size and root.</summary>
    public TreeHead Head => Checkpoint.Checkpoint.Head;
}
