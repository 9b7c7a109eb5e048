using Federated.Audit.Tests.World;
using Federated.TransparencyLog.Entries;

namespace Federated.Audit.Tests;

/// <summary>How tests lie, and how they look where the audit ends.</summary>
internal static class Lies
{
    internal static Func<LogEntry, LogEntry?> Instead<T>(Func<T, T> lie)
        where T : EntryBody => entry => entry.Body is T body ? With(entry, lie(body)) : entry;

    internal static LogEntry With(LogEntry entry, EntryBody body) => new(entry.Kind, entry.Study, entry.Time, entry.Actor, body);

    /// <summary>The audit ends at the n-th entry of a kind.</summary>
    internal static void Fails(Story story, EntryKind kind, string reason, int number = 1)
    {
        var at = Enumerable.Range(0, (int)story.Head.Size.Value).Where(i => Entry(story, i).Kind == kind).ElementAt(number - 1);

        FailsAt(story, $"entry {at}", reason);
    }

    internal static void FailsAt(Story story, string place, string reason)
    {
        var verdict = story.Seal().Audit();

        Assert.IsInstanceOfType<AuditVerdict.Failed>(verdict, "the lie was believed");
        var fault = ((AuditVerdict.Failed)verdict).Fault;
        Assert.AreEqual(place, fault.Place, fault.Reason);
        Assert.Contains(reason, fault.Reason);
    }

    internal static LogEntry Entry(Story story, int index)
    {
        var tree = new TransparencyLog.Tiles.TiledTree(story.Head, path => story.Files.GetValueOrDefault(path.ToString()));
        Assert.IsTrue(SealedEntry.TryParse(tree.Entry(new TransparencyLog.Trees.LeafIndex(index)), out var entry, out var fault), fault);
        return entry.Entry;
    }
}
