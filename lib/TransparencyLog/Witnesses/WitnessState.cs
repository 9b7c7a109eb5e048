using System.Diagnostics.CodeAnalysis;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog.Witnesses;

/// <summary>All that a witness remembers of a log: the last checkpoint that it accepted, with the log's signature, so that it can show a fork to others.</summary>
/// <remarks>Stored whole before any cosignature over it is made: a witness that forgets may cosign two histories.</remarks>
public sealed class WitnessState
{
    private WitnessState(SignedCheckpoint checkpoint) => Checkpoint = checkpoint;

    /// <summary>The checkpoint, verified to be the log's.</summary>
    public SignedCheckpoint Checkpoint { get; }

    /// <summary>Size and root.</summary>
    public TreeHead Head => Checkpoint.Checkpoint.Head;

    /// <summary>Reads a stored state: a checkpoint file of this log.</summary>
    /// <param name="bytes">As <see cref="ToBytes"/> wrote them.</param>
    /// <param name="log">Which log and key; cosignatures are not asked for.</param>
    /// <param name="state">The state, or null.</param>
    /// <param name="fault">Null, or what is wrong: then do not cosign, whatever the log offers.</param>
    public static bool TryRead(
        ReadOnlyMemory<byte> bytes,
        LogPolicy log,
        [NotNullWhen(true)] out WitnessState? state,
        [NotNullWhen(false)] out string? fault
    )
    {
        ArgumentNullException.ThrowIfNull(log);
        state =
            SignedCheckpoint.TryParse(bytes, out var checkpoint, out fault)
            && log.OfLogAlone().TryVerify(checkpoint, out var verified, out fault)
                ? Of(verified, log)
                : null;
        return state is not null;
    }

    /// <summary>
    /// A state of which only the log's own lines are kept: others are not verified by a witness, and one that is wrong would make the stored state unreadable.
    /// </summary>
    internal static WitnessState Of(VerifiedCheckpoint verified, LogPolicy log) => new(verified.Checkpoint.OnlyBy(log.Log)!);

    /// <summary>What is stored.</summary>
    public byte[] ToBytes() => Checkpoint.ToBytes();
}
