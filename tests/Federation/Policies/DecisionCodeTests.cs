using Federated.Federation.Policies;

namespace Federated.Federation.Tests.Policies;

/// <summary>The words that a public log may hold of a site's decisions.</summary>
[TestClass]
public sealed class DecisionCodeTests
{
    [TestMethod]
    public void Every_word_reads_back_and_is_of_letters_and_hyphens_alone()
    {
        foreach (var code in DecisionCode.All)
        {
            Assert.IsTrue(DecisionCode.TryParse(code.Word, out var read));
            Assert.AreEqual(code, read);
            Assert.IsTrue(code.Word.All(c => c is (>= 'a' and <= 'z') or '-'), code.Word);
        }

        Assert.HasCount(DecisionCode.All.Count, DecisionCode.All.Distinct().ToList());
        Assert.IsEmpty(DecisionCode.OfApproval.Concat(DecisionCode.OfRefusal).Except(DecisionCode.All));
    }

    [TestMethod]
    [DataRow("reviewd")]
    [DataRow("Reviewed")]
    [DataRow("")]
    [DataRow(null)]
    public void Any_other_text_is_no_code(string? text)
    {
        Assert.IsFalse(DecisionCode.TryParse(text, out var code));
        Assert.ThrowsExactly<InvalidOperationException>(() => code.Word);
    }
}
