using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Tests.Rounds;

namespace Federated.SecureAggregation.Tests.Attacks;

/// <summary>Keys that are used twice, or that open more than their own: asked of the real machines, over sites, attempts and rounds (design section 6.2, number 21).</summary>
[TestClass]
public sealed class FreshKeysTests
{
    [TestMethod]
    public void Every_pair_has_its_own_mask_and_one_sites_secrets_open_no_other_pair()
    {
        var rig = new Rig(5);
        var colluder = rig.Names[1];
        var pairs = new Dictionary<string, (int Attempt, int Low, int High)>();
        var advertised = new HashSet<string>();
        var opened = new List<string>();
        var known = new List<(byte[] Secret, byte[] H2, byte[][] PublicKeys)>();
        (uint Round, uint Number)[] attempts = [(1, 1), (1, 2), (2, 1)];
        foreach (var (number, attempt) in attempts.Index())
        {
            using var round = new Round(rig, attempt.Round, attempt.Number);
            var drawn = new Drawn(rig, round);
            var left = new Dictionary<SiteName, byte[]>();
            round.Vector = (site, bytes) => left[site] = bytes;
            round.Run();

            foreach (var keys in Advertised(rig, round))
            {
                Assert.IsTrue(advertised.Add(Hex.Of(keys.ChannelKey.Span)), $"the channel key of {keys.Site} was used before");
                Assert.IsTrue(advertised.Add(Hex.Of(keys.MaskKey.Span)), $"the mask key of {keys.Site} was used before");
                Assert.AreEqual(Hex.Of(ByHand.PublicKey(drawn.MaskKey(keys.Site))), Hex.Of(keys.MaskKey.Span), "not the key of its root");
            }

            for (var low = 0; low < 5; low++)
            {
                for (var high = low + 1; high < 5; high++)
                {
                    var key = Hex.Of(drawn.PairKey(rig.Names[low], rig.Names[high]));
                    Assert.AreEqual(key, Hex.Of(drawn.PairKey(rig.Names[high], rig.Names[low])), "the two of a pair differ");
                    Assert.IsTrue(pairs.TryAdd(key, (number, low, high)), $"{low} and {high} have the mask of {pairs[key]}");
                }
            }

            // These are the machines' masks: nothing else gives the bytes that left.
            Assert.IsTrue(rig.Names.All(site => left[site].AsSpan().SequenceEqual(drawn.MaskedInput(site))));
            byte[][] publicKeys = [.. rig.Names.Select(site => ByHand.PublicKey(drawn.MaskKey(site)))];
            known.Add((drawn.MaskKey(colluder), drawn.H2(colluder).H2, publicKeys));
        }

        foreach (var (secret, _, _) in known)
        {
            opened.AddRange(Guesses(secret, known).Where(pairs.ContainsKey));
        }

        Assert.HasCount(attempts.Length * 10, pairs);
        Assert.IsTrue(opened.TrueForAll(key => pairs[key].Low == 1 || pairs[key].High == 1), "a pair without the colluder is open");
        Assert.HasCount(attempts.Length * 4, opened.Distinct(), "the colluder's own pairs");
    }

    [TestMethod]
    public void Two_hundred_attempts_draw_no_nonce_key_seed_commitment_or_ciphertext_twice()
    {
        const int Attempts = 200;
        var rig = new Rig(3);
        var seen = new Dictionary<string, string>();

        for (var i = 0; i < Attempts; i++)
        {
            using var round = new Round(rig, round: 1 + ((uint)i / 100), attempt: 1 + ((uint)i % 100));
            var drawn = new Drawn(rig, round);
            round.Run();
            Assert.IsNotNull(round.Sum);
            var h0 = drawn.H0(rig.Names[0]);
            var h1 = ByHand.H1(h0, round.HeardBy(rig.Names[0]).Keys);
            See("invitation nonce", Invitation.Parse(round.Aggregator.Invitation.Body)!.Nonce.ToArray());
            foreach (var keys in Advertised(rig, round))
            {
                See("nonce", keys.Nonce.ToArray());
                See("channel key", keys.ChannelKey.Span);
                See("mask key", keys.MaskKey.Span);
                See("mask root", drawn.Sigma(keys.Site));
                using var fromRoot = rig.Suite.DeriveMaskKey(h0, drawn.Sigma(keys.Site));
                Assert.AreEqual(Hex.Of(fromRoot.PublicKey), Hex.Of(keys.MaskKey.Span), "the mask key is not of the root that was drawn");
            }

            foreach (var (site, message) in round.Said.Where(said => said.Message.Type == MessageType.ShareKeys))
            {
                var header = ShareHeader.Parse(message.Body)!;
                var committed = header.SelfMaskCommitment.ToArray();
                See("self-mask seed", drawn.SelfSeed(site));
                See("self-mask commitment", committed);
                Assert.AreEqual(Hex.Of(ByHand.SelfCommitment(h1, rig.Names.IndexOf(site), drawn.SelfSeed(site))), Hex.Of(committed));
                See("root of items", header.ItemsRoot.ToArray());
                foreach (var item in ShareItem.Split(message.Attachment, 3)!.Value.Select(bytes => ShareItem.Parse(bytes)!))
                {
                    See("share commitment", item.SelfMaskCommitment.ToArray());
                    See("share commitment", item.MaskKeyCommitment.ToArray());
                    if (!item.Ciphertext.IsEmpty)
                    {
                        See("ciphertext nonce", item.Ciphertext.Span[..ShareItem.NonceBytes]);
                        See("ciphertext", item.Ciphertext.Span[ShareItem.NonceBytes..]);
                    }
                }
            }
        }

        // Of an attempt: its nonce; of each site two seeds, three values of M1, two of M3, two commitments for each of three holders, two values of each of two ciphertexts.
        Assert.HasCount(Attempts * (1 + (3 * (2 + 3 + 2 + 6 + 4))), seen);

        void See(string what, ReadOnlySpan<byte> value)
        {
            Assert.IsTrue(value.ContainsAnyExcept((byte)0), $"a {what} of zeros");
            Assert.IsTrue(seen.TryAdd(Hex.Of(value), what), $"a {what} was a {seen.GetValueOrDefault(Hex.Of(value))} before");
        }
    }

    private static KeyAdvertisement[] Advertised(Rig rig, Round round)
    {
        KeyAdvertisement[] keys =
        [
            .. round
                .Said.Where(said => said.Message.Type == MessageType.KeyAdvertisement)
                .Select(said => KeyAdvertisement.Parse(said.Message.Body, rig.Suite)!),
        ];
        Assert.HasCount(rig.Names.Length, keys);
        return keys;
    }

    /// <summary>Every key that somebody with one secret can derive: with each public key, under each transcript, for each pair of indices and keys.</summary>
    private static IEnumerable<string> Guesses(byte[] secret, List<(byte[] Secret, byte[] H2, byte[][] PublicKeys)> attempts)
    {
        foreach (var (_, h2, publicKeys) in attempts)
        {
            foreach (var agreed in publicKeys.Select(key => ByHand.Agreed(secret, key)))
            {
                for (var low = 0; low < publicKeys.Length; low++)
                {
                    for (var high = low + 1; high < publicKeys.Length; high++)
                    {
                        yield return Hex.Of(ByHand.PairKey(h2, agreed, low, high, publicKeys[low], publicKeys[high]));
                    }
                }
            }
        }
    }
}
