using Federated.Federation.Documents;
using Federated.Federation.Schemas;

namespace Federated.Data.Tests;

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
}
