using System.Text.Json.Nodes;
using Federated.Audit.Tests.World;
using Federated.Federation;
using Federated.Federation.Steps;
using Federated.Fixtures;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;

namespace Federated.Audit.Tests;

/// <summary>
/// <c>Python/folder.py</c>, a second implementation from the documents alone, audits the folder that a consortium in memory wrote: the same signatures, tree, H0 to H4, sums and models, to the last
/// bit (secure-aggregation design, section 6.2, number 33).
/// </summary>
[TestClass]
public sealed class PythonTests
{
    private static readonly Lazy<Story> s_whole = new(() => Story.Whole(SmallConsortium.Shared));

    [TestMethod]
    public void A_program_in_another_language_computes_the_same_transcripts_sums_and_models()
    {
        using var folder = new TestFolder();
        Write(folder, s_whole.Value.Files);
        var proven = WriteProof(folder, index: 9);

        var audited = JsonNode.Parse(Audit(folder, proven).Output)!;

        Assert.AreEqual(s_whole.Value.Head.Size.Value, (long)audited["entries"]!);
        Assert.AreEqual(Convert.ToBase64String(s_whole.Value.Head.Root.ToArray()), (string)audited["tree"]!);
        Assert.AreEqual(SmallConsortium.Shared.Root.Hash.ToString(), (string)audited["root"]!);
        Assert.AreEqual(9, (int)audited["proven"]!.AsArray().Single()!);
        Assert.AreEqual("site/alpha site/beta site/delta", string.Join(' ', audited["cosigned"]!.AsArray().Select(name => (string)name!)));
        List<RoundCommitment> computed = [];
        foreach (var (plan, said) in Commitments())
        {
            var round = audited["studies"]![plan.ToString()]!["rounds"]![(int)said.Round.Value - 1]!;
            Assert.AreEqual(said.Attempt.Value, (uint)round["attempt"]!);
            CollectionAssert.AreEqual(
                said.Transcript.Append(said.Sum).Append(said.NextModel).Select(hash => hash.ToString()).ToArray(),
                new[] { "h0", "h1", "h2", "h3", "h4", "sum_hash", "next_model_hash" }.Select(key => (string)round[key]!).ToArray()
            );
            computed.Add(said);
        }

        Assert.HasCount(5, computed);
        var open = audited["studies"]![Digest.Of(SmallConsortium.Shared.Open.Plan.Span).ToString()]!;
        Assert.AreEqual(
            2,
            (int)open["recomputed"]!,
            "sums that it computed again from masked inputs, in one of them with a site that left"
        );
    }

    [TestMethod]
    [DataRow("momentum", DisplayName = "gradient descent with momentum keeps a vector from round to round")]
    [DataRow("adam", DisplayName = "Adam keeps two, and divides by powers of its decays")]
    [DataRow("mean", DisplayName = "a mean of the models begins after round 2")]
    [DataRow("network", DisplayName = "a hidden layer begins from drawn parameters")]
    [DataRow("weights", DisplayName = "sites weigh differently, and one is missing in round 2")]
    public void Every_step_of_every_optimizer_has_the_same_bits(string what)
    {
        var world = SmallConsortium.Shared;
        var plan = SamplePlan.ThreeOfFour() with { Name = what };
        plan = plan with { Training = plan.Training with { Rounds = 3 } };
        plan = what switch
        {
            "momentum" => plan with { Server = new ServerOptimizer.Sgd(0.7, 0.9) },
            "adam" => plan with { Server = ServerOptimizer.Adam.Usual(0.05) },
            "mean" => plan with { Server = ServerOptimizer.Adam.Usual(0.05) with { AverageFrom = 2 } },
            "network" => plan.WithHidden(3, 2) with { Server = new ServerOptimizer.Sgd(0.3, 0) { AverageFrom = 1 } },
            _ => plan with { Sites = [.. plan.Sites.Select((site, i) => site with { Weight = 1 / (i + 3.0) })] },
        };
        var signed = world.Sign(plan);
        var story = new Story(world).Begin().Prepare(signed);
        var last = story.Round(signed);
        last = story.Round(signed, last, leaver: world.Sites[1].Holder.Name);
        last = story.Round(signed, last);
        using var folder = new TestFolder();
        Write(folder, story.Seal().Files);

        var (code, output, errors) = Audit(folder);

        Assert.AreEqual(0, code, errors);
        var rounds = JsonNode.Parse(output)!["studies"]![Digest.Of(signed.Plan.Span).ToString()]!["rounds"]!.AsArray();
        Assert.HasCount(3, rounds);
        Assert.AreEqual(last.Model.Hash.ToString(), (string)rounds[2]!["next_model_hash"]!);
        Assert.AreEqual(last.Result.ToString(), (string)rounds[2]!["h4"]!);
    }

    [TestMethod]
    public void Every_changed_byte_is_refused_whichever_file_it_is_in()
    {
        foreach (var name in s_whole.Value.Files.Keys.Order(StringComparer.Ordinal))
        {
            using var folder = new TestFolder();
            var files = s_whole.Value.Files.ToDictionary(file => file.Key, file => file.Value);
            var changed = files[name].ToArray();
            changed[changed.Length * 2 / 3] ^= 1;
            files[name] = changed;
            Write(folder, files);

            var (code, _, errors) = Audit(folder);

            Assert.AreEqual(1, code, $"{name}: {errors}");
            Assert.Contains("refused: ", errors);
        }
    }

    [TestMethod]
    public void A_file_too_many_a_file_too_few_and_a_proof_of_another_entry_are_refused()
    {
        using var folder = new TestFolder();
        Write(folder, s_whole.Value.Files);
        var proof = WriteProof(folder, index: 9);
        File.WriteAllText(proof, File.ReadAllText(proof).Replace("\nindex 9\n", "\nindex 10\n"));
        StringAssert.Contains(Audit(folder, proof).Errors, "its entry is not in the tree");

        File.WriteAllText(folder["log/note.txt"], "");
        StringAssert.Contains(Audit(folder).Errors, "note.txt is covered by nothing");

        File.Delete(folder["log/root.crt"]);
        StringAssert.Contains(Audit(folder).Errors, "root.crt is missing");
    }

    /// <summary>The liars sign their lies, so that signatures and hashes hold: only what is computed again exposes them.</summary>
    [TestMethod]
    public void Signed_lies_are_refused_too()
    {
        var world = SmallConsortium.Shared;
        Refused(
            new Story(world) { Lie = Lies.Instead<RoundCommitment>(body => body with { NextModel = Digest.Of("another"u8) }) },
            "its next_model_hash is not what"
        );
        Refused(
            new Story(world)
            {
                Lie = Lies.Instead<RoundCommitment>(body => body with { Transcript = body.Transcript.SetItem(2, default) }),
            },
            "its h2 is not what"
        );
        Refused(
            new Story(world) { Lie = entry => entry.Body is PlanDecision && entry.Actor.Value == "site/beta" ? null : entry },
            "beta had not approved the plan"
        );
        Refused(
            new Story(world) { Lie = entry => entry.Body is PrivacyCharge && entry.Actor.Value == "site/gamma" ? null : entry },
            "gamma is in the sum and was not charged"
        );

        var announced = new Story(world).Begin().Prepare(world.Open);
        announced.Round(world.Open, withInputs: true, announce: sum => [sum[0] + 1, .. sum[1..]]);
        using var folder = new TestFolder();
        Write(folder, announced.Seal().Files);
        StringAssert.Contains(Audit(folder).Errors, "00001.sum is not the sum of the inputs that the sites signed");

        static void Refused(Story story, string reason)
        {
            story.Begin().Prepare(story.World.Private).Round(story.World.Private);
            using var folder = new TestFolder();
            Write(folder, story.Seal().Files);

            StringAssert.Contains(Audit(folder).Errors, reason);
        }
    }

    private static IEnumerable<(Digest Plan, RoundCommitment Said)> Commitments()
    {
        for (var index = 0; index < s_whole.Value.Head.Size.Value; index++)
        {
            if (Lies.Entry(s_whole.Value, index) is { Body: RoundCommitment said, Study: { } study })
            {
                yield return (study.Plan, said);
            }
        }
    }

    private static TiledTree Tree() => new(s_whole.Value.Head, path => s_whole.Value.Files.GetValueOrDefault(path.ToString()));

    private static string WriteProof(TestFolder folder, long index)
    {
        Assert.IsTrue(SignedCheckpoint.TryParse(s_whole.Value.Files["checkpoint"], out var checkpoint, out var fault), fault);
        var (tree, place) = (Tree(), new LeafIndex(index));
        var path = folder["entry.tlog-proof"];
        File.WriteAllBytes(path, LogProof.Of(place, checkpoint, tree.Subtree, tree.Entry(place)).ToBytes());
        return path;
    }

    private static void Write(TestFolder folder, IEnumerable<KeyValuePair<string, byte[]>> files)
    {
        foreach (var (name, bytes) in files)
        {
            var path = folder[$"log/{name}"];
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
        }
    }

    private static (int Code, string Output, string Errors) Audit(TestFolder folder, params string[] proofs)
    {
        using var stream = typeof(PythonTests).Assembly.GetManifestResourceStream("folder.py")!;
        using var reader = new StreamReader(stream);
        return Python.RunToEnd(reader.ReadToEnd(), input: null, [folder["log"], .. proofs]);
    }
}
