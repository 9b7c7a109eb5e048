using System.Text;

namespace Federated.Data.Tests;

/// <summary>A patient who objects is found on the list however the key is typed, or somebody is told.</summary>
[TestClass]
public sealed class ObjectionListTests
{
    private static readonly string[] Keys = ["P001", "P002", "L\u00E9a-7", "#9", "P 10"];

    [TestMethod]
    [DataRow("P001\n", "0", DisplayName = "as the data file writes it")]
    [DataRow("  p001\u00A0\r\n\r\n", "0", DisplayName = "white space around, case, line ends of Windows")]
    [DataRow("LE\u0301A-7", "2", DisplayName = "a decomposed accent, no line end")]
    [DataRow("# nobody yet\n   # nobody at all\n", "", DisplayName = "comments alone")]
    [DataRow("", "", DisplayName = "an empty file")]
    [DataRow("P002 # by letter, 3 May\nP001\t#\n", "0 1", DisplayName = "comments beside keys")]
    [DataRow("\"#9\"\n", "3", DisplayName = "a key that begins with # in quotes")]
    [DataRow("\"P 10\" # by telephone\n", "4", DisplayName = "quotes and a comment")]
    [DataRow("P001\nP001\nP002\n", "0 1", DisplayName = "a key twice")]
    public void Patients_on_the_list_are_found(string list, string expected)
    {
        var read = Read(list);

        Assert.AreEqual(expected, Found(read));
        Assert.IsEmpty(read.Warnings);
    }

    [TestMethod]
    [DataRow("P1", "0", DisplayName = "without zeros")]
    [DataRow("p-0002", "1", DisplayName = "with a separator and a zero more")]
    [DataRow("LEA7", "2", DisplayName = "without accent and separator")]
    [DataRow("P10", "4", DisplayName = "without the blank inside")]
    [DataRow("\uFF30\uFF10\uFF11", "0", DisplayName = "in wide letters and digits")]
    public void A_key_that_only_looks_like_a_patients_leaves_that_patient_out_with_a_warning(string key, string expected)
    {
        var read = Read(key);

        Assert.AreEqual(expected, Found(read));
        Assert.Contains("writes differently", read.Warnings.Single().ToString());
        Assert.DoesNotContain(key, read.Warnings.Single().ToString());
    }

    [TestMethod]
    public void A_key_that_is_a_patients_to_the_letter_leaves_out_no_look_alike()
    {
        var table = Sample.Patients(["7", "007"]);

        var read = (ObjectionResult.Read)ObjectionList.Read(new StringReader("007"), "list.txt", table);

        Assert.IsTrue(read.Patients.SetEquals([table.Patients[1]]));
        Assert.IsEmpty(read.Warnings);
    }

    [TestMethod]
    public void Keys_of_no_patient_are_counted_and_not_shown()
    {
        var read = Read("secret-1\nsecret-2\nP001\nsecret-1\n");

        Assert.AreEqual("0", Found(read));
        Assert.AreEqual(
            "list.txt: keys that are no patient's of a.csv: 2; check that they are written as there",
            read.Warnings.Single().ToString()
        );
    }

    [TestMethod]
    [DataRow("P001\n\"P002\n", "list.txt:2: the quotes do not hold exactly one key", DisplayName = "an open quote")]
    [DataRow("\"P001\" P002\n", "list.txt:1: the quotes do not hold exactly one key", DisplayName = "two keys in a line")]
    [DataRow(
        "P\u200B1\n",
        "list.txt:1: the patient key holds a character that has several spellings",
        DisplayName = "an invisible character"
    )]
    public void A_line_that_cannot_be_read_refuses_the_whole_list(string list, string expected)
    {
        var rejected = (ObjectionResult.Rejected)ObjectionList.Read(new StringReader(list), "list.txt", Sample.Patients(Keys));

        Assert.StartsWith(expected, rejected.Faults.ToString());
        Assert.DoesNotContain("P001", rejected.Faults.ToString());
    }

    [TestMethod]
    public void A_list_in_another_encoding_is_refused()
    {
        using var latin1 = new StreamReader(
            new MemoryStream([.. "P001\nL"u8, 0xE9, .. "a-7\n"u8]),
            new UTF8Encoding(false, throwOnInvalidBytes: true)
        );

        var rejected = (ObjectionResult.Rejected)ObjectionList.Read(latin1, "list.txt", Sample.Patients(Keys));

        Assert.Contains("bytes that are not UTF-8", rejected.Faults.ToString());
    }

    [TestMethod]
    public void Keys_cannot_be_looked_for_in_a_file_without_keys()
    {
        var table = Sample.Read("age,sex,chol,num\n54,F,240,0\n").Table;

        var rejected = (ObjectionResult.Rejected)ObjectionList.Read(new StringReader("P001"), "list.txt", table);

        Assert.Contains("set patient_key in the mapping", rejected.Faults.ToString());
        Assert.IsInstanceOfType<ObjectionResult.Read>(ObjectionList.Read(new StringReader("# nobody"), "list.txt", table));
    }

    [TestMethod]
    public void All_rows_of_these_patients_are_left_out_and_no_other_row_moves()
    {
        var mapping = Sample.Mapping(Sample.KeyedMappingText);
        mapping = mapping with { Schema = mapping.Schema with { OneRowPerPatient = false } };
        var table = Sample.Patients(["a", "b", "A", "c"], mapping);
        var rows = FeatureEncoder
            .Encode(Federation.Schemas.FeatureLayout.Create(table.Schema, [new("age"), new("sex")]), new("num", 0), table)
            .Rows;

        var read = (ObjectionResult.Read)ObjectionList.Read(new StringReader("a"), "list.txt", table);
        var kept = rows.Without(read.Patients);

        CollectionAssert.AreEqual(new[] { 1, 3 }, kept.RowIds.ToArray());
        CollectionAssert.AreEqual(rows.Row(3).ToArray(), kept.Row(1).ToArray());
        Assert.AreSame(kept, kept.Without(read.Patients), "nobody of them is left");
    }

    private static ObjectionResult.Read Read(string list)
    {
        var result = ObjectionList.Read(new StringReader(list), "list.txt", Sample.Patients(Keys));
        Assert.IsInstanceOfType<ObjectionResult.Read>(
            result,
            result is ObjectionResult.Rejected rejected ? rejected.Faults.ToString() : ""
        );
        return (ObjectionResult.Read)result;
    }

    /// <summary>Positions of the patients found.</summary>
    private static string Found(ObjectionResult.Read read)
    {
        var table = Sample.Patients(Keys);
        var found = Enumerable.Range(0, table.Rows).Where(i => read.Patients.Contains(table.Patients[i])).ToList();
        Assert.HasCount(read.Patients.Count, found);
        return string.Join(' ', found);
    }
}
