using System.Text;
using Federated.Hosting;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Trees;
using Federated.TransparencyLog.Witnesses;

namespace Federated.Node.Journal;

/// <summary>
/// The last checkpoint of the consortium's log that this site accepted: <c>STATE/log/checkpoint</c>, with the log's signature. A witness that forgets it may vouch for two
/// histories, so that it is on disk before anything is cosigned.
/// </summary>
internal sealed class WitnessFile(StateFolder state)
{
    private string Path => System.IO.Path.Combine(state.Log, "checkpoint");

    private string KeyPath => System.IO.Path.Combine(state.Log, "log-keys");

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

        var stored = TextFiles.ReadBytes(Path);
        if (WitnessState.TryRead(stored, log, out var known, out var fault))
        {
            return known;
        }

        // The coordinator has other keys since; its log goes on.
        foreach (var key in Keys().Where(key => key.Name == log.Log.Name))
        {
            if (WitnessState.TryRead(stored, new LogPolicy(log.Origin, key, [], quorum: 0), out known, out _))
            {
                return known;
            }
        }

        throw new OperatorException(
            $"{Path}, the last checkpoint of the audit log that this site accepted, does not count: {fault}",
            "restore it from backup. If the consortium really began another log, move the whole folder away: this site then vouches for the new one from its beginning"
        );
    }

    /// <summary>Notes a key of the log that the root vouched for: what it signed stays this site's past when the coordinator has another.</summary>
    internal void Remember(NoteKey key)
    {
        var keys = Keys();
        if (!keys.Contains(key))
        {
            StateFolder.Create(state.Log);
            PrivateFiles.WriteWhole(KeyPath, Encoding.UTF8.GetBytes(string.Concat(keys.Append(key).Select(known => $"{known}\n"))));
        }
    }

    private List<NoteKey> Keys() =>
        File.Exists(KeyPath)
            ? [.. File.ReadLines(KeyPath).Select(line => NoteKey.TryParse(line, out var key) ? key : null).OfType<NoteKey>()]
            : [];

    /// <summary>Replaces it; on disk when this returns.</summary>
    internal void Write(WitnessState accepted)
    {
        StateFolder.Create(state.Log);
        PrivateFiles.WriteWhole(Path, accepted.ToBytes());
    }
}
