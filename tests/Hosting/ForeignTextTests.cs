using Federated.Federation;

namespace Federated.Hosting.Tests;

/// <summary>What a stranger wrote does not act on a terminal.</summary>
[TestClass]
public sealed class ForeignTextTests
{
    [TestMethod]
    [DataRow("Universitätsklinik 中文 🏥", "Universitätsklinik 中文 🏥", DisplayName = "names of people and places stay")]
    [DataRow("a\u001b[2Jb", "a\ufffd[2Jb", DisplayName = "an escape would clear the screen")]
    [DataRow("a\r\nerror: b", "a\ufffd\ufffderror: b", DisplayName = "a line feed would begin a line of ours")]
    [DataRow("a\u009b2Jb", "a\ufffd2Jb", DisplayName = "the one-character form of an escape")]
    [DataRow("a\u202eb", "a\ufffdb", DisplayName = "a mark that turns the direction of writing")]
    [DataRow("a\u2066b\u200bc", "a\ufffdb\ufffdc", DisplayName = "an isolate, and a space that nobody sees")]
    [DataRow("a\u2028b", "a\ufffdb", DisplayName = "a separator of lines")]
    public void Characters_that_act_on_a_terminal_are_replaced(string text, string clean) =>
        Assert.AreEqual(clean, ForeignText.Clean(text));

    [TestMethod]
    public void A_text_is_cut_at_its_limit_and_never_within_a_character()
    {
        Assert.AreEqual(new string('a', ForeignText.Most), ForeignText.Clean(new string('a', ForeignText.Most)));
        Assert.AreEqual(new string('a', ForeignText.Most) + "…", ForeignText.Clean(new string('a', 1_000_000)));
        Assert.AreEqual("a…", ForeignText.Clean("a🏥", most: 2));
        Assert.AreEqual("a\ufffdb", ForeignText.Clean($"a{(char)0xd800}b"), "half a character");
    }

    [TestMethod]
    public void Lines_stay_lines_and_too_many_are_counted()
    {
        Assert.AreEqual("a\n  b\ufffd", ForeignText.CleanLines("a\r\n  b\u0007"));
        Assert.AreEqual("a\n  b", ForeignText.CleanLines("a\n\tb"));
        Assert.EndsWith("\nb\n… and 2 more lines", ForeignText.CleanLines(string.Join('\n', Enumerable.Repeat("b", 502))));
    }
}
