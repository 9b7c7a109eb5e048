using System.Numerics;
using System.Security.Cryptography;
using Federated.Federation;
using Federated.SecureAggregation.Messages;

namespace Federated.SecureAggregation.Tests.Rounds;

/// <summary>A round of which every random number is known: what each site must have sent follows by hand (<see cref="ByHand"/>).</summary>
internal sealed class Drawn
{
    private readonly Dictionary<SiteName, List<byte[]>> _draws = [];
    private readonly Rig _rig;
    private readonly Round _round;

    /// <summary>Before the round runs.</summary>
    public Drawn(Rig rig, Round round)
    {
        (_rig, _round) = (rig, round);
        var context = round.Context;
        round.Context = site =>
        {
            var draws = _draws[site] = [];
            return context(site) with
            {
                Random = destination =>
                {
                    RandomNumberGenerator.Fill(destination);
                    draws.Add(destination.ToArray());
                },
            };
        };
    }

    /// <summary>H0 as a site must compute it.</summary>
    public byte[] H0(SiteName site) => ByHand.H0(_round.HeardBy(site).Last(MessageType.Invitation).Body);

    /// <summary>H2 and who shared, as a site must see them.</summary>
    public (byte[] H2, int[] Sharers) H2(SiteName site)
    {
        var heard = _round.HeardBy(site);
        var keys = heard.Keys;
        var set = ShareSet.Parse(heard.Last(MessageType.ShareSet).Body, keys.Length, _rig.Names.IndexOf(site))!;
        int[] sharers = [.. set.Sharers.Members];
        return (ByHand.H2(ByHand.H1(H0(site), keys), keys.Length, sharers, set.Shares.Select(share => share.Header)), sharers);
    }

    /// <summary>σ, the first number that a site draws.</summary>
    public byte[] Sigma(SiteName site) => _draws[site][0];

    /// <summary>b, drawn after σ, the channel key and the nonce.</summary>
    public byte[] SelfSeed(SiteName site) => _draws[site][3];

    /// <summary>s, from σ.</summary>
    public byte[] MaskKey(SiteName site) => ByHand.MaskKey(H0(site), Sigma(site));

    /// <summary>K of two sites, from the secret of the first and the public key of the other.</summary>
    public byte[] PairKey(SiteName holder, SiteName peer)
    {
        var (own, other) = (_rig.Names.IndexOf(holder), _rig.Names.IndexOf(peer));
        var secret = MaskKey(holder);
        var (ownKey, otherKey) = (ByHand.PublicKey(secret), ByHand.PublicKey(MaskKey(peer)));
        var agreed = ByHand.Agreed(secret, otherKey);
        var h2 = H2(holder).H2;
        return own < other
            ? ByHand.PairKey(h2, agreed, own, other, ownKey, otherKey)
            : ByHand.PairKey(h2, agreed, other, own, otherKey, ownKey);
    }

    /// <summary>y: input, self mask, and every pair's mask, added by the lower index and subtracted by the higher. Everybody is in the cohort.</summary>
    public byte[] MaskedInput(SiteName site)
    {
        var (bits, dimension) = (_rig.Study.Format.ModulusBits, _rig.Study.Dimension);
        var self = _rig.Names.IndexOf(site);
        var (h2, sharers) = H2(site);
        BigInteger[] sum = [.. _round.Inputs[site].Select(lane => (BigInteger)lane)];
        Add(ByHand.Stream(ByHand.SelfKey(h2, SelfSeed(site), self), dimension, bits), 1);
        foreach (var peer in sharers.Where(index => index != self))
        {
            Add(ByHand.Stream(PairKey(site, _rig.Names[peer]), dimension, bits), peer > self ? 1 : -1);
        }

        return ByHand.Packed([.. sum.Select(lane => ByHand.Cut(lane, bits))], bits);

        void Add(ulong[] mask, int sign)
        {
            for (var lane = 0; lane < sum.Length; lane++)
            {
                sum[lane] += sign * (BigInteger)mask[lane];
            }
        }
    }
}
