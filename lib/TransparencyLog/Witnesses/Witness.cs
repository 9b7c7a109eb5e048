using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog.Witnesses;

/// <summary>The rule of a witness, as a function: it accepts a tree only if it is the last one, grown, so that no two histories are ever cosigned by it.</summary>
/// <param name="log">Which log and key. Cosignatures of others are neither asked for nor looked at.</param>
/// <remarks>
/// C2SP tlog-witness. Between reading the state and storing the next one no other request of the same log may be considered, or the smaller of two could be stored last;
/// the caller handles one at a time.
/// </remarks>
public sealed class Witness(LogPolicy log)
{
    private readonly LogPolicy _alone = log.OfLogAlone();

    /// <summary>Considers a request; changes nothing.</summary>
    /// <param name="last">What is stored, or null if nothing was ever accepted.</param>
    /// <param name="request">As it was read.</param>
    public WitnessDecision Consider(WitnessState? last, AddCheckpointRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var known = last?.Head ?? TreeHead.Empty;
        var (offered, checkpoint) = (request.Checkpoint.Checkpoint.Head, request.Checkpoint);
        if (checkpoint.Checkpoint.Origin != log.Origin)
        {
            return Refuse(WitnessRefusal.UnknownOrigin, $"This witness watches '{log.Origin}', not '{checkpoint.Checkpoint.Origin}'.");
        }

        if (!_alone.TryVerify(checkpoint, out var verified, out var fault))
        {
            return Refuse(WitnessRefusal.NotSigned, $"The checkpoint of {offered.Size} entries is not the log's: {fault}");
        }

        // Before the sizes: whatever the log says of the old one, two roots for one size are its lie. The empty tree has one root only.
        if (last is not null && CheckpointFork.TryVerify(last.Checkpoint, checkpoint, log, out var fork, out _))
        {
            return Refuse(
                WitnessRefusal.Fork,
                $"The log signed two trees of {offered.Size} entries: {known.Root.Abbreviated}… before, {offered.Root.Abbreviated}… now. Stop, keep both checkpoints, and show them to every member."
            ) with
            {
                Fork = fork,
            };
        }

        if (request.OldSize > offered.Size)
        {
            return Refuse(WitnessRefusal.OldSizeAbove, $"The request goes from {request.OldSize} entries back to {offered.Size}.");
        }

        if (request.OldSize != known.Size)
        {
            return Refuse(
                WitnessRefusal.OtherOldSize,
                $"The request begins at {request.OldSize} entries; this witness accepted {known.Size}. Prove the growth from there; if the log has fewer, it lost entries."
            );
        }

        return ConsistencyProof.Verifies(known, offered, request.Path.AsSpan())
            ? new WitnessDecision.Accepted(WitnessState.Of(verified, log))
            : Refuse(
                WitnessRefusal.NotConsistent,
                $"The proof does not show that the tree of {offered.Size} entries begins with the {known.Size} that this witness accepted."
            );

        WitnessDecision.Refused Refuse(WitnessRefusal reason, string message) => new(reason, message, known.Size);
    }
}
