using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Sites;
using Federated.SecureAggregation.Tests.Rounds;

namespace Federated.SecureAggregation.Tests.Attacks;

/// <summary>A coordinator that tells two halves of the sites two stories (design section 6.2, numbers 1, 3, 9 and 11).</summary>
[TestClass]
public sealed class SplitTests
{
    [TestMethod]
    [DataRow(4, 3)]
    [DataRow(7, 5)]
    [DataRow(10, 7)]
    public void Two_sets_of_survivors_told_to_two_halves_give_no_quorum_and_no_share(int sites, int minimum)
    {
        var rig = new Rig(sites, minimum);
        using var round = new Round(rig);
        var half = rig.Names.Take(sites / 2).ToHashSet();
        var before = round.Down;
        round.Down = (site, message) =>
            message.Type == MessageType.SurvivorSet && half.Contains(site)
                ? Forge.Survivors(rig, round.HeardBy(site), message, set => Forge.Without(set, sites - 1))
                : before(site, message);

        round.Run();

        Assert.IsNull(round.Sum);
        Assert.IsTrue(half.All(site => round.HasSaid(site, MessageType.Acknowledgement)), "each half signs what it was told");
        Assert.IsFalse(round.HasSaid(MessageType.UnmaskingShares));
    }

    [TestMethod]
    public void Two_invitations_told_to_two_halves_end_when_the_halves_see_each_others_keys()
    {
        var rig = new Rig(4, minimum: 3);
        using var round = new Round(rig);
        var half = rig.Names.Take(2).ToHashSet();
        var other = Forge.Invitation(rig, round.Aggregator.Invitation, i => i with { Nonce = Digest.Of("another"u8) });
        var keys = new Dictionary<SiteName, SignedMessage>();
        round.Down = (site, message) => message.Type == MessageType.Invitation && half.Contains(site) ? other : message;
        round.Up = (site, message) =>
        {
            if (message.Type == MessageType.KeyAdvertisement)
            {
                keys[site] = message;
            }

            return message;
        };
        round.Run();

        var list = SignedMessage.Carrier(MessageType.CohortKeys, SignedList.ToBody([.. rig.Names.Select(site => keys[site])]));
        foreach (var site in rig.Names)
        {
            round.Tell(site, list);
        }

        Assert.IsTrue(rig.Names.All(site => round.RefusalOf(site)!.Code == AbortCode.BadSignature));
        Assert.IsFalse(round.HasSaid(MessageType.ShareKeys));
    }

    [TestMethod]
    [DataRow(false, DisplayName = "one transcript: the pair cancels")]
    [DataRow(true, DisplayName = "two transcripts: it does not, by hand, with every check left out")]
    public void Masks_of_a_pair_cancel_only_under_one_transcript(bool isSplit)
    {
        var (agreed, low, high) = (Hex.Counting(32), Hex.Repeated(0x11), Hex.Repeated(0x22));
        var (h2, otherH2) = (new Digest(Hex.Repeated(0x42)), new Digest(Hex.Repeated((byte)(isSplit ? 0x43 : 0x42))));
        var lanes = new byte[4096];

        using var added = Derivations.PairMask(h2, agreed, 0, 1, low, high);
        using var taken = Derivations.PairMask(otherH2, agreed, 0, 1, low, high);
        MaskStream.Apply(lanes, new LaneFormat(32), [new MaskTerm(added, false), new MaskTerm(taken, true)], parallelism: 1);

        Assert.AreEqual(isSplit, lanes.Any(value => value != 0));
        Assert.AreEqual(isSplit ? 1020 : 0, lanes.Chunk(4).Count(lane => lane.Any(value => value != 0)), isSplit ? 4 : 0);
    }

    [TestMethod]
    public void Another_plan_model_or_round_gives_another_transcript_and_so_other_masks()
    {
        var rig = new Rig(4);
        using var round = new Round(rig);
        var honest = round.Aggregator.Invitation;
        Func<Invitation, Invitation>[] changes =
        [
            i => i with { PlanHash = Digest.Of("x"u8) },
            i => i with { ModelHash = Digest.Of("x"u8) },
            i => i with { PreviousResult = Digest.Of("x"u8) },
            i => i with { Nonce = Digest.Of("x"u8) },
            i => i with { Round = new RoundNumber(2) },
            i => i with { Attempt = new AttemptNumber(2) },
            i => i with { Study = "x" },
            i => i with { TimeoutMs = 1 },
        ];

        var transcripts = changes
            .Select(change => Transcript.H0(Forge.Invitation(rig, honest, change).Body))
            .Append(Transcript.H0(honest.Body));

        Assert.AreEqual(changes.Length + 1, transcripts.Distinct().Count());
    }

    [TestMethod]
    public void A_site_asked_twice_shows_the_same_shares_and_asked_for_others_shows_none()
    {
        var rig = new Rig(4, minimum: 3);
        using var round = new Round(rig).Run();
        var site = rig.Names[0];
        var first = round.Said.Single(said => said.Site == site && said.Message.Type == MessageType.UnmaskingShares).Message;
        var machine = round.Site(site)!;

        var again = machine.Receive(round.HeardBy(site).Last(MessageType.AcknowledgementSet));
        var other = machine.Receive(
            Forge.Survivors(rig, round.HeardBy(site), round.HeardBy(site).Last(MessageType.SurvivorSet), set => Forge.Without(set, 1))
        );
        var after = machine.Receive(round.HeardBy(site).Last(MessageType.AcknowledgementSet));

        Assert.IsTrue(((SiteStep.Say)again).Message.IsSameAs(first));
        Assert.AreEqual(AbortCode.Equivocation, ((SiteStep.Leave)other).Refusal.Code);
        Assert.HasCount(2, ((SiteStep.Leave)other).Refusal.Evidence, "both of the coordinator's signed lists");
        Assert.IsInstanceOfType<SiteStep.Wait>(after);
    }

    [TestMethod]
    public void Two_lists_of_survivors_that_one_site_saw_convict_the_coordinator_before_a_third_party()
    {
        var rig = new Rig(5, minimum: 4);
        var site = rig.Names[0];
        using var round = new Round(rig);
        round.ChangeDown(
            site,
            MessageType.AcknowledgementSet,
            _ => Forge.Survivors(rig, round.HeardBy(site), round.HeardBy(site).Last(MessageType.SurvivorSet), set => Forge.Without(set, 4))
        );
        round.Run();
        var (first, second) = round.RefusalOf(site)!.Evidence is [var one, var two]
            ? (one, two)
            : throw new AssertFailedException("no two");
        var auditor = new ThirdParty(
            rig.Suite.TryReadIdentity(rig.CoordinatorSigner.PublicKey)!,
            rig.Names.ToDictionary(name => name, name => rig.Suite.TryReadIdentity(rig.Signers[name].PublicKey)!)
        );
        bool Convicts(params SignedMessage[] evidence) => auditor.Convicts(rig, round.HeardBy(site), 0, evidence);
        var ofAnotherAttempt = SignedMessage.Sign(second.Type, second.Body, Digest.Of("H2 of another attempt"u8), rig.CoordinatorSigner);
        var madeUp = SignedMessage.Sign(second.Type, second.Body, round.HeardBy(site).H2, rig.Signers[rig.Names[4]]);

        Assert.IsTrue(Convicts(first, second), "the two lists");
        Assert.IsFalse(Convicts(first, first), "one list twice");
        Assert.IsFalse(Convicts(first, ofAnotherAttempt), "lists of two attempts");
        Assert.IsFalse(Convicts(first, madeUp), "a list that a site made up to harm the coordinator");
        Assert.IsFalse(Convicts(first, second with { Body = Forge.Flipped(second.Body, -1) }), "a list that was changed");
        Assert.IsFalse(Convicts(first), "one list");
    }

    [TestMethod]
    public void No_site_shows_both_kinds_of_share_of_one_owner()
    {
        var rig = new Rig(7, minimum: 5);
        using var round = new Round(rig) { Vector = (site, bytes) => site == rig.Names[3] ? null : bytes };

        round.Run();

        foreach (var (_, message) in round.Said.Where(said => said.Message.Type == MessageType.UnmaskingShares))
        {
            var shown = UnmaskingShares.Parse(message.Body)!.Shares;
            CollectionAssert.AllItemsAreUnique(shown.Select(share => share.Owner).ToArray());
            Assert.IsTrue(shown.All(share => share.Kind == (share.Owner == 3 ? ShareKind.MaskKey : ShareKind.SelfMask)));
        }
    }

    [TestMethod]
    public void A_site_that_restarted_has_left_the_attempt_and_answers_nothing_of_it()
    {
        var rig = new Rig(4, minimum: 3);
        using var round = new Round(rig).Run();
        var site = rig.Names[0];
        var heard = round.HeardBy(site);
        var afterRestart = rig.Expectation(last: (1, 1));

        var step = SiteAttempt.Begin(rig.ContextOf(site), afterRestart, heard.Last(MessageType.Invitation), out var attempt);

        Assert.AreEqual(AbortCode.Replay, ((SiteStep.Leave)step).Refusal.Code);
        Assert.IsNull(attempt);
        foreach (
            var type in new[] { MessageType.CohortKeys, MessageType.ShareSet, MessageType.SurvivorSet, MessageType.AcknowledgementSet }
        )
        {
            var refused = SiteAttempt.Begin(rig.ContextOf(site), afterRestart, heard.Last(type), out attempt);
            Assert.AreEqual(AbortCode.Malformed, ((SiteStep.Leave)refused).Refusal.Code, "only an invitation starts an attempt");
            Assert.IsNull(attempt);
        }
    }

    [TestMethod]
    public void An_input_is_masked_once()
    {
        var rig = new Rig(4, minimum: 3);
        var site = rig.Names[0];
        using var round = new Round(rig);
        Exception? second = null;
        round.ChangeUp(
            site,
            MessageType.MaskedInput,
            m =>
            {
                try
                {
                    round.Site(site)!.Mask(new int[rig.Study.Dimension], parallelism: 1);
                }
                catch (InvalidOperationException exception)
                {
                    second = exception;
                }

                return m;
            }
        );

        round.Run();

        Assert.IsNotNull(second);
    }
}
