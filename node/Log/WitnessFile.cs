using Federated.Hosting;
using Federated.Node.Journal;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Trees;
using Federated.TransparencyLog.Witnesses;

namespace Federated.Node.Log;

/// <summary>
/// The last checkpoint of the consortium's log that this site accepted: <c>STATE/log/checkpoint</c>, with the log's signature. A witness that forgets it may vouch for two
/// histories, so that it is on disk before anything is cosigned.
/// </summary>
internal sealed class WitnessFile(StateFolder state)
{
    private string Path => System.IO.Path.Combine(state.Log, "checkpoint");

    /// <summary>Entries of what lies there, for a greeting: nothing rests on it before <see cref="Read"/> has verified it.</summary>
    internal TreeSize SizeUnverified() =>
        File.Exists(Path) && SignedCheckpoint.TryParse(TextFiles.ReadBytes(Path), out var last, out _)
            ? last.Checkpoint.Head.Size
            : new TreeSize(0);

    /// <summary>What was accepted last; null if nothing was.</summary>
    /// <exception cref="OperatorException">It cannot be read, or is not this log's.</exception>
    internal WitnessState? Read(LogPolicy log)
    {
        if (!File.Exists(Path))
        {
            return null;
        }

        return WitnessState.TryRead(TextFiles.ReadBytes(Path), log, out var known, out var fault)
            ? known
            : throw new OperatorException(
                $"{Path}, the last checkpoint of the audit log that this site accepted, does not count: {fault}",
                "restore it from backup. If the consortium really began another log, move the file away: this site then vouches for the new one from its beginning"
            );
    }

    /// <summary>Replaces it; on disk when this returns.</summary>
    internal void Write(WitnessState accepted)
    {
        StateFolder.Create(state.Log);
        PrivateFiles.WriteWhole(Path, accepted.ToBytes());
    }
}
