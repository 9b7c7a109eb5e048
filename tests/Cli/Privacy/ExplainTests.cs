using System.Text.Json;
using Federated.Cli.Privacy.Explanation;
using Federated.Fixtures;
using Federated.Fixtures.Processes;
using Federated.Privacy;

namespace Federated.Cli.Tests.Privacy;

/// <summary>What figures mean for a patient, in the two languages.</summary>
[TestClass]
public sealed class ExplainTests
{
    private static readonly PrivacyFigures Figures = new(new Epsilon(2), new Delta(1e-5))
    {
        Noise = new NoiseMultiplier(1.25),
        Floor = new Epsilon(6.5),
        Consortium = (10, 3),
    };

    /// <summary>e²/(1 + e²) = 0.88080, its complement 0.11920; from 1 %: 0.06946.</summary>
    [TestMethod]
    public void English_says_how_far_a_belief_can_move()
    {
        var text = Whole(English.Explain(Figures));

        Assert.Contains(
            "(50%) can hold it to be 88.1% likely at most afterwards, and 11.9% at least. From 1%, one gets to 7% at most.",
            text
        );
        Assert.Contains("a probability of 1 in 100,000 (delta)", text);
        Assert.Contains("at least 1.25 times the most", text);
        Assert.Contains("alone or with up to 3 of the 10 hospitals", text);
        Assert.Contains("epsilon would then be 6.5 (from 50% to 99.9% at most)", text);
        Assert.Contains("objection list of its node, and the list takes effect before the next batch", text);
    }

    [TestMethod]
    public void French_says_the_same_with_its_own_numbers_and_spaces()
    {
        var text = Whole(French.Explain(Figures));

        Assert.Contains("(50\u00a0%), il pourra ensuite le juger probable à 88,1\u00a0% au plus et à 11,9\u00a0% au moins.", text);
        Assert.Contains("S’il partait de 1\u00a0%, il arrivera à 7\u00a0% au plus.", text);
        Assert.Contains("une probabilité de 1 sur 100\u202f000 (delta)", text);
        Assert.Contains("au moins 1,25 fois ce qu’un seul patient", text);
        Assert.Contains("seul ou avec 3 des 10 hôpitaux au plus\u202f; contre", text);
        Assert.Contains("epsilon vaudrait alors 6,5 (de 50\u00a0% à 99,9\u00a0% au plus)", text);
        Assert.Contains("la liste d’opposition de son nœud, et la liste prend effet avant le lot suivant\u00a0:", text);
    }

    [TestMethod]
    public void Both_languages_say_as_much_whatever_is_known()
    {
        PrivacyFigures[] all =
        [
            Figures,
            Figures with
            {
                Noise = null,
                Floor = null,
                Consortium = null,
            },
            Figures with
            {
                Epsilon = new Epsilon(6),
            },
        ];
        foreach (var figures in all)
        {
            var (english, french) = (English.Explain(figures), French.Explain(figures));

            CollectionAssert.AreEqual(Lengths(english), Lengths(french));
        }
    }

    [TestMethod]
    public void No_French_line_begins_with_punctuation_and_no_apostrophe_is_straight()
    {
        var text = Whole(French.Explain(Figures));

        foreach (var wrong in new[] { " :", " ;", " ?", " %", "'", "\"" })
        {
            Assert.DoesNotContain(wrong, text);
        }

        Assert.IsTrue(French.Explain(Figures).ToString().Split('\n').All(line => line.Length <= 101));
    }

    [TestMethod]
    [DataRow(4.5, false)]
    [DataRow(4.6, true, DisplayName = "ln 99 = 4.595: 99 %")]
    public void A_promise_that_allows_near_certainty_is_called_weak(double epsilon, bool isWeak)
    {
        var figures = Figures with { Epsilon = new Epsilon(epsilon) };

        Assert.AreEqual(isWeak, Whole(English.Explain(figures)).Contains("the promise alone is weak"));
        Assert.AreEqual(isWeak, Whole(French.Explain(figures)).Contains("la promesse seule est faible"));
    }

    [TestMethod]
    [DataRow(0.5, "50", "50")]
    [DataRow(0.7310585786, "73.2", "73.1", DisplayName = "never better than it is")]
    [DataRow(0.9996, "99.96", "99.9")]
    [DataRow(0.99999999999, "100", "99.9", DisplayName = "certain to six decimals")]
    [DataRow(0.0004, "0.1", "0.04")]
    public void Promises_are_rounded_to_the_safe_side(double share, string most, string least)
    {
        Assert.AreEqual(most, PlainNumbers.English.AtMost(share));
        Assert.AreEqual(least, PlainNumbers.English.AtLeast(share));
        Assert.AreEqual(most.Replace('.', ','), PlainNumbers.French.AtMost(share));
    }

    [TestMethod]
    [DataRow(4.3771, "4.38", "4,38")]
    [DataRow(1, "1", "1")]
    [DataRow(0.012345, "0.0123", "0,0123")]
    [DataRow(0, "0", "0")]
    [DataRow(12345.6, "12,346", "12\u202f346")]
    public void Numbers_have_three_digits_that_count(double value, string english, string french)
    {
        Assert.AreEqual(english, PlainNumbers.English.Short(value));
        Assert.AreEqual(french, PlainNumbers.French.Short(value));
    }

    [TestMethod]
    [DataRow("fr_FR.UTF-8", "", "Ce que ces chiffres signifient pour un patient")]
    [DataRow("fr", "", "Ce que ces chiffres signifient pour un patient")]
    [DataRow("fr_FR.UTF-8", "en_US.UTF-8", "What these figures mean for a patient")]
    [DataRow("de_DE.UTF-8", "", "What these figures mean for a patient")]
    public void The_language_is_that_of_the_environment(string lang, string all, string title)
    {
        using var scratch = new TestFolder();
        string[] environment = ["-u", "LC_MESSAGES", $"LANG={lang}", $"LC_ALL={all}", Checkout.Program("fed")];

        using var started = Started.Run(
            scratch,
            "/usr/bin/env",
            [.. environment, "privacy", "explain", "--epsilon", "1", "--delta", "1e-5"]
        );
        var ended = started.WaitForEnd();

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        Assert.StartsWith(title, ended.Output);
    }

    [TestMethod]
    public void JSON_has_the_figures_and_the_text()
    {
        using var scratch = new TestFolder();
        string[] arguments = ["--epsilon", "1", "--delta", "1e-5", "--sites", "4", "--language", "fr", "--json"];

        var ended = Started.FedToEnd(scratch, ["privacy", "explain", .. arguments]);

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        using var document = JsonDocument.Parse(ended.Output);
        Assert.AreEqual("fr", document.RootElement.GetProperty("language").GetString());
        Assert.AreEqual(0.73105858, document.RootElement.GetProperty("belief").GetProperty("most").GetDouble(), 1e-8);
        Assert.AreEqual(1, document.RootElement.GetProperty("colluders").GetInt32());
        Assert.AreEqual(6, document.RootElement.GetProperty("sections").GetArrayLength());
    }

    [TestMethod]
    [DataRow("--colluders says nothing without --sites", "--colluders", "2")]
    [DataRow("leave no two others to hide among", "--sites", "4", "--colluders", "3")]
    [DataRow("more colluders cannot see less", "--epsilon-floor", "0.5")]
    [DataRow("'de'", "--language", "de")]
    public void Figures_that_contradict_each_other_are_refused(string fault, params string[] arguments)
    {
        using var scratch = new TestFolder();

        var ended = Started.FedToEnd(scratch, ["privacy", "explain", "--epsilon", "1", "--delta", "1e-5", .. arguments]);

        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.Contains(fault, ended.Errors);
        Assert.IsEmpty(ended.Output);
    }

    private static string Whole(PlainText text) => string.Join('\n', text.Sections.SelectMany(section => section.Paragraphs));

    private static int[] Lengths(PlainText text) => [.. text.Sections.Select(section => section.Paragraphs.Length)];
}
