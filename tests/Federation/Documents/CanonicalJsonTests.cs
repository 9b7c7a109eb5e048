using System.Text;
using Federated.Federation.Documents;

namespace Federated.Federation.Tests.Documents;

/// <summary>RFC 8785's published examples, as far as they use objects, arrays, strings, booleans and integers.</summary>
[TestClass]
public sealed class CanonicalJsonTests
{
    [TestMethod]
    public void Members_are_sorted_by_UTF_16_code_units_as_in_section_3_2_3()
    {
        var json = new CanonicalJson()
            .Add("\u20ac", "Euro Sign")
            .Add("\r", "Carriage Return")
            .Add("\ufb33", "Hebrew Letter Dalet With Dagesh")
            .Add("1", "One")
            .Add("\ud83d\ude00", "Emoji: Grinning Face")
            .Add("\u0080", "Control")
            .Add("\u00f6", "Latin Small Letter O With Diaeresis");

        string[] expected =
        [
            "Carriage Return",
            "One",
            "Control",
            "Latin Small Letter O With Diaeresis",
            "Euro Sign",
            "Emoji: Grinning Face",
            "Hebrew Letter Dalet With Dagesh",
        ];
        var document = (DocumentNode.Map)CanonicalJson.Parse(json.ToBytes(), out _)!;
        CollectionAssert.AreEqual(expected, document.Entries.Select(e => ((DocumentNode.Scalar)e.Value).Text).ToArray());
        Assert.StartsWith("{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":", json.ToString());
    }

    [TestMethod]
    public void Strings_are_escaped_as_in_section_3_2_2_and_written_as_in_section_3_2_4()
    {
        var json = new CanonicalJson().Add("string", "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/");

        // From the published bytes, the member "string".
        var expected = "22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f22";
        Assert.AreEqual($"7b{expected}7d", Convert.ToHexStringLower(json.ToBytes()));
    }

    [TestMethod]
    public void Control_characters_take_their_short_escape_or_four_lowercase_digits()
    {
        var json = new CanonicalJson().Add("k", "\b\t\n\f\r\u0000\u001f\u007f");

        Assert.AreEqual("{\"k\":\"\\b\\t\\n\\f\\r\\u0000\\u001f\u007f\"}", json.ToString());
    }

    [TestMethod]
    [DataRow(0L, "0")]
    [DataRow(-1L, "-1")]
    [DataRow(9007199254740992L, "9007199254740992", DisplayName = "2^53, in full")]
    [DataRow(-9007199254740992L, "-9007199254740992")]
    public void Integers_are_written_in_full(long value, string text) =>
        Assert.AreEqual($"{{\"n\":{text}}}", new CanonicalJson().Add("n", value).ToString());

    [TestMethod]
    [DataRow(9007199254740993L, DisplayName = "2^53 + 1")]
    [DataRow(long.MaxValue)]
    [DataRow(long.MinValue)]
    public void Integers_that_a_double_cannot_hold_are_refused(long value) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new CanonicalJson().Add("n", value));

    [TestMethod]
    [DataRow(0.1, "0.1")]
    [DataRow(1.0, "1")]
    [DataRow(1.0 / 3, "0.3333333333333333")]
    [DataRow(1e21, "1E+21")]
    public void Decimals_are_the_shortest_text_that_reads_back(double value, string text)
    {
        var json = new CanonicalJson().AddDecimal("x", value);

        Assert.AreEqual($"{{\"x\":\"{text}\"}}", json.ToString());
        Assert.AreEqual(value, double.Parse(text));
    }

    [TestMethod]
    public void Objects_and_arrays_nest_without_spaces()
    {
        var json = new CanonicalJson()
            .Add("b", [new CanonicalJson().Add("y", true).Add("x", false), new CanonicalJson()])
            .Add("a", [3, 1, 2])
            .Add("c", new CanonicalJson().Add("k", 1));

        Assert.AreEqual("{\"a\":[3,1,2],\"b\":[{\"x\":false,\"y\":true},{}],\"c\":{\"k\":1}}", json.ToString());
    }

    [TestMethod]
    public void Half_a_surrogate_pair_has_no_canonical_form() =>
        Assert.ThrowsExactly<EncoderFallbackException>(() => new CanonicalJson().Add("k", "\ud800").ToBytes());

    [TestMethod]
    public void A_key_is_added_once() => Assert.ThrowsExactly<ArgumentException>(() => new CanonicalJson().Add("k", 1).Add("k", 2));
}
