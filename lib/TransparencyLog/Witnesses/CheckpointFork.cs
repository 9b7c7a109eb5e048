using System.Diagnostics.CodeAnalysis;
using Federated.TransparencyLog.Checkpoints;

namespace Federated.TransparencyLog.Witnesses;

/// <summary>Two checkpoints of one log and one size with different roots, both signed by the log: proof that it showed two histories, which anybody can verify.</summary>
public sealed class CheckpointFork
{
    private CheckpointFork(SignedCheckpoint first, SignedCheckpoint second) => (First, Second) = (first, second);

    /// <summary>One of them.</summary>
    public SignedCheckpoint First { get; }

    /// <summary>The other.</summary>
    public SignedCheckpoint Second { get; }

    /// <summary>Verifies that two checkpoints are a fork.</summary>
    /// <param name="first">As it was read.</param>
    /// <param name="second">As it was read.</param>
    /// <param name="log">Which log and key; cosignatures are not asked for, since the log alone is accused.</param>
    /// <param name="fork">The proof, or null.</param>
    /// <param name="fault">Null, or why this shows nothing.</param>
    public static bool TryVerify(
        SignedCheckpoint first,
        SignedCheckpoint second,
        LogPolicy log,
        [NotNullWhen(true)] out CheckpointFork? fork,
        [NotNullWhen(false)] out string? fault
    )
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(log);
        fork = null;
        var (one, other) = (first.Checkpoint.Head, second.Checkpoint.Head);
        if (one.Size != other.Size)
        {
            fault = $"the checkpoints are of {one.Size} and {other.Size} entries, and may be of one history.";
            return false;
        }

        if (one.Root == other.Root)
        {
            fault = "both checkpoints have the same root.";
            return false;
        }

        // Only the log's own line counts here: a witness's line that does not verify must not save the log.
        var alone = log.OfLogAlone();
        if (alone.TryVerify(first, out _, out fault) && alone.TryVerify(second, out _, out fault))
        {
            fork = new CheckpointFork(first, second);
        }

        return fork is not null;
    }
}
