using Federated.Federation;
using Federated.SecureAggregation.Aggregators;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Sites;

namespace Federated.SecureAggregation.Tests.Fuzz;

/// <summary>
/// Both machines under changed messages at every point of a round, signed anew where a signature comes first: a refusal or a step, never an exception, never a wrong sum.
/// </summary>
[TestClass]
public sealed class MachineTests
{
    /// <summary>Most bytes that one message of three sites may cost a machine: keys, shares and masks of a cohort of three.</summary>
    private const long MostBytes = 256 * 1024;

    public required TestContext TestContext { get; set; }

    [TestMethod]
    public void A_site_takes_any_message_at_any_point()
    {
        var recording = new Recording();
        var seeded = new Seeded("site");
        var mutations = new Mutations(seeded);
        var cases = new FuzzCases();
        for (var i = FuzzCases.Count(usual: 6000); i > 0; i--)
        {
            var at = seeded.Between(0, recording.Told.Length - 1);
            var honest = recording.Told[at];
            var type = seeded.Between(0, 9) == 0 ? (MessageType)seeded.Between(0, 14) : honest.Type;
            var forged = Signed(
                recording,
                seeded,
                new SignedMessage(type, mutations.Of(honest.Body), honest.Signature),
                recording.Rig.CoordinatorSigner
            );

            var heard = Heard(recording, at, forged, out var site);
            if (site is null)
            {
                cases.Add($"{honest.Type, -20} {Outcome(heard)}");
                continue;
            }

            foreach (var rest in recording.Told[at..])
            {
                var step = site.Receive(rest);
                var followed = recording.Follow(site, step);
                if (heard is SiteStep.Leave)
                {
                    Assert.IsInstanceOfType<SiteStep.Wait>(step, "who left says nothing more");
                    Assert.IsNull(followed);
                }
            }

            cases.Add($"{honest.Type, -20} {Outcome(heard)}");
            site.Dispose();
        }

        cases.Print(TestContext);
        Assert.IsGreaterThan(25, cases.Reached.Count(), "the changes reach too little");
    }

    [TestMethod]
    public void A_coordinator_takes_any_message_at_any_point_and_opens_the_right_sum_or_none()
    {
        var recording = new Recording();
        var seeded = new Seeded("coordinator");
        var mutations = new Mutations(seeded);
        var cases = new FuzzCases();
        for (var i = FuzzCases.Count(usual: 4000); i > 0; i--)
        {
            var at = seeded.Between(0, recording.Said.Length - 1);
            var (site, honest) = recording.Said[at];
            var type = seeded.Between(0, 9) == 0 ? (MessageType)seeded.Between(0, 14) : honest.Type;
            var forged = Signed(
                recording,
                seeded,
                new SignedMessage(
                    type,
                    seeded.Coin() ? mutations.Of(honest.Body) : honest.Body,
                    honest.Signature,
                    seeded.Coin() ? mutations.Of(honest.Attachment) : honest.Attachment
                ),
                recording.Rig.Signers[site]
            );
            var aggregator = recording.NewAggregator();
            var steps = new List<AggregatorStep>();
            for (var k = 0; k < at; k++)
            {
                steps.AddRange(Say(recording, aggregator, recording.Said[k].Site, recording.Said[k].Message));
            }

            var before = steps.Count;
            steps.AddRange(
                FuzzCases.Bounded(
                    MostBytes,
                    () => $"a {forged.Type}: {Hex.Of(forged.Body.Span)}",
                    () => Say(recording, aggregator, site, forged)
                )
            );
            var refused = steps.Skip(before).OfType<AggregatorStep.Refused>().FirstOrDefault();
            cases.Add($"{honest.Type, -20} {refused?.Refusal.Code.ToString() ?? "taken or ignored"}");
            for (var k = at; k < recording.Said.Length && !aggregator.IsOver; k++)
            {
                steps.AddRange(Say(recording, aggregator, recording.Said[k].Site, recording.Said[k].Message));
            }

            while (!aggregator.IsOver)
            {
                steps.AddRange(Announced(aggregator, aggregator.CloseStage()));
            }

            if (steps.OfType<AggregatorStep.Sum>().SingleOrDefault() is { } sum)
            {
                CollectionAssert.AreEqual(recording.ClearSum, sum.Lanes.ToArray());
            }
        }

        cases.Print(TestContext);
        Assert.IsGreaterThan(15, cases.Reached.Count(), "the changes reach too little");
    }

    [TestMethod]
    public void The_recorded_round_can_be_played_again_to_its_end()
    {
        var recording = new Recording();
        recording.Begin(recording.Told[0], out var site);
        var aggregator = recording.NewAggregator();

        SiteStep? last = null;
        foreach (var message in recording.Told[1..])
        {
            last = site!.Receive(message);
            last = recording.Follow(site, last) ?? last;
        }

        var steps = recording.Said.SelectMany(said => Say(recording, aggregator, said.Site, said.Message)).ToArray();

        var said = recording.Said.Last(one => one.Site == recording.Victim).Message;
        Assert.IsTrue(((SiteStep.Say)last!).Message.IsSameAs(said));
        CollectionAssert.AreEqual(recording.ClearSum, steps.OfType<AggregatorStep.Sum>().Single().Lanes.ToArray());
    }

    [TestMethod]
    public void A_site_refuses_every_message_that_is_cut_short()
    {
        var recording = new Recording();
        for (var at = 0; at < recording.Told.Length; at++)
        {
            var honest = recording.Told[at];
            for (var length = 0; length < honest.Body.Length; length += honest.Body.Length > 300 ? 7 : 1)
            {
                var cut = honest with { Body = honest.Body[..length] };
                var signed = honest.Signature.IsEmpty
                    ? cut
                    : SignedMessage.Sign(cut.Type, cut.Body, recording.PreviousOf(cut.Type), recording.Rig.CoordinatorSigner);
                var step = Heard(recording, at, signed, out var site);

                Assert.IsInstanceOfType<SiteStep.Leave>(step, $"{honest.Type} of {length} bytes");
                site?.Dispose();
            }
        }
    }

    /// <summary>Brings a site to a point of the recorded round, and says something to it.</summary>
    private static SiteStep Heard(Recording recording, int at, SignedMessage message, out SiteAttempt? site)
    {
        if (at == 0)
        {
            SiteAttempt? begun = null;
            var answer = FuzzCases.Bounded(MostBytes, () => Hex.Of(message.Body.Span), () => recording.Begin(message, out begun));
            site = begun;
            return answer;
        }

        recording.Begin(recording.Told[0], out site);
        var attempt = site!;
        for (var k = 1; k < at; k++)
        {
            recording.Follow(attempt, attempt.Receive(recording.Told[k]));
        }

        var step = FuzzCases.Bounded(MostBytes, () => $"a {message.Type}: {Hex.Of(message.Body.Span)}", () => attempt.Receive(message));
        recording.Follow(attempt, step);
        return step;
    }

    private static SignedMessage Signed(
        Recording recording,
        Seeded seeded,
        SignedMessage message,
        SecureAggregation.Suites.IdentitySigner signer
    ) =>
        seeded.Between(0, 3) == 0 || (message.Signature.IsEmpty && seeded.Coin())
            ? message
            : SignedMessage.Sign(message.Type, message.Body, recording.PreviousOf(message.Type), signer, message.Attachment);

    private static List<AggregatorStep> Say(Recording recording, AggregatorAttempt aggregator, SiteName site, SignedMessage message)
    {
        if (message.Type != MessageType.MaskedInput)
        {
            return Announced(aggregator, aggregator.Receive(site, message));
        }

        _ = aggregator.HeaderRefusal(site, message);
        var bytes = recording.VectorOf(site);
        return Announced(aggregator, aggregator.Take(site, message, bytes, MaskedInputHeader.DigestOf(bytes), out _));
    }

    private static List<AggregatorStep> Announced(AggregatorAttempt aggregator, IEnumerable<AggregatorStep> steps)
    {
        var all = steps.ToList();
        if (all.Exists(step => step is AggregatorStep.Fix))
        {
            all.AddRange(aggregator.Announce());
        }

        return all;
    }

    private static string Outcome(SiteStep step) => step is SiteStep.Leave leave ? leave.Refusal.Code.ToString() : step.GetType().Name;
}
