using System.Text;
using System.Text.Json.Nodes;
using Federated.Fixtures;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Tests.Entries;
using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog.Tests.Auditing;

/// <summary>A second implementation, in another language and from the specifications alone, verifies what this one made.</summary>
[TestClass]
public sealed class AuditorTests
{
    [TestMethod]
    public void An_auditor_verifies_checkpoint_cosignatures_proof_bundle_tile_and_entries()
    {
        using var log = LogOfSamples();
        for (var index = 0; index < log.Entries.Count; index += 5)
        {
            var audited = Python.Run(Program(), Given(log, index));

            Assert.AreEqual(index, (int)audited["index"]!);
            Assert.AreEqual(log.Entries.Count, (int)audited["size"]!);
            CollectionAssert.AreEqual(
                new[] { "site-1.example/witness", "site-2.example/witness" },
                audited["witnesses"]!.AsArray().Select(name => (string)name!).ToArray()
            );
            Assert.AreEqual(1_900_000_000, (long)audited["times"]!.AsArray().Single()!);
            CollectionAssert.AreEqual(EntryKinds.Words.ToArray(), audited["types"]!.AsArray().Select(word => (string)word!).ToArray());
            Assert.AreEqual(EntryKinds.Words[index], (string)audited["type"]!);
        }
    }

    [TestMethod]
    [DataRow("proof", "index 5", "index 6", "the entry is not in the tree")]
    [DataRow("proof", "\n18\n", "\n19\n", "the signature of")]
    [DataRow("checkpoint", "\n18\n", "\n19\n", "the signature of")]
    [DataRow("log", "consortium+", "konsortium+", "id that it says")]
    public void The_auditor_refuses_what_was_changed(string file, string part, string instead, string reason)
    {
        using var log = LogOfSamples();
        var given = Given(log, 5);
        var text = (string)given[file]!;
        Assert.Contains(part, text);
        given[file] = text.Replace(part, instead);

        var refused = Assert.ThrowsExactly<AssertFailedException>(() => Python.Run(Program(), given));

        Assert.Contains(reason, refused.Message);
    }

    private static MemoryLog LogOfSamples()
    {
        var log = new MemoryLog();
        log.Append([.. Samples.All.Select(Sealed)]);
        return log;

        static byte[] Sealed(LogEntry entry)
        {
            using var signer = Samples.Signer(entry.Kind);
            return SealedEntry.Sign(entry, signer).ToBytes();
        }
    }

    private static JsonObject Given(MemoryLog log, int index)
    {
        using var site = Samples.Signer();
        using var coordinator = Samples.Signer(EntryKind.CohortFormed);
        var proof = LogProof.Of(new LeafIndex(index), log.Checkpoint(), log.Tree().Subtree, log.Entries[index]);
        return new JsonObject
        {
            ["origin"] = MemoryLog.Origin,
            ["log"] = log.Signer.Key.ToString(),
            ["witnesses"] = new JsonArray([.. log.Witnesses.Select(witness => (JsonNode)witness.Key.ToString())]),
            ["quorum"] = log.Policy.Quorum,
            ["actors"] = new JsonArray(site.Key.ToString(), coordinator.Key.ToString()),
            ["proof"] = Encoding.UTF8.GetString(proof.ToBytes()),
            ["bundle"] = Convert.ToBase64String(log.Files[$"tile/entries/000.p/{log.Entries.Count}"]),
            ["tile"] = Convert.ToBase64String(log.Files[$"tile/0/000.p/{log.Entries.Count}"]),
            ["checkpoint"] = Encoding.UTF8.GetString(log.Checkpoint().ToBytes()),
        };
    }

    private static string Program()
    {
        using var stream = typeof(AuditorTests).Assembly.GetManifestResourceStream("auditor.py")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
