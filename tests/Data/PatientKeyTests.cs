namespace Federated.Data.Tests;

[TestClass]
public sealed class PatientKeyTests
{
    [TestMethod]
    [DataRow("P000123", "P000123")]
    [DataRow(" p000123\u00A0", "P000123", DisplayName = "white space around, case")]
    [DataRow("ÉTÉ", "E\u0301te\u0301", DisplayName = "composed and decomposed")]
    [DataRow("straße", "STRAßE", DisplayName = "a letter without a capital")]
    [DataRow("Özgür-ç", "O\u0308ZGU\u0308R-C\u0327")]
    public void Spellings_of_one_key_come_to_one_text(string one, string other)
    {
        Assert.IsTrue(PatientKey.TryNormalise(one, out var first));
        Assert.IsTrue(PatientKey.TryNormalise(other, out var second));

        Assert.AreEqual(first, second);
    }

    [TestMethod]
    [DataRow("P000123", "P000124")]
    [DataRow("P1", "P01", DisplayName = "leading zeros are part of a key")]
    [DataRow("P 1", "P1", DisplayName = "so are blanks inside")]
    [DataRow("LEA", "LÉA", DisplayName = "and accents")]
    public void Different_keys_stay_different(string one, string other)
    {
        Assert.IsTrue(PatientKey.TryNormalise(one, out var first));
        Assert.IsTrue(PatientKey.TryNormalise(other, out var second));

        Assert.AreNotEqual(first, second);
    }

    [TestMethod]
    [DataRow("P\u200B1", DisplayName = "zero-width space")]
    [DataRow("P\u0007", DisplayName = "control character")]
    [DataRow("\u0301A", DisplayName = "mark before any letter")]
    [DataRow("E\u0301\u0323", DisplayName = "two marks on one letter")]
    [DataRow("Q\u0301", DisplayName = "a mark that composes with nothing")]
    [DataRow("P\uFFFD", DisplayName = "replacement for bytes that were not UTF-8")]
    public void What_has_no_single_form_is_refused(string key)
    {
        Assert.IsFalse(PatientKey.TryNormalise(key, out _));
    }
}
