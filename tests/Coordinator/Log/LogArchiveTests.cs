using System.Text;
using Federated.Coordinator.Log;
using Federated.Coordinator.Storage;
using Federated.Fixtures;
using Federated.TransparencyLog;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;
using Federated.TransparencyLog.Verification;

namespace Federated.Coordinator.Tests.Log;

/// <summary>Files of trees that the log has outgrown.</summary>
[TestClass]
public sealed class LogArchiveTests
{
    private const int Entries = 66_000; // a partial tile at level 1, above full ones

    [TestMethod]
    public void Every_tree_that_the_log_ever_had_can_be_read_when_only_full_files_are_left()
    {
        using var folder = new TestFolder();
        using var store = new CoordinatorStore(folder["state"]);
        var files = new LogFiles(folder["log"]);
        LogLine[] lines = [.. Enumerable.Range(0, Entries).Select(i => new LogLine(Encoding.ASCII.GetBytes($"entry {i}"), null, null))];
        store.AddToLog(lines);
        var log = LogAppender.Empty;
        var heads = new List<TreeHead>();
        foreach (var size in new[] { 1, 255, 256, 257, 600, 65_535, 65_536, Entries })
        {
            var batch = log.Append([.. lines[(int)log.Head.Size.Value..size].Select(line => line.Entry)]);
            files.Write(batch.Files.Where(file => file.Path.IsFull));
            log = batch.After;
            heads.Add(log.Head);
        }

        var archive = new LogArchive(store, files);

        foreach (var head in heads)
        {
            Assert.IsNull(LogVerifier.VerifyTree(head, path => archive.Read(path).ToArray()), $"{head.Size} entries");
        }

        Assert.ThrowsExactly<CorruptLogException>(() => archive.Read(TilePath.Tile(0, 300, TilePath.FullWidth)));
        Assert.ThrowsExactly<CorruptLogException>(() => archive.Read(TilePath.Bundle(Entries / 256, 255)));
    }
}
