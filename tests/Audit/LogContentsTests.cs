using Federated.Audit.Tests.World;
using Federated.Federation;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Verification;

namespace Federated.Audit.Tests;

/// <summary>What a log says has to be fetched beside it, and which lines of a checkpoint count.</summary>
[TestClass]
public sealed class LogContentsTests
{
    private static readonly SmallConsortium s_world = SmallConsortium.Shared;
    private static readonly Lazy<Story> s_whole = new(() => Story.Whole(s_world));

    [TestMethod]
    public void Plans_and_rounds_are_listed_with_the_hashes_of_their_files()
    {
        var contents = Contents(s_whole.Value);

        string[] named =
        [
            .. contents.Studies.SelectMany(study =>
                study
                    .Rounds.SelectMany(round =>
                        new[]
                        {
                            ($"rounds/{study.Plan}/{round.Round.Value:d5}.proof", round.Proof),
                            ($"rounds/{study.Plan}/{round.Round.Value:d5}.sum", round.Sum),
                        }
                    )
                    .Append(($"plans/{study.Plan}/plan.json", study.Plan))
                    .Select(file =>
                    {
                        Assert.AreEqual(Digest.Of(s_whole.Value.Files[file.Item1]), file.Item2, file.Item1);
                        return file.Item1;
                    })
            ),
        ];
        string[] there =
        [
            .. s_whole.Value.Files.Keys.Where(name =>
                name.StartsWith("rounds/", StringComparison.Ordinal) || name.EndsWith("plan.json", StringComparison.Ordinal)
            ),
        ];
        CollectionAssert.AreEquivalent(there, named);
    }

    [TestMethod]
    public void Lines_that_nobody_who_counts_has_made_are_left_out_and_without_the_logs_own_nothing_counts()
    {
        var contents = Contents(s_whole.Value);
        var checkpoint = Checkpoint(s_whole.Value);
        var line = checkpoint.Note.Signatures[^1];
        var forged = line.Value.ToArray();
        forged[^1] ^= 1;
        var stranger = new NoteSignature(KeyName.Parse("site/nobody"), 7, line.Value);

        var counted = contents.Counted(checkpoint.With(stranger, line with { Value = forged }, line), out var fault);
        var unsigned = contents.Counted(Read(SignedNote.Of(checkpoint.Note.Text, line).ToBytes()), out var refusal);

        Assert.IsNotNull(counted, fault);
        CollectionAssert.AreEqual(checkpoint.ToBytes(), counted.ToBytes());
        Assert.IsNull(unsigned);
        Assert.Contains("no known key signed it", refusal!);
    }

    private static LogContents Contents(Story story)
    {
        var contents = new LogContents(s_world.Root);
        Assert.IsNull(LogVerifier.VerifyTree(story.Head, (TilePath path) => story.Files.GetValueOrDefault(path.ToString()), contents.Take));
        Assert.AreEqual(story.Head.Size.Value, contents.Size);
        return contents;
    }

    private static SignedCheckpoint Checkpoint(Story story) => Read(story.Files[LogVerifier.CheckpointFile]);

    private static SignedCheckpoint Read(byte[] bytes) =>
        SignedCheckpoint.TryParse(bytes, out var checkpoint, out var fault) ? checkpoint : throw new AssertFailedException(fault);
}
