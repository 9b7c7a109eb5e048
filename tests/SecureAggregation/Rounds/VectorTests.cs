using Federated.Federation;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Tests.Rounds;

/// <summary>The protocol's own vectors, from an independent implementation (secure-aggregation design, section 6.1).</summary>
[TestClass]
public sealed class VectorTests
{
    private static readonly Digest s_h0 = new(Hex.Repeated(0x24));
    private static readonly Digest s_h2 = new(Hex.Repeated(0x42));

    [TestMethod]
    public void The_mask_key_follows_from_its_root()
    {
        using var key = Suite.X25519Ed25519.DeriveMaskKey(s_h0.ToArray(), Hex.Counting(32));

        Assert.AreEqual("aac6aea6141e0843a4250f8c4e74cd61609844e19fb9ce8fb7d3752377feb151", Hex.Of(key.PublicKey));
    }

    [TestMethod]
    public void The_commitment_of_a_self_mask_seed()
    {
        var commitment = Derivations.SelfMaskCommitment(new Digest(Hex.Repeated(0x11)), 7, Hex.Counting(32));

        Assert.AreEqual("8720e13074dca35c168b9f75c9c0a84a92aa276f78352bad52ea463d8ca5a12b", commitment.ToString());
    }

    [TestMethod]
    public void The_seed_of_a_pair()
    {
        // RFC 7748, section 6.1: the two public keys and what they agree on.
        var alice = Hex.Bytes("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
        var bob = Hex.Bytes("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
        var agreed = Hex.Bytes("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");

        using var mask = Derivations.PairMask(s_h2, agreed, 0, 1, alice, bob);

        Assert.AreEqual("4d28cf00eac401ca154e7d3119ed13a96cb06802cb2c799e3e267cbaff3c2155", Hex.Of(mask.Key));
    }

    [TestMethod]
    public void The_seed_of_a_self_mask()
    {
        using var mask = Derivations.SelfMask(s_h2, Hex.Counting(32), 7);

        Assert.AreEqual("8b51c9e792ae5eb15f81902d2cd7baae469747724b23f45af842e00b7bc0babe", Hex.Of(mask.Key));
    }

    [TestMethod]
    public void The_toy_round()
    {
        var format = new LaneFormat(16);
        long[][] inputs =
        [
            [1, 2, -3, 4],
            [10, -20, 30, -40],
            [100, 200, 300, 400],
        ];
        string[] expected = ["01066318fe8d2878", "9d69f13e145f808d", "4e56ea319eb1db98"];
        var keys = Enumerable
            .Range(0, 3)
            .Select(i => Suite.X25519Ed25519.DeriveMaskKey(s_h0.ToArray(), Hex.Repeated((byte)(0x10 + i))))
            .ToArray();
        var sum = new byte[format.LanesLength(4)];
        var selfMasks = new List<MaskTerm>();

        for (var i = 0; i < 3; i++)
        {
            var lanes = new byte[format.LanesLength(4)];
            LaneBuffers.Encode(inputs[i], format, lanes);
            var self = Derivations.SelfMask(s_h2, Hex.Repeated((byte)(0x20 + i)), i);
            selfMasks.Add(new MaskTerm(self, Subtract: true));
            MaskStream.Apply(lanes, format, [new MaskTerm(self, Subtract: false), .. PairMasks(keys, i)], parallelism: 1);
            LaneBuffers.Add(sum, lanes, format);

            // The note prints lanes as numbers, most significant digit first.
            var printed = string.Concat(lanes.Chunk(2).Select(lane => $"{lane[1]:x2}{lane[0]:x2}"));
            Assert.AreEqual(expected[i], printed, $"y{i}");
        }

        MaskStream.Apply(sum, format, selfMasks, parallelism: 1);
        var decoded = new long[4];
        LaneBuffers.DecodeCentred(sum, format, decoded);
        CollectionAssert.AreEqual(new long[] { 111, 182, 327, 364 }, decoded);
    }

    private static IEnumerable<MaskTerm> PairMasks(AgreementKey[] keys, int self)
    {
        foreach (var peer in Enumerable.Range(0, 3).Where(peer => peer != self))
        {
            var agreed = new byte[32];
            Assert.IsTrue(keys[self].TryAgree(keys[peer].PublicKey, agreed));
            var (low, high) = (Math.Min(self, peer), Math.Max(self, peer));
            yield return new MaskTerm(
                Derivations.PairMask(s_h2, agreed, low, high, keys[low].PublicKey, keys[high].PublicKey),
                Subtract: peer < self
            );
        }
    }
}
