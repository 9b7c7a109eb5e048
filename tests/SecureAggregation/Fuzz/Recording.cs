using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Aggregators;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Sites;
using Federated.SecureAggregation.Tests.Rounds;

namespace Federated.SecureAggregation.Tests.Fuzz;

/// <summary>
/// An honest round in which every random number comes from a name, so that each machine can be brought to any point of it again, in the same words. Three sites, toy suite.
/// </summary>
internal sealed class Recording
{
    public const int Sites = 3;

    private readonly byte[][] _vectors = new byte[Sites][];

    public Recording()
    {
        Rig = new Rig(Sites, dimension: 4, suite: ToySuite.Instance);
        using var round = new Round(Rig, random: Source("coordinator"))
        {
            Context = site => Rig.ContextOf(site, random: Source(site.Value)),
        };
        round.Vector = (site, bytes) => _vectors[Rig.Names.IndexOf(site)] = bytes;
        round.Run();
        ClearSum = round.ClearSum(Rig.Names);
        Input = round.Inputs[Victim];
        Told = [.. round.Told.Where(told => told.Site == Victim).Select(told => told.Message)];
        Said = [.. round.Said.Where(said => said.Message.Type != MessageType.Abort)];
        var heard = round.HeardBy(Victim);
        (H0, Cohort, H2) = (heard.H0, heard.Cohort, heard.H2);
        H3 = Transcript.H3(H2, SurvivorSet.Parse(heard.Last(MessageType.SurvivorSet).Body, Sites)!);
        Opening = round.Aggregator.Opening;
        Proof = round.Aggregator.Conclude(Digest.Of("sum"u8), Digest.Of("model"u8));
    }

    public Rig Rig { get; }

    public SiteName Victim => Rig.Names[1];

    /// <summary>What the victim was told, in order.</summary>
    public ImmutableArray<SignedMessage> Told { get; }

    /// <summary>What the sites said, in order.</summary>
    public ImmutableArray<(SiteName Site, SignedMessage Message)> Said { get; }

    public RoundProof Proof { get; }

    public RoundOpening Opening { get; }

    public long[] ClearSum { get; }

    public int[] Input { get; }

    public Digest H0 { get; }

    public Cohort Cohort { get; }

    public Digest H2 { get; }

    public Digest H3 { get; }

    public byte[] VectorOf(SiteName site) => _vectors[Rig.Names.IndexOf(site)];

    /// <summary>What a message of a type is signed over.</summary>
    public Digest PreviousOf(MessageType type) =>
        type switch
        {
            MessageType.Invitation => Rig.Previous,
            MessageType.KeyAdvertisement or MessageType.Abort => H0,
            MessageType.ShareKeys => Cohort.H1,
            MessageType.MaskedInput or MessageType.SurvivorSet or MessageType.InputReceipt => H2,
            _ => H3,
        };

    /// <summary>Whatever a site does with its own step, as the edge would do it.</summary>
    public SiteStep? Follow(SiteAttempt site, SiteStep step) =>
        step switch
        {
            SiteStep.Compute when site.AwaitsInput => site.Mask(Input, parallelism: 1),
            SiteStep.Record => site.Reveal(),
            _ => null,
        };

    /// <summary>Answers an invitation as the victim.</summary>
    public SiteStep Begin(SignedMessage invitation, out SiteAttempt? site) =>
        SiteAttempt.Begin(Rig.ContextOf(Victim, random: Source(Victim.Value)), Rig.Expectation(), invitation, out site);

    /// <summary>A coordinator at the beginning of the same attempt.</summary>
    public AggregatorAttempt NewAggregator() =>
        new(Rig.Terms(), Rig.AggregatorContext with { Random = Source("coordinator") }, Rig.Names, TimeSpan.FromSeconds(30));

    private static RandomSource Source(string name) => new Seeded($"recorded round/{name}").Source;
}
