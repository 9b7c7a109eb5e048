using Federated.Cli.Studies;
using Federated.Federation;
using Federated.Hosting;
using Federated.V1;
using Google.Protobuf;

namespace Federated.Cli.Tests.Studies;

/// <summary>What a person may type for a study.</summary>
[TestClass]
public sealed class PlanReferenceTests
{
    private static readonly string First = "abcdef0" + new string('1', 57);
    private static readonly string Second = "abcdef0" + new string('2', 57);
    private static readonly string Third = "0123456" + new string('3', 57);

    [TestMethod]
    [DataRow("0123456333333333333333333333333333333333333333333333333333333333", DisplayName = "the whole hash")]
    [DataRow("012345", DisplayName = "its first six digits")]
    [DataRow("other", DisplayName = "the name, if it is the only one")]
    public void One_study_is_found(string text)
    {
        Assert.AreEqual(Third, PlanReference.HashOf(PlanReference.Find(text, Studies())).ToString());
    }

    [TestMethod]
    public void Digits_may_be_written_large()
    {
        Assert.AreEqual(Second, PlanReference.HashOf(PlanReference.Find("ABCDEF02", Studies())).ToString());
    }

    [TestMethod]
    [DataRow("abcdef", "'abcdef' may be any of 2 studies:\nabcdef011111", "give more digits of the plan hash")]
    [DataRow("twice", "'twice' may be any of 2 studies:\nabcdef011111", "give more digits of the plan hash")]
    [DataRow("0123", "No study is called '0123'.", "of a plan hash, give at least 6 digits; fed study list shows what there is")]
    [DataRow("othr", "No study is called 'othr'; did you mean 'other'?", "fed study list shows what there is")]
    [DataRow("ffffffff", "No study is called 'ffffffff'.", "fed study list shows what there is")]
    public void Anything_else_is_refused_with_what_to_do(string text, string message, string hint)
    {
        var refused = Assert.ThrowsExactly<OperatorException>(() => PlanReference.Find(text, Studies()));

        Assert.StartsWith(message, refused.Message);
        Assert.AreEqual(hint, refused.Hint);
    }

    [TestMethod]
    public void A_name_that_looks_like_the_digits_of_another_study_is_ambiguous()
    {
        StudyState[] studies = [.. Studies(), State("abcdef01", "99" + Third[2..])];

        var refused = Assert.ThrowsExactly<OperatorException>(() => PlanReference.Find("abcdef01", studies));

        Assert.Contains("may be any of 2 studies", refused.Message);
    }

    private static StudyState[] Studies() => [State("twice", First), State("twice", Second), State("other", Third)];

    private static StudyState State(string name, string hash) =>
        new()
        {
            Name = name,
            Phase = "running",
            PlanHash = ByteString.CopyFrom(Digest.TryParse(hash, out var digest) ? digest.ToArray() : throw new ArgumentException(hash)),
        };
}
