using Federated.Federation.Documents;

namespace Federated.Federation.Tests.Documents;

[TestClass]
public sealed class NearestMatchTests
{
    private static readonly string[] Known = ["rounds", "local_epochs", "batch_size", "learning_rate", "seed"];

    [TestMethod]
    [DataRow("round", "rounds", DisplayName = "a letter dropped")]
    [DataRow("roundss", "rounds", DisplayName = "a letter added")]
    [DataRow("rownds", "rounds", DisplayName = "a letter changed")]
    [DataRow("ronuds", "rounds", DisplayName = "two neighbours swapped")]
    [DataRow("ROUNDS", "rounds", DisplayName = "upper case")]
    [DataRow("learningRate", "learning_rate", DisplayName = "another style of name")]
    [DataRow("learning-rates", "learning_rate", DisplayName = "two edits of a long word")]
    [DataRow("seeds", "seed", DisplayName = "a plural")]
    public void A_slip_is_understood(string word, string meant)
    {
        Assert.AreEqual(meant, NearestMatch.Of(word, Known));
        Assert.AreEqual($"did you mean '{meant}'?", NearestMatch.Hint(word, Known));
    }

    [TestMethod]
    [DataRow("epsilon", DisplayName = "another word")]
    [DataRow("r", DisplayName = "a single letter")]
    [DataRow("", DisplayName = "nothing")]
    public void What_is_near_to_nothing_gets_the_list(string word)
    {
        Assert.IsNull(NearestMatch.Of(word, Known));
        Assert.AreEqual($"known here: {string.Join(", ", Known)}.", NearestMatch.Hint(word, Known));
    }

    [TestMethod]
    public void Equally_near_words_are_decided_by_the_alphabet() => Assert.AreEqual("ab", NearestMatch.Of("aa", ["ac", "ab"]));

    [TestMethod]
    public void Nothing_known_is_nothing_near() => Assert.IsNull(NearestMatch.Of("x", []));
}
