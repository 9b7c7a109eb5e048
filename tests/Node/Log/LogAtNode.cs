using Federated.Node.Tests.Hosting;
using Federated.Node.Tests.Studies;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Trees;
using Federated.V1;

namespace Federated.Node.Tests.Log;

/// <summary>Words of the conversation on the log.</summary>
internal static class LogAtNode
{
    /// <summary>Asks the node to cosign the log as it is now.</summary>
    /// <param name="bench">The node.</param>
    /// <param name="from">Entries that it is believed to have seen; by default those that it has.</param>
    /// <param name="own">Place of an entry of its own, which it is shown.</param>
    /// <returns>A cosignature or a refusal.</returns>
    public static async Task<NodeMessage> GrowAsync(this StudyAtNode bench, long? from = null, int? own = null)
    {
        var (session, log) = (bench.Session, bench.Others.Log);
        var before = session.OfTheLog.Count;
        var seen = from is { } size ? new TreeSize(size) : session.SeenOfLog;
        await session.SayAsync(new CoordinatorMessage { LogGrowth = log.Growth(seen, own) });
        for (var tries = 0; tries < 3000; tries++)
        {
            var answer = session.OfTheLog.Skip(before).FirstOrDefault(said => said.LogEntry is null);
            if (answer is not null)
            {
                session.SeenOfLog = answer.Cosignature is null ? session.SeenOfLog : log.Head.Size;
                return answer;
            }

            await Task.Delay(10);
        }

        throw new AssertFailedException("the node answered nothing.");
    }

    /// <summary>What the node said for the log, of that kind, once.</summary>
    public static byte[] Statement(this ScriptedSession session, EntryKind kind) =>
        session
            .OfTheLog.Where(said => said.LogEntry is not null)
            .Select(said => said.LogEntry.Entry.ToByteArray())
            .Single(bytes => SealedEntry.TryParse(bytes, out var entry, out _) && entry.Entry.Kind == kind);

    /// <summary>Waits until the node insists on nothing any more.</summary>
    public static async Task NothingPendingAsync(this NodeFiles files, CancellationToken cancellationToken)
    {
        while (files.Pending.Count > 0)
        {
            await Task.Delay(10, cancellationToken);
        }
    }
}
