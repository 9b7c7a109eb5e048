namespace Federated.Data.Tests;

/// <summary>Which rows count as one patient.</summary>
[TestClass]
public sealed class PatientRowsTests
{
    [TestMethod]
    [DataRow("P1", "P1", "a.csv:3: patient_key: the same patient as on line 2; heart-disease-v1 has one row per patient")]
    [DataRow(
        "P1",
        "p1",
        "a.csv:3: patient_key: the same patient as on line 2, though the key is written differently; heart-disease-v1 has one row per patient"
    )]
    [DataRow(
        "L\u00E9a",
        "LE\u0301A",
        "a.csv:3: patient_key: the same patient as on line 2, though the key is written differently; heart-disease-v1 has one row per patient"
    )]
    public void A_patient_with_two_rows_is_refused_and_the_key_not_shown(string first, string second, string expected)
    {
        var faults = Sample.Faults($"ipp,age,sex,chol,num\n{first},54,F,240,0\n{second},54,F,250,0\n", Sample.KeyedMappingText);

        Assert.AreEqual(expected + "\n  hint: keep the row that the study is about", faults);
    }

    [TestMethod]
    public void Two_patients_whose_keys_look_alike_are_a_warning_without_the_keys()
    {
        var read = Sample.Read("ipp,age,sex,chol,num\nP7,54,F,240,0\nP8,54,F,240,0\nP-007,54,F,250,0\n", Sample.KeyedMappingText);

        Assert.AreEqual(3, read.Table.Rows);
        Assert.AreNotEqual(read.Table.Patients[0], read.Table.Patients[2]);
        Assert.AreEqual(
            "a.csv:4: the patient key looks like that of line 2 but for zeros, blanks, separators or accents; they count as two patients: if they are one, write one key",
            read.Warnings.Single().ToString()
        );
    }

    [TestMethod]
    public void Many_keys_that_look_alike_are_counted()
    {
        var rows = Enumerable.Range(0, 30).Select(zeros => $"{new string('0', zeros)}7,54,F,240,0\n");

        var warnings = Sample.Read($"ipp,age,sex,chol,num\n{string.Concat(rows)}", Sample.KeyedMappingText).Warnings;

        Assert.HasCount(21, warnings);
        Assert.AreEqual("a.csv: and 9 more rows with a key that looks like an earlier one", warnings[^1].ToString());
    }

    [TestMethod]
    [DataRow("", "a.csv:2: patient_key: the row has no patient key\n  hint: give every row its key, or drop patient_key from the mapping")]
    [DataRow(
        "x\u0331",
        "a.csv:2: patient_key: the patient key holds a character that has several spellings\n  hint: use keys of plain letters and digits"
    )]
    [DataRow(
        "P\uFFFD1",
        "a.csv:2: patient_key: the patient key holds a character that has several spellings\n  hint: use keys of plain letters and digits",
        DisplayName = "bytes that were not UTF-8"
    )]
    public void A_patient_key_that_cannot_tell_patients_apart_is_refused(string key, string expected)
    {
        Assert.AreEqual(expected, Sample.Faults($"ipp,age,sex,chol,num\n{key},54,F,240,0\n", Sample.KeyedMappingText));
    }

    [TestMethod]
    public void Where_a_schema_allows_several_rows_they_are_one_patient_and_a_second_spelling_is_reported()
    {
        var mapping = Sample.Mapping(Sample.KeyedMappingText);
        mapping = mapping with { Schema = mapping.Schema with { OneRowPerPatient = false } };

        var read = Sample.Read("ipp,age,sex,chol,num\nP1,54,F,240,0\nP1,55,F,241,0\np1,56,F,242,1\nP2,56,F,242,1\n", mapping);

        var patients = read.Table.Patients.ToArray();
        Assert.AreEqual(patients[0], patients[1]);
        Assert.AreEqual(patients[0], patients[2]);
        Assert.AreNotEqual(patients[0], patients[3]);
        CollectionAssert.AreEqual(
            new[] { "a.csv:4: taken for the same patient as on line 2, though the key is written differently" },
            read.Warnings.Select(w => w.ToString()).ToArray()
        );
    }

    [TestMethod]
    public void Rows_of_equal_content_without_a_key_are_kept_as_one_patient_with_a_warning()
    {
        var read = Sample.Read("age,sex,chol,num\n54,F,240,0\n61,M,?,1\n54.0,F,240,0\n");

        Assert.AreEqual(3, read.Table.Rows);
        Assert.AreEqual(read.Table.Patients[0], read.Table.Patients[2]);
        Assert.AreEqual(
            "a.csv:4: equal to line 2 in every mapped column; both are kept and count as one patient",
            read.Warnings.Single().ToString()
        );
    }

    [TestMethod]
    public void Very_many_equal_rows_are_counted_rather_than_listed()
    {
        var read = Sample.Read("age,sex,chol,num\n" + string.Concat(Enumerable.Repeat("54,F,240,0\n", 100)));

        Assert.HasCount(21, read.Warnings);
        Assert.AreEqual("a.csv: and 79 more rows equal to an earlier one", read.Warnings[^1].ToString());
    }
}
