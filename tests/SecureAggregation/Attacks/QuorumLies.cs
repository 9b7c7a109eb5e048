using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Tests.Rounds;

namespace Federated.SecureAggregation.Tests.Attacks;

/// <summary>Lies about who acknowledged the survivors (design section 6.2, numbers 2, 3 and 5). Rig: 5 sites, of which 4 survive; q = 4.</summary>
internal static class QuorumLies
{
    public static ImmutableArray<Lie> All { get; } =
    [
        Said("one acknowledgement too few", AbortCode.Quorum, (all, _) => all.Take(3)),
        Said("none at all", AbortCode.Quorum, (_, _) => []),
        Said("one acknowledgement under two names", AbortCode.Quorum, (all, _) => [.. all.Take(3), (3, all[2].Signature)]),
        Said("an acknowledgement by a member who is no survivor", AbortCode.Quorum, (all, x) => [.. all.Take(3), (4, x.Sign(4, x.H3))]),
        Said("an acknowledgement of other survivors", AbortCode.Quorum, (all, x) => [.. all.Take(3), (3, x.Sign(3, x.Other))]),
        Said("an acknowledgement that the coordinator signed", AbortCode.Quorum, (all, x) => [.. all.Take(3), (3, x.Sign(-1, x.H3))]),
        Said(
            "an acknowledgement with one bit flipped",
            AbortCode.Quorum,
            (all, _) => [.. all.Take(3), (3, Forge.Flipped(all[3].Signature, 63))]
        ),
        Said(
            "acknowledgements that were exchanged",
            AbortCode.Quorum,
            (all, _) => [.. all.Take(2), (2, all[3].Signature), (3, all[2].Signature)]
        ),
        Said("enough acknowledgements, and a false one besides", AbortCode.Quorum, (all, x) => [.. all, (4, x.Sign(4, x.H3))]),
        new(
            "the acknowledgements of an earlier attempt",
            AbortCode.Quorum,
            (rig, round, victim) =>
            {
                using var before = new Round(rig) { Vector = (site, bytes) => site == rig.Names[4] ? null : bytes }.Run();
                var old = before.HeardBy(victim).Last(MessageType.AcknowledgementSet);
                round.ChangeDown(victim, MessageType.AcknowledgementSet, _ => old);
            }
        )
        {
            Sites = 5,
        },
        new(
            "a set that cannot be read",
            AbortCode.Malformed,
            (rig, round, victim) => round.ChangeDown(victim, MessageType.AcknowledgementSet, m => m with { Body = m.Body[..^1] })
        )
        {
            Sites = 5,
        },
        new(
            "other survivors after it acknowledged",
            AbortCode.Equivocation,
            (rig, round, victim) =>
                round.ChangeDown(
                    victim,
                    MessageType.AcknowledgementSet,
                    m =>
                    {
                        var heard = round.HeardBy(victim);
                        var set = SurvivorSet.Parse(heard.Last(MessageType.SurvivorSet).Body, 5)!;
                        return Forge.Survivors(
                            rig,
                            heard.H2,
                            new SurvivorSet(SiteSet.Of(5, [0, 1, 2, 3, 4]), set.InputDigests.Add(Digest.Of("an input"u8)))
                        );
                    }
                )
        )
        {
            Sites = 5,
        },
        new(
            "the same survivors, signed a second time over another transcript",
            AbortCode.Equivocation,
            (rig, round, victim) =>
                round.ChangeDown(
                    victim,
                    MessageType.AcknowledgementSet,
                    m =>
                        SignedMessage.Sign(
                            MessageType.SurvivorSet,
                            round.HeardBy(victim).Last(MessageType.SurvivorSet).Body,
                            default,
                            rig.CoordinatorSigner
                        )
                )
        )
        {
            Sites = 5,
        },
    ];

    private static Lie Said(
        string what,
        AbortCode code,
        Func<ImmutableArray<(int Site, ReadOnlyMemory<byte> Signature)>, Keys, IEnumerable<(int, ReadOnlyMemory<byte>)>> change
    ) =>
        new(
            what,
            code,
            (rig, round, victim) =>
                round.ChangeDown(
                    victim,
                    MessageType.AcknowledgementSet,
                    m =>
                    {
                        var keys = new Keys(rig, round.HeardBy(victim));
                        ImmutableArray<(int, ReadOnlyMemory<byte>)> all =
                        [
                            .. Enumerable.Range(0, 4).Select(i => (i, keys.Sign(i, keys.H3))),
                        ];
                        return Forge.Acknowledgements(5, change(all, keys));
                    }
                )
        )
        {
            Sites = 5,
        };

    /// <summary>Everybody's identity, and what an honest site would sign.</summary>
    private sealed class Keys(Rig rig, Heard heard)
    {
        private readonly SurvivorSet _survivors = SurvivorSet.Parse(heard.Last(MessageType.SurvivorSet).Body, 5)!;

        public Digest H3 => Transcript.H3(heard.H2, _survivors);

        public Digest Other => Transcript.H3(heard.H2, Forge.Without(_survivors, 0));

        public ReadOnlyMemory<byte> Sign(int site, Digest h3) =>
            Forge.Acknowledgement(site < 0 ? rig.CoordinatorSigner : rig.Signers[rig.Names[site]], h3);
    }
}
