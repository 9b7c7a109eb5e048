using Federated.SecureAggregation.Suites;
using Federated.TransparencyLog.Notes;

namespace Federated.TransparencyLog.Tests.Notes;

/// <summary>The log and the rounds agree on which keys and signatures count, though they share no code.</summary>
[TestClass]
public sealed class Ed25519RulesTests
{
    [TestMethod]
    [DataRow("0100000000000000000000000000000000000000000000000000000000000000", DisplayName = "the neutral element")]
    [DataRow("0100000000000000000000000000000000000000000000000000000000000080", DisplayName = "the neutral element with a sign")]
    [DataRow("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", DisplayName = "order 2")]
    [DataRow("0000000000000000000000000000000000000000000000000000000000000000", DisplayName = "order 4")]
    [DataRow("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", DisplayName = "order 8")]
    [DataRow("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", DisplayName = "another of order 8")]
    [DataRow("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", DisplayName = "1, not reduced")]
    [DataRow("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", DisplayName = "all ones")]
    public void A_key_of_small_order_or_not_canonical_is_none(string hex)
    {
        var key = Convert.FromHexString(hex);

        Assert.IsNull(NoteKey.TryCreate(KeyName.Parse("a"), NoteAlgorithm.Ed25519, key));
        Assert.IsNull(Suite.Numbered(1)!.TryReadIdentity(key));
    }

    [TestMethod]
    public void Both_say_the_same_of_honest_and_of_changed_keys_and_signatures()
    {
        var (seeded, name, message) = (new Seeded("rules"), KeyName.Parse("a"), "message"u8.ToArray());
        int[] seen = [0, 0, 0];
        for (var repeats = 0; repeats < 200; repeats++)
        {
            var seed = seeded.Bytes(32);
            using var ours = new NoteSigner(name, seed);
            using var theirs = Suite.Numbered(1)!.IdentityFromSeed(seed);
            var key = ours.Key.PublicKey.ToArray();
            CollectionAssert.AreEqual(theirs.PublicKey.ToArray(), key);
            var signature = ours.Sign(message).Value.ToArray();
            if (repeats % 2 == 1)
            {
                var changed = repeats % 4 == 1 ? signature : key;
                changed[seeded.Between(0, changed.Length - 1)] ^= (byte)(1 << seeded.Between(0, 7));
            }

            var (mine, other) = (NoteKey.TryCreate(name, NoteAlgorithm.Ed25519, key), Suite.Numbered(1)!.TryReadIdentity(key));

            Assert.AreEqual(other is null, mine is null);
            var verdict = mine?.VerifiesMessage(message, signature);
            Assert.AreEqual(other?.Verifies(message, signature), verdict);
            seen[
                verdict is null ? 0
                : verdict.Value ? 1
                : 2
            ]++;
        }

        Assert.IsTrue(seen.All(count => count > 10), string.Join(' ', seen));
    }
}
