namespace Federated.Federation.Tests;

[TestClass]
public sealed class IdentifiersTests
{
    [TestMethod]
    [DataRow("a", DisplayName = "one letter")]
    [DataRow("7", DisplayName = "one digit")]
    [DataRow("hospital-of-the-7-hills", DisplayName = "letters, digits and dashes")]
    [DataRow("a--b", DisplayName = "two dashes in a row, as DNS allows")]
    [DataRow("abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0", DisplayName = "63 characters")]
    public void A_DNS_label_is_a_site_name(string text)
    {
        Assert.IsTrue(SiteName.TryParse(text, out var name));
        Assert.AreEqual(text, name.Value);
        Assert.AreEqual(text, name.ToString());
        Assert.AreEqual(name, SiteName.Parse(text));
    }

    [TestMethod]
    [DataRow(null, DisplayName = "nothing")]
    [DataRow("", DisplayName = "empty")]
    [DataRow("-a", DisplayName = "a dash first")]
    [DataRow("a-", DisplayName = "a dash last")]
    [DataRow("A", DisplayName = "upper case")]
    [DataRow("a b", DisplayName = "a space")]
    [DataRow("a/b", DisplayName = "a path")]
    [DataRow("..", DisplayName = "a parent folder")]
    [DataRow("a\n", DisplayName = "a line break, which would forge a log line")]
    [DataRow("é", DisplayName = "a letter outside ASCII")]
    [DataRow("а", DisplayName = "a Cyrillic а that looks like ours")]
    [DataRow("abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz01", DisplayName = "64 characters")]
    public void Anything_else_is_refused_with_the_rule(string? text)
    {
        Assert.IsFalse(SiteName.TryParse(text, out _));
        Assert.Contains("1 to 63 of a-z, 0-9 and '-'", SiteName.Fault(text)!);
        Assert.ThrowsExactly<FormatException>(() => SiteName.Parse(text!));
    }

    [TestMethod]
    public void Names_are_ordered_by_bytes()
    {
        string[] inOrder = ["0", "a", "a-b", "a0", "aa", "b"];

        var sorted = inOrder.Reverse().Select(SiteName.Parse).Order().Select(name => name.Value);

        CollectionAssert.AreEqual(inOrder, sorted.ToArray());
        Assert.IsTrue(SiteName.Parse("a") < SiteName.Parse("b") && SiteName.Parse("b") >= SiteName.Parse("b"));
        Assert.IsTrue(SiteName.Parse("b") > SiteName.Parse("a") && SiteName.Parse("a") <= SiteName.Parse("a"));
    }

    [TestMethod]
    public void A_default_name_names_nobody() => Assert.ThrowsExactly<InvalidOperationException>(() => default(SiteName).Value);

    [TestMethod]
    public void Rounds_count_up_and_do_not_wrap()
    {
        Assert.AreEqual(new RoundNumber(2), new RoundNumber(1).Next);
        Assert.IsTrue(new RoundNumber(1) < new RoundNumber(2));
        Assert.AreEqual("12", new RoundNumber(12).ToString());
        Assert.ThrowsExactly<OverflowException>(() => new RoundNumber(uint.MaxValue).Next);
    }
}
