using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog.Verification;

/// <summary>What verifying a whole log came to.</summary>
public abstract record LogVerdict
{
    private LogVerdict() { }

    /// <summary>Every byte of every file that the checkpoint counts is what it binds, and whoever must vouch for it does.</summary>
    /// <param name="Checkpoint">The log's last word.</param>
    public sealed record Verified(VerifiedCheckpoint Checkpoint) : LogVerdict;

    /// <summary>Where it first fails. Nothing that was read from the log may be relied on.</summary>
    /// <param name="Place">A file's name, or an entry's number.</param>
    /// <param name="Fault">What is wrong there.</param>
    public sealed record Failed(string Place, string Fault) : LogVerdict;
}

/// <summary>Looks at an entry while a log is verified, in the order of the log; returns null to go on, or what is wrong with it.</summary>
/// <param name="index">Its place.</param>
/// <param name="entry">Its bytes, valid during the call. Whether the log binds them is only known from the verdict.</param>
public delegate string? EntryVisitor(LeafIndex index, ReadOnlySpan<byte> entry);
