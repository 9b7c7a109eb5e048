using Federated.Privacy.Sampling;

namespace Federated.Privacy.Tests.Sampling;

/// <summary>Scripts of random words that lead into each branch.</summary>
[TestClass]
public sealed class RandomWordsTests
{
    private const ulong High = ulong.MaxValue;

    [TestMethod]
    [DataRow(0UL, 10UL, 1UL, DisplayName = "the word 0 favours 0, and is drawn again")]
    [DataRow((1UL << 63) + 1, 10UL, 5UL, DisplayName = "just past half of all words")]
    [DataRow(High, 10UL, 9UL, DisplayName = "the last word")]
    [DataRow(High, 1UL, 0UL, DisplayName = "one value only")]
    public void A_word_becomes_a_number_below_the_limit(ulong word, ulong most, ulong expected)
    {
        using var words = new RandomWords(StatedWords.Script(word, 1UL << 61)); // 2^61 · 10 / 2^64 = 1.25

        Assert.AreEqual(expected, words.Below(most));
    }

    /// <summary>2^64 mod 3 = 1: one word is too many, and without the redraw 0 would come more often than 1 and 2.</summary>
    [TestMethod]
    public void Exactly_the_words_that_would_favour_a_result_are_drawn_again()
    {
        using var redrawn = new RandomWords(StatedWords.Script(0, High));
        using var kept = new RandomWords(StatedWords.Script((High / 3) + 1, High));

        Assert.AreEqual(2UL, redrawn.Below(3));
        Assert.AreEqual(1UL, kept.Below(3));
    }

    [TestMethod]
    public void Small_ranges_are_uniform()
    {
        using var words = new RandomWords(StatedWords.Seeded(3));
        var counts = new double[7];
        for (var i = 0; i < 700_000; i++)
        {
            counts[words.Below(7)]++;
        }

        Assert.IsGreaterThan(1e-4, ChiSquare.PValue([.. counts.Select(count => (100_000.0, count))]));
    }

    [TestMethod]
    public void Coins_are_the_bits_of_a_word_in_order()
    {
        using var words = new RandomWords(StatedWords.Script(0b1011, 0));

        var bits = Enumerable.Range(0, 6).Select(_ => words.NextBit()).ToArray();

        CollectionAssert.AreEqual(new[] { true, true, false, true, false, false }, bits);
    }

    /// <summary>With σ = 1: offset 0 is kept; the coin's word says heads first, so no scale; then the sign.</summary>
    [TestMethod]
    [DataRow(0b001UL, 0L, DisplayName = "no scale, positive: zero")]
    [DataRow(0b0_1_11UL, 0L, DisplayName = "no scale, negative zero is drawn again; then no scale, positive")]
    [DataRow(0b0_1_0UL, 1L, DisplayName = "one scale (third draw high), positive")]
    [DataRow(0b1_1_0UL, -1L, DisplayName = "one scale, negative")]
    public void A_Laplace_draw_takes_each_branch(ulong coins, long expected)
    {
        // Below(1) reads a word each for the offset and its test, and the coins are the third; then 1/3 is tested against a high word, which stops.
        using var sampler = new DiscreteGaussianSampler(1, StatedWords.Script(High, High, coins, High, High, High, High, High, High, High));

        Assert.AreEqual(expected, sampler.NextLaplace());
    }

    [TestMethod]
    public void Each_block_is_asked_for_once_and_used_up()
    {
        var blocks = 0;
        var seeded = StatedWords.Seeded(1);
        using var words = new RandomWords(bytes =>
        {
            Assert.AreEqual(RandomWords.BlockWords * sizeof(ulong), bytes.Length);
            blocks++;
            seeded(bytes);
        });

        for (var i = 0; i <= RandomWords.BlockWords; i++)
        {
            words.Next();
        }

        Assert.AreEqual(2, blocks);
    }
}
