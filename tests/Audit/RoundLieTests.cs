using Federated.Audit.Tests.World;
using Federated.Federation;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using static Federated.Audit.Tests.Lies;

namespace Federated.Audit.Tests;

/// <summary>Lies about rounds: replayed, of another cohort, with a false sum or model, under another log. One test a lie.</summary>
[TestClass]
public sealed class RoundLieTests
{
    private static readonly SmallConsortium s_world = SmallConsortium.Shared;

    [TestMethod]
    public void An_old_round_that_is_replayed()
    {
        var story = new Story(s_world).Begin().Prepare(s_world.Open);
        story.Round(s_world.Open);
        var first = story.Files.ToDictionary();
        story.Round(s_world.Open);
        foreach (var name in first.Keys.Where(name => name.StartsWith("rounds/", StringComparison.Ordinal)))
        {
            story.Files[name] = first[name];
        }

        Fails(story, EntryKind.CohortFormed, "it is of round 1; the study has 2 rounds, of which 1 were committed before", number: 2);
    }

    [TestMethod]
    public void An_old_attempt_that_is_replayed()
    {
        var story = new Story(s_world) { Lie = entry => entry.Kind == EntryKind.RoundCommitted ? null : entry };
        story.Begin().Prepare(s_world.Open);
        story.Round(s_world.Open);
        story.Round(s_world.Open);

        Fails(story, EntryKind.CohortFormed, "it is attempt 1, and attempt 1 at this round stands before", number: 2);
    }

    [TestMethod]
    public void A_proof_of_another_round_of_the_same_study()
    {
        var story = new Story(s_world).Begin().Prepare(s_world.Open);
        var first = story.Round(s_world.Open);
        var name = $"rounds/{Digest.Of(s_world.Open.Plan.Span)}/00001.proof";
        var old = story.Files[name];
        var again = new Story(s_world)
        {
            Lie = Instead<RoundCommitment>(body => body.Round.Value == 2 ? body with { Proof = Digest.Of(old) } : body),
        };
        again.Begin().Prepare(s_world.Open);
        foreach (var (file, bytes) in story.Files.Where(file => file.Key.StartsWith("rounds/", StringComparison.Ordinal)))
        {
            again.Files[file] = bytes;
        }

        var one = again.Round(s_world.Open);
        again.Round(s_world.Open, one);
        var second = name.Replace("00001", "00002");
        again.Files[second] = again.Files[name];
        Assert.AreNotEqual(first.Result, one.Result, "rounds have nonces");

        FailsAt(again, second, "it");
    }

    /// <summary>Nothing else shows it: the quorum signed the survivors, and every node computes the very model that follows from what the coordinator announces.</summary>
    [TestMethod]
    public void A_false_sum_from_which_everything_else_follows()
    {
        static long[] Announce(long[] sum) => [sum[0] + 1, .. sum[1..]];
        var unseen = new Story(s_world).Begin().Prepare(s_world.Open);
        unseen.Round(s_world.Open, announce: Announce);
        var seen = new Story(s_world).Begin().Prepare(s_world.Open);
        seen.Round(s_world.Open, withInputs: true, announce: Announce);

        Assert.IsInstanceOfType<AuditVerdict.Verified>(unseen.Seal().Audit(), "without the masked inputs nobody can know");
        FailsAt(seen, Sum(), "it is not the sum of the inputs that the sites signed");

        static string Sum() => $"rounds/{Digest.Of(s_world.Open.Plan.Span)}/00001.sum";
    }

    [TestMethod]
    public void Inputs_that_sites_did_not_sign_or_that_are_missing_do_not_make_a_false_sum_true()
    {
        var folder = $"inputs/{Digest.Of(s_world.Open.Plan.Span)}/00001";
        foreach (
            var (name, change, reason) in new (string, Func<byte[], byte[]?>, string)[]
            {
                ("alpha.input", input => [(byte)(input[0] + 1), .. input[1..]], "it is not the input that the survivors signed"),
                ("alpha.input", input => input[1..], "bytes; an input of this round has"),
                ("alpha.input", _ => null, "it is missing"),
                ("opening", _ => null, "it is missing"),
                ("opening", opening => opening[1..], "it does not say what a sum was opened with"),
            }
        )
        {
            var story = new Story(s_world).Begin().Prepare(s_world.Open);
            story.Round(s_world.Open, withInputs: true);
            var path = $"{folder}/{name}";
            if (change(story.Files[path]) is { } changed)
            {
                story.Files[path] = changed;
            }
            else
            {
                story.Files.Remove(path);
            }

            FailsAt(story, path, reason);
        }
    }

    [TestMethod]
    public void Another_cohort_than_the_one_that_was_formed()
    {
        var story = new Story(s_world) { Lie = Instead<CohortFormation>(body => body with { Members = [.. body.Members.Skip(1)] }) };
        story.Begin().Prepare(s_world.Open);
        story.Round(s_world.Open);

        Fails(story, EntryKind.RoundCommitted, "its h0, h1 or u1 is not that of the cohort");
    }

    [TestMethod]
    public void Another_cohort_than_the_one_that_masked()
    {
        var story = new Story(s_world)
        {
            Lie = entry =>
                entry.Body switch
                {
                    CohortFormation body => With(entry, body with { Members = [.. body.Members.Take(3)] }),
                    RoundCommitment body => With(
                        entry,
                        body with
                        {
                            Members = [.. body.Members.Take(3)],
                            Sharers = [.. body.Sharers.Take(3)],
                            Survivors = [.. body.Survivors.Take(3)],
                        }
                    ),
                    _ => entry,
                },
        };
        story.Begin().Prepare(s_world.Open);
        story.Round(s_world.Open);

        Fails(story, EntryKind.RoundCommitted, "its u1 is not what rounds/");
    }

    [TestMethod]
    public void Other_survivors_than_were_masked_for()
    {
        var story = new Story(s_world) { Lie = Instead<RoundCommitment>(body => body with { Survivors = [.. body.Survivors.Skip(1)] }) };
        story.Begin().Prepare(s_world.Open);
        story.Round(s_world.Open);

        Fails(story, EntryKind.RoundCommitted, "its u3 is not what rounds/");
    }

    [TestMethod]
    [DataRow(0, "its h0, h1 or u1")]
    [DataRow(1, "its h0, h1 or u1")]
    [DataRow(2, "its h2 is not what")]
    [DataRow(3, "its h3 is not what")]
    [DataRow(4, "its h4 is not what")]
    public void Another_transcript_than_a_quorum_signed(int step, string reason)
    {
        var story = new Story(s_world)
        {
            Lie = Instead<RoundCommitment>(body => body with { Transcript = body.Transcript.SetItem(step, Digest.Of("a lie"u8)) }),
        };
        story.Begin().Prepare(s_world.Open);
        story.Round(s_world.Open);

        Fails(story, EntryKind.RoundCommitted, reason);
    }

    [TestMethod]
    public void Other_acknowledgements_than_the_proof_has()
    {
        var story = new Story(s_world) { Lie = Instead<RoundCommitment>(body => body with { Acknowledgements = Digest.Of("a lie"u8) }) };
        story.Begin().Prepare(s_world.Open);
        story.Round(s_world.Open);

        Fails(story, EntryKind.RoundCommitted, "its acknowledgements_hash is not what");
    }

    [TestMethod]
    public void A_false_sum_that_is_announced_with_its_hash()
    {
        byte[] lie = [];
        var story = new Story(s_world) { Lie = Instead<RoundCommitment>(body => body with { Sum = Digest.Of(lie) }) };
        story.Begin().Prepare(s_world.Open);
        lie = new byte[8 * Story.PlanOf(s_world.Open).Shape.ParameterCount];
        story.Round(s_world.Open);
        story.Files[$"rounds/{Digest.Of(s_world.Open.Plan.Span)}/00001.sum"] = lie;

        Fails(story, EntryKind.RoundCommitted, "its sum_hash is not what rounds/");
    }

    [TestMethod]
    public void Another_sum_than_was_announced()
    {
        var story = new Story(s_world).Begin().Prepare(s_world.Open);
        story.Round(s_world.Open);
        var name = $"rounds/{Digest.Of(s_world.Open.Plan.Span)}/00001.sum";
        story.Files[name] = new byte[story.Files[name].Length];

        FailsAt(story, name, "not the sum_hash of entry");
    }

    [TestMethod]
    public void A_model_that_does_not_follow()
    {
        var story = new Story(s_world) { Lie = Instead<RoundCommitment>(body => body with { NextModel = Digest.Of("a lie"u8) }) };
        story.Begin().Prepare(s_world.Open);
        story.Round(s_world.Open);

        Fails(story, EntryKind.RoundCommitted, "its next_model_hash is not that of the model that follows");
    }

    [TestMethod]
    public void A_model_that_no_round_gave()
    {
        var story = new Story(s_world).Begin().Prepare(s_world.Open);
        story.Round(s_world.Open);
        story.Say(EntryKind.ModelReleased, story.Released(Digest.Of("a model"u8), "0"), s_world.Open);

        Fails(story, EntryKind.ModelReleased, "its artefact_hash is not that of the model after any round");
    }

    [TestMethod]
    public void A_cohort_that_was_shown_another_log()
    {
        var story = new Story(s_world) { ViewOf = head => head with { Root = Digest.Of("a fork"u8) } };
        story.Begin().Prepare(s_world.Open);
        story.Round(s_world.Open);

        Fails(story, EntryKind.CohortFormed, "sites were shown another log");
    }

    [TestMethod]
    public void A_cohort_that_says_it_was_shown_another_log_than_it_was()
    {
        var story = new Story(s_world)
        {
            Lie = Instead<CohortFormation>(body => body with { Log = body.Log with { Root = Digest.Of("a fork"u8) } }),
        };
        story.Begin().Prepare(s_world.Open);
        story.Round(s_world.Open);

        FailsAt(story, $"rounds/{Digest.Of(s_world.Open.Plan.Span)}/00001.proof", "its members saw the checkpoint of");
    }

    [TestMethod]
    public void A_cohort_that_was_shown_a_log_without_the_round_before()
    {
        TransparencyLog.Trees.TreeHead? early = null;
        var story = new Story(s_world) { ViewOf = head => early ??= head };
        story.Begin().Prepare(s_world.Open);
        story.Round(s_world.Open, story.Round(s_world.Open));

        Fails(story, EntryKind.CohortFormed, "which has to hold entry", number: 2);
    }
}
