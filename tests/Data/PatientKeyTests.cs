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
    [DataRow("P1", "P01", DisplayName = "leading zeros")]
    [DataRow("A-007-B", "A7B", DisplayName = "zeros and separators among letters")]
    [DataRow("12 34", "1234", DisplayName = "digits in groups")]
    [DataRow("LEA", "L\u00C9A", DisplayName = "accents")]
    [DataRow("P000", "P0", DisplayName = "zeros alone")]
    [DataRow("\u0663", "3", DisplayName = "digits of another script")]
    public void Keys_that_look_alike_have_one_look(string one, string other) => Assert.AreEqual(Look(one), Look(other));

    [TestMethod]
    [DataRow("1-02", "10-2", DisplayName = "a separator between digits counts")]
    [DataRow("1-02", "102")]
    [DataRow("P10", "P1", DisplayName = "zeros at the end count")]
    [DataRow("P100", "P010")]
    [DataRow("--", "-", DisplayName = "keys of separators alone are themselves")]
    public void Keys_that_differ_by_more_have_two_looks(string one, string other) => Assert.AreNotEqual(Look(one), Look(other));

    private static string Look(string key)
    {
        Assert.IsTrue(PatientKey.TryNormalise(key, out var normalised));
        return PatientLook.Of(normalised);
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
