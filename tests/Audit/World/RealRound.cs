using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Federation.Steps;
using Federated.Identity;
using Federated.SecureAggregation.Aggregators;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Sites;
using Federated.SecureAggregation.Suites;

namespace Federated.Audit.Tests.World;

/// <summary>What a real attempt gave: both state machines of the product, with credentials that the root signed.</summary>
internal sealed record RealRound(RoundProof Proof, byte[] Sum, ModelState Model, IReadOnlyList<SiteName> Survivors)
{
    /// <summary>What the coordinator opened the sum with.</summary>
    public required RoundOpening Opening { get; init; }

    /// <summary>Masked inputs as they came.</summary>
    public required IReadOnlyDictionary<SiteName, byte[]> Inputs { get; init; }

    /// <param name="world">Who takes part.</param>
    /// <param name="plan">The study.</param>
    /// <param name="model">Before the round.</param>
    /// <param name="previous">H4 of the round before.</param>
    /// <param name="view">The log as everybody sees it.</param>
    /// <param name="attempt">Its number.</param>
    /// <param name="leaver">Gone before it sends its input; null for nobody.</param>
    /// <param name="announce">What the coordinator announces instead of the sum.</param>
    public static RealRound Run(
        SmallConsortium world,
        StudyPlan plan,
        ModelState model,
        Digest previous,
        LogView view,
        uint attempt = 1,
        SiteName? leaver = null,
        Func<long[], long[]>? announce = null
    )
    {
        var inputs = new Dictionary<SiteName, byte[]>();
        var round = model.Round.Next;
        var study = PlanTerms.Of(plan, Digest.Of(plan.ToBytes()), round);
        var terms = new AttemptTerms(study, round, new AttemptNumber(attempt), model.Hash, previous, view);
        using var signer = world.Coordinator.Identity();
        var hub = new AggregatorAttempt(
            terms,
            new AggregatorContext(signer, Check, RandomNumberGenerator.Fill, 1),
            plan.Roster,
            TimeSpan.FromMinutes(1)
        );
        var sites = new Dictionary<SiteName, SiteAttempt>();
        var steps = new Queue<AggregatorStep>(hub.Begin());
        while (steps.TryDequeue(out var step))
        {
            var more = step switch
            {
                AggregatorStep.Tell tell => Hear(tell.Site, tell.Message),
                AggregatorStep.Fix => hub.Announce(),
                AggregatorStep.Form or AggregatorStep.Sum => [],
                _ => throw new InvalidOperationException($"{step}"),
            };
            if (step is AggregatorStep.Sum sum)
            {
                long[] lanes = [.. sum.Lanes.Span];
                lanes = announce?.Invoke(lanes) ?? lanes;
                var bytes = Lanes.ToBytes(lanes);
                var next = StudyStep.Next(plan, model, lanes, sum.Survivors)!;
                return new RealRound(hub.Conclude(Digest.Of(bytes), next.Hash), bytes, next, sum.Survivors)
                {
                    Opening = hub.Opening,
                    Inputs = inputs,
                };
            }

            foreach (var one in more)
            {
                steps.Enqueue(one);
            }
        }

        throw new InvalidOperationException($"The round stopped at {hub.Stage}.");

        IEnumerable<AggregatorStep> Hear(SiteName name, SignedMessage message)
        {
            switch (Answer(name, message))
            {
                case SiteStep.Say say:
                    return hub.Receive(name, say.Message);
                case SiteStep.Send when name == leaver:
                    return hub.Drop(name, "it left");
                case SiteStep.Send { Input: var input }:
                    inputs[name] = input.Bytes.ToArray();
                    var told = hub.Take(
                        name,
                        input.Header,
                        input.Bytes.Span,
                        MaskedInputHeader.DigestOf(input.Bytes.Span),
                        out var receipt
                    );
                    return receipt is null ? told : [.. told, new AggregatorStep.Tell(name, receipt)];
                case SiteStep.Leave leave:
                    throw new InvalidOperationException(leave.Refusal.Reason);
                default:
                    return [];
            }
        }

        SiteStep Answer(SiteName name, SignedMessage message)
        {
            if (!sites.TryGetValue(name, out var site))
            {
                var member = world.Site(name);
                var key = study.Suite.TryReadIdentity(Convert.FromHexString(world.Coordinator.Keys.Identity))!;
                var context = new SiteContext(
                    name,
                    member.Credential,
                    member.Identity(),
                    key,
                    Check,
                    RandomNumberGenerator.Fill,
                    new KeyHistory()
                );
                var expected = new SiteExpectation(study, round, model.Hash, previous, default, null, _ => null);
                var begun = SiteAttempt.Begin(context, expected, message, out site);
                sites[name] = site ?? throw new InvalidOperationException($"{begun}");
                return begun;
            }

            return site.Receive(message) switch
            {
                SiteStep.Compute => site.Mask([.. Enumerable.Range(0, study.Dimension).Select(i => (int)((i + 1) * round.Value) - 3)], 1),
                SiteStep.Record => site.Reveal(),
                var other => other,
            };
        }

        bool Check(
            ReadOnlyMemory<byte> file,
            Suite suite,
            [NotNullWhen(true)] out CertifiedSite? site,
            [NotNullWhen(false)] out string? fault
        )
        {
            site = ProtocolCredential.TryRead(file, world.Root.Key, out var read, out fault)
                ? new CertifiedSite(read.Holder.Name, read.Entity, read.Keys.IdentityFor(suite))
                : null;
            return site is not null;
        }
    }
}
