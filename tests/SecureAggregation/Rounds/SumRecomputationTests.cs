using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Tests.Rounds;

/// <summary>An auditor computes a sum again from the masked inputs and what the coordinator opened it with (design section 2.9a): the same sum, or what does not fit is named.</summary>
[TestClass]
public sealed class SumRecomputationTests
{
    [TestMethod]
    [DataRow(1, 32)]
    [DataRow(1, 17)]
    [DataRow(2, 32)]
    public void A_sum_is_computed_again_whoever_went_missing_and_wherever(int suite, int bits)
    {
        foreach (
            var (goneAfter, survivors) in new[] { ((MessageType?)null, 5), (MessageType.KeyAdvertisement, 4), (MessageType.ShareKeys, 4) }
        )
        {
            using var ran = new Ran(suite, bits, goneAfter);

            var sum = ran.Again(out var fault);

            Assert.IsNotNull(sum, $"{goneAfter}: {fault}");
            Assert.HasCount(survivors, ran.Proven.Survivors);
            CollectionAssert.AreEqual(ran.Sum, sum, $"{goneAfter}");
        }
    }

    [TestMethod]
    public void Every_changed_byte_of_an_opening_and_of_an_input_is_found()
    {
        using var ran = new Ran(suite: 1, bits: 17, MessageType.ShareKeys);
        var whole = ran.Opening.ToBytes();
        for (var i = 0; i < whole.Length; i++)
        {
            var changed = whole.ToArray();
            changed[i] ^= 1;
            var opening = RoundOpening.Parse(changed);
            Assert.IsTrue(opening is null || ran.Again(out _, opening) is null, $"byte {i} of the opening");
        }

        foreach (var (site, input) in ran.Inputs)
        {
            for (var i = 0; i < input.Length; i++)
            {
                input[i] ^= 0x80;
                Assert.IsNull(ran.Again(out var fault), $"byte {i} of {site}");
                Assert.AreEqual(site, fault!.Value.Site);
                input[i] ^= 0x80;
            }
        }

        Assert.IsNotNull(ran.Again(out _));
    }

    [TestMethod]
    public void What_is_missing_or_of_somebody_else_is_named()
    {
        using var ran = new Ran(suite: 1, bits: 32, goneAfter: null);
        var opening = ran.Opening;
        var first = ran.Proven.Survivors[0];
        (RoundOpening Opening, string Words)[] lies =
        [
            (new RoundOpening(opening.Dealers.RemoveAt(0), opening.InputSignatures), "it is of 4 sharers"),
            (new RoundOpening(opening.Dealers, opening.InputSignatures.RemoveAt(0)), "it is of 5 sharers and 4 inputs"),
            (
                new RoundOpening(opening.Dealers.SetItem(0, opening.Dealers[1]), opening.InputSignatures),
                "is not what that site committed to"
            ),
            (
                new RoundOpening(
                    opening.Dealers.SetItem(0, new OpenedDealer(opening.Dealers[0].Header, opening.Dealers[1].Secret)),
                    opening.InputSignatures
                ),
                "is not what that site committed to"
            ),
            (new RoundOpening(opening.Dealers, opening.InputSignatures.SetItem(0, opening.InputSignatures[1])), $"{first} did not sign it"),
        ];
        foreach (var (lie, words) in lies)
        {
            Assert.IsNull(ran.Again(out var fault, lie), words);
            Assert.Contains(words, fault!.Value.Reason);
        }

        ran.Inputs[first] = ran.Inputs[ran.Proven.Survivors[1]];
        Assert.IsNull(ran.Again(out var swapped));
        Assert.AreEqual((first, "it is not the input that the survivors signed the digest of."), swapped!.Value);
        ran.Inputs.Remove(first);
        Assert.IsNull(ran.Again(out var missing));
        Assert.AreEqual((first, "it is missing."), missing!.Value);
    }

    /// <summary>A real round of five sites, of which one may go missing.</summary>
    private sealed class Ran : IDisposable
    {
        private readonly Rig _rig;
        private readonly Round _round;
        private readonly RoundProof _proof;

        public Ran(int suite, int bits, MessageType? goneAfter)
        {
            _rig = new Rig(5, minimum: 4, bits: bits, dimension: 7, suite: Suite.Numbered(suite));
            _round = new Round(_rig);
            _round.Vector = (site, bytes) => Inputs[site] = bytes;
            var gone = _rig.Names[2];
            if (goneAfter is { } last)
            {
                _round.Up = (site, message) => site == gone && message.Type > last ? null : message;
            }

            _round.Run();
            Sum = _round.ClearSum(_round.Survivors);
            Opening = RoundOpening.Parse(_round.Aggregator.Opening.ToBytes())!;
            _proof = _round.Aggregator.Conclude(Digest.Of("sum"u8), Digest.Of("model"u8));
            Proven = _proof.Verify(_rig.Study, new RoundNumber(1), _rig.Model, _rig.Previous, _rig.Check, out var fault)!;
            Assert.IsNotNull(Proven, fault);
        }

        public Dictionary<SiteName, byte[]> Inputs { get; } = [];

        public long[] Sum { get; }

        public RoundOpening Opening { get; }

        public ProvenRound Proven { get; }

        public long[]? Again(out (SiteName? Site, string Reason)? fault, RoundOpening? opening = null) =>
            new SumRecomputation(_rig.Study, _proof, Proven).Sum(
                opening ?? Opening,
                site => Inputs.GetValueOrDefault(site),
                parallelism: 1,
                out fault
            );

        public void Dispose() => _round.Dispose();
    }
}
