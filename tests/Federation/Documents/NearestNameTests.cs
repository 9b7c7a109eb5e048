using Federated.Federation.Documents;

namespace Federated.Federation.Tests.Documents;

[TestClass]
public sealed class NearestNameTests
{
    private static readonly string[] Names = ["age", "sex", "cp", "chol", "thal", "thalach", "oldpeak"];

    [TestMethod]
    [DataRow("aeg", "age", DisplayName = "neighbours swapped")]
    [DataRow("agee", "age", DisplayName = "one letter more")]
    [DataRow("ag", "age", DisplayName = "one letter less")]
    [DataRow("AGE", "age", DisplayName = "case")]
    [DataRow("cholesterol", "chol", DisplayName = "a longer word that begins with it")]
    [DataRow("old", "oldpeak", DisplayName = "a shorter word that it begins with")]
    [DataRow("thallium", "thal", DisplayName = "nearer of two")]
    [DataRow("weight", null, DisplayName = "nothing near")]
    [DataRow("", null, DisplayName = "nothing given")]
    public void The_nearest_name_is_found_if_it_is_near_enough(string given, string? expected)
    {
        Assert.AreEqual(expected, NearestName.Among(Names, given));
    }

    [TestMethod]
    public void The_hint_names_the_nearest_word_or_else_all_of_them()
    {
        string[] known = ["rounds", "learning_rate"];

        Assert.AreEqual("did you mean 'learning_rate'?", NearestName.Hint("learningRate", known));
        Assert.AreEqual("known here: rounds, learning_rate.", NearestName.Hint("epsilon", known));
    }
}
