using Federated.Federation.Documents;

namespace Federated.Federation.Tests.Documents;

[TestClass]
public sealed class DocumentReaderTests
{
    [TestMethod]
    public void Values_are_read_by_key()
    {
        var reader = Read(("text", "é"), ("n", "-7"), ("x", "2.5e-3"), ("flag", "true"), ("word", "b"));

        Assert.AreEqual("é", reader.Text("text"));
        Assert.AreEqual(-7, reader.WholeNumber("n", -10, 10));
        Assert.AreEqual(0.0025, reader.Number("x"));
        Assert.IsTrue(reader.Flag("flag"));
        Assert.AreEqual("b", reader.Choice("word", ["a", "b"]));
        reader.RefuseUnknownKeys();
        Assert.IsEmpty(reader.Faults);
    }

    [TestMethod]
    public void Defaults_stand_in_for_missing_keys_and_for_nothing_else()
    {
        var reader = Read(("n", "x"));

        Assert.AreEqual("d", reader.Text("text", "d"));
        Assert.AreEqual(3, reader.WholeNumber("m", 0, 9, 3));
        Assert.IsTrue(reader.Flag("flag", true));
        Assert.IsEmpty(reader.Faults);

        reader.WholeNumber("n", 0, 9, 3);
        Assert.AreEqual("line 3, n: 'x' is not a whole number.", reader.Faults.Single().ToString());
    }

    [TestMethod]
    public void A_fault_names_the_line_of_its_key_and_a_missing_key_that_of_its_section()
    {
        var reader = Read(("n", "70"));

        reader.WholeNumber("n", 0, 9);
        reader.Text("missing");

        CollectionAssert.AreEqual(
            new[] { "line 1, missing: this key is missing; it wants a text.", "line 3, n: 70 is outside 0 to 9." },
            reader.Faults.Select(f => f.ToString()).ToArray()
        );
    }

    [TestMethod]
    [DataRow("NaN")]
    [DataRow("Infinity")]
    [DataRow("-Infinity")]
    [DataRow("1e999", DisplayName = "overflows")]
    [DataRow("1,5", DisplayName = "a comma")]
    [DataRow("0x10", DisplayName = "hexadecimal")]
    [DataRow("", DisplayName = "empty")]
    public void A_number_is_finite_and_written_with_a_point(string text)
    {
        var reader = Read(("x", text));

        Assert.AreEqual(0, reader.Number("x"));
        Assert.Contains("is not a number", reader.Faults.Single().Message);
    }

    [TestMethod]
    [DataRow("yes")]
    [DataRow("True")]
    [DataRow("1")]
    public void A_flag_is_true_or_false(string text)
    {
        var reader = Read(("flag", text));

        Assert.IsFalse(reader.Flag("flag"));
        Assert.Contains($"'{text}' is not true or false", reader.Faults.Single().Message);
    }

    [TestMethod]
    public void A_long_value_is_shortened_in_its_fault()
    {
        var reader = Read(("n", new string('9', 5000)));

        reader.WholeNumber("n", 0, 9);

        Assert.IsLessThan(100, reader.Faults.Single().Message.Length);
    }

    [TestMethod]
    public void What_follows_from_a_value_that_could_not_be_read_is_not_a_second_fault()
    {
        var reader = Read(("rate", "fast"));

        if (!(reader.Number("rate") > 0))
        {
            reader.Fault("rate", "set it above 0.");
        }

        Assert.AreEqual("'fast' is not a number.", reader.Faults.Single().Message);
    }

    [TestMethod]
    public void Sections_share_the_list_of_faults_and_add_their_path()
    {
        var inner = new DocumentNode.Map(5, [new(6, "n", new DocumentNode.Scalar(6, "x"))]);
        var list = new DocumentNode.List(7, [inner, new DocumentNode.Scalar(8, "no map")]);
        var root = DocumentReader.Root(new DocumentNode.Map(1, [new(5, "inner", inner), new(7, "list", list)]));

        root.Section("inner").WholeNumber("n", 0, 9);
        Assert.HasCount(1, root.Sections("list"));

        CollectionAssert.AreEqual(
            new[] { "line 6, inner.n: 'x' is not a whole number.", "line 8, list[2]: expected keys and values." },
            root.Faults.Select(f => f.ToString()).ToArray()
        );
    }

    [TestMethod]
    public void A_missing_section_is_one_fault_whatever_it_should_hold()
    {
        var root = Read();

        var section = root.Section("gone");
        section.Text("a");
        section.Number("b");
        section.RefuseUnknownKeys();

        Assert.AreEqual("line 1, gone: this section is missing.", root.Faults.Single().ToString());
    }

    [TestMethod]
    [DataRow(null, DisplayName = "where a value must stand")]
    [DataRow("usual", DisplayName = "where one may be left out: then the key is left out too")]
    public void A_key_without_a_value_is_a_fault(string? orElse)
    {
        var root = DocumentReader.Root(new DocumentNode.Map(1, [new(2, "k", new DocumentNode.Scalar(2, "", IsNull: true))]));

        Assert.IsTrue(root.Has("k"));
        root.Text("k", orElse);

        Assert.AreEqual("line 2, k: its value is missing; it wants a text.", root.Faults.Single().ToString());
    }

    [TestMethod]
    public void A_misspelt_key_is_one_fault_and_not_a_missing_one_too()
    {
        var reader = Read(("rouns", "3"), ("sed", "1"));
        reader.WholeNumber("rounds", 1, 9);
        reader.WholeNumber("seed", 1, 9);
        reader.Section("model");

        reader.RefuseUnknownKeys();

        CollectionAssert.AreEqual(
            new[]
            {
                "line 1, model: this section is missing.",
                "line 3, rouns: unknown key; did you mean 'rounds'?",
                "line 4, sed: unknown key; did you mean 'seed'?",
            },
            reader.Faults.Select(f => f.ToString()).ToArray()
        );
    }

    [TestMethod]
    public void A_key_that_is_there_already_is_suggested_only_if_no_absent_one_is_near()
    {
        var reader = Read(("rate_a", "3"), ("rate_x", "1"));
        reader.Number("rate_a");
        reader.Number("rate_b", 1);

        reader.RefuseUnknownKeys();

        Assert.AreEqual("unknown key; did you mean 'rate_b'?", reader.Faults.Single().Message);
    }

    [TestMethod]
    public void An_item_that_is_a_lone_text_means_one_key_where_the_reader_says_which()
    {
        var list = new DocumentNode.List(2, [Scalar("nord"), new DocumentNode.List(3, [])]);
        var root = DocumentReader.Root(new DocumentNode.Map(1, [new(2, "sites", list)]));

        Assert.AreEqual("nord", root.Sections("sites", lone: "name").Single().Text("name"));
        Assert.AreEqual("line 3, sites[2]: expected keys and values.", root.Faults.Single().ToString());
    }

    [TestMethod]
    public void Texts_of_a_list_may_be_left_out_but_not_be_anything_else()
    {
        var root = DocumentReader.Root(
            new DocumentNode.Map(
                1,
                [new(2, "list", new DocumentNode.List(2, [Scalar("?"), new DocumentNode.Map(4, [])])), new(5, "lone", Scalar("?"))]
            )
        );

        Assert.IsEmpty(root.Texts("gone"));
        CollectionAssert.AreEqual(new[] { "?" }, root.Texts("list"));
        Assert.IsEmpty(root.Texts("lone"));
        CollectionAssert.AreEqual(
            new[] { "line 4, list[2]: expected a text.", "line 5, lone: expected a list.\n  hint: write lone: [?]" },
            root.Faults.Select(f => f.ToString()).ToArray()
        );
    }

    [TestMethod]
    public void Whole_numbers_of_a_list_are_faulted_one_by_one()
    {
        var items = new DocumentNode.List(2, [Scalar("4"), Scalar("x"), Scalar("0"), Scalar("9")]);
        var root = DocumentReader.Root(new DocumentNode.Map(1, [new(2, "list", items)]));

        var numbers = root.WholeNumbers("list", 1, 8);

        CollectionAssert.AreEqual(new[] { 4 }, numbers);
        CollectionAssert.AreEqual(new[] { "list[2]", "list[3]", "list[4]" }, root.Faults.Select(f => f.Path).ToArray());
    }

    [TestMethod]
    public void A_root_that_is_no_mapping_is_itself_the_fault()
    {
        var root = DocumentReader.Root(new DocumentNode.Scalar(1, "text"));

        root.Text("what would be missing");
        root.Section("and this too").Text("below");

        Assert.AreEqual("line 1, document: expected keys and values.", root.Faults.Single().ToString());
    }

    [TestMethod]
    public void Unknown_keys_are_reported_with_the_nearest_known_one()
    {
        var reader = Read(("rouns", "3"), ("zzzzzzzz", "4"));
        reader.WholeNumber("rounds", 1, 9, 1);

        reader.RefuseUnknownKeys();

        CollectionAssert.AreEqual(
            new[] { "line 3, rouns: unknown key; did you mean 'rounds'?", "line 4, zzzzzzzz: unknown key; known here: rounds." },
            reader.Faults.Select(f => f.ToString()).ToArray()
        );
    }

    /// <summary>A mapping on line 1 whose keys stand on lines 3, 4, …</summary>
    private static DocumentReader Read(params (string Key, string Value)[] entries) =>
        DocumentReader.Root(
            new DocumentNode.Map(
                1,
                [.. entries.Select((e, i) => new DocumentNode.Entry(3 + i, e.Key, new DocumentNode.Scalar(3 + i, e.Value)))]
            )
        );

    private static DocumentNode.Scalar Scalar(string text) => new(2, text);
}
