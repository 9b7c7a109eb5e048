namespace Federated.Data.Tests;

[TestClass]
public sealed class CohortReaderTests
{
    [TestMethod]
    public void Rows_keep_their_order_and_their_lines()
    {
        var table = Sample.Read("age,sex,chol,num\n54,F,240,0\n\n61,M,?,3\n").Table;

        CollectionAssert.AreEqual(new double[] { 54, 61 }, table.Column("age").ToArray());
        CollectionAssert.AreEqual(new double[] { 0, 1 }, table.Column("sex").ToArray());
        CollectionAssert.AreEqual(new[] { 240, double.NaN }, table.Column("chol").ToArray());
        CollectionAssert.AreEqual(new[] { 2, 4 }, table.Lines.ToArray());
    }

    [TestMethod]
    public void A_variable_that_is_not_mapped_is_missing_in_every_row()
    {
        Assert.AreEqual(1, Sample.Read("age,sex,chol,num\n54,F,240,0\n").Table.MissingCount("thal"));
    }

    [TestMethod]
    [DataRow("\uFEFFage,sex,chol,num\n54,F,240,0\n", DisplayName = "byte order mark")]
    [DataRow("age,sex,chol,num\r\n54,F,240,0\r\n", DisplayName = "CR LF")]
    [DataRow("age,sex,chol,num\n54,F,240,0", DisplayName = "no line end at the end")]
    [DataRow(" age , sex,chol,num\n 54 ,F, 240,\u00A00\n", DisplayName = "blanks around fields")]
    [DataRow("\"age\",\"sex\",\"chol\",\"num\"\n\"54\",\"F\",\"240\",\"0\"\n", DisplayName = "quoted fields")]
    [DataRow("num,other,chol,sex,age\n0,x,240,F,54\n", DisplayName = "other order, further column")]
    [DataRow("age,sex,chol,num\n54.0,F,2.4e2,0.0\n", DisplayName = "whole numbers with decimals")]
    [DataRow("\n\nage,sex,chol,num\n   \n54,F,240,0\n", DisplayName = "blank lines")]
    public void Files_that_say_the_same_give_the_same_row(string csv)
    {
        var table = Sample.Read(csv).Table;

        Assert.AreEqual(1, table.Rows);
        Assert.AreEqual(54, table.Column("age")[0]);
        Assert.AreEqual(0, table.Column("sex")[0]);
        Assert.AreEqual(240, table.Column("chol")[0]);
        Assert.AreEqual(0, table.Column("num")[0]);
    }

    [TestMethod]
    [DataRow("", "a.csv: the file is empty")]
    [DataRow("\n\n", "a.csv: the file is empty")]
    [DataRow("age,sex,chol,num\n", "a.csv: the file has no patient after the header line")]
    [DataRow(
        "age,sex,cholest,num\n54,F,240,0\n",
        "a.csv:1: chol: no column is named 'chol'; did you mean 'cholest'?\n  hint: correct the column in a.yaml"
    )]
    [DataRow(
        "age,age,sex,chol,num\n54,54,F,240,0\n",
        "a.csv:1: age: more than one column is named 'age'\n  hint: give the column's number instead"
    )]
    [DataRow(
        "age;sex;chol;num\n54;F;240;0\n",
        "a.csv:1: the line has one field only\n  hint: it looks delimited by \";\": set format.delimiter: \";\""
    )]
    [DataRow(
        "age,sex,chol,num\n54,F,240\n",
        "a.csv:2: the line has 3 fields, the first line has 4\n  hint: look for a missing or an unquoted delimiter"
    )]
    [DataRow(
        "age,sex,chol,num\n54,F,2,40,0\n",
        "a.csv:2: the line has 5 fields, the first line has 4\n  hint: look for a missing or an unquoted delimiter"
    )]
    [DataRow(
        "age,sex,chol,num\nold,F,240,0\n",
        "a.csv:2: age (column 'age'): 'old' is not a number\n  hint: correct the value, or list it under variables.age.missing if it means not measured"
    )]
    [DataRow(
        "age,sex,chol,num\n54,F,\"240,5\",0\n",
        "a.csv:2: chol (column 'chol'): '240,5' is not a number\n  hint: the mapping says that '.' is the decimal sign; correct format.decimal if the file writes the other"
    )]
    [DataRow(
        "age,sex,chol,num\nNaN,F,240,0\n",
        "a.csv:2: age (column 'age'): 'NaN' is not a number\n  hint: correct the value, or list it under variables.age.missing if it means not measured"
    )]
    [DataRow(
        "age,sex,chol,num\n1e999,F,240,0\n",
        "a.csv:2: age (column 'age'): '1e999' is not a number\n  hint: correct the value, or list it under variables.age.missing if it means not measured"
    )]
    [DataRow(
        "age,sex,chol,num\n540,F,240,0\n",
        "a.csv:2: age (column 'age'): 540 years is outside 18 to 100 years\n  hint: correct the value, or list it under variables.age.missing if it means not measured"
    )]
    [DataRow(
        "age,sex,chol,num\n-9,F,240,0\n",
        "a.csv:2: age (column 'age'): -9 years is outside 18 to 100 years\n  hint: correct the value, or list it under variables.age.missing if it means not measured"
    )]
    [DataRow(
        "age,sex,chol,num\n54,F,2.4,0\n",
        "a.csv:2: chol (column 'chol'): 2.4 mg/dL is outside 50 to 1000 mg/dL\n  hint: it would be plausible in g/L: if that is the file's unit, set variables.chol.unit: g/L"
    )]
    [DataRow(
        "age,sex,chol,num\n54,F,22,0\n",
        "a.csv:2: chol (column 'chol'): 22 mg/dL is outside 50 to 1000 mg/dL\n  hint: it would be plausible in mmol/L: if that is the file's unit, set variables.chol.unit: mmol/L"
    )]
    [DataRow(
        "age,sex,chol,num\n54,F,7e28,0\n",
        "a.csv:2: chol (column 'chol'): 7e28 mg/dL is outside 50 to 1000 mg/dL\n  hint: correct the value, or list it under variables.chol.missing if it means not measured"
    )]
    [DataRow(
        "age,sex,chol,num\n54,X,240,0\n",
        "a.csv:2: sex (column 'sex'): 'X' is not one of the mapping's codes (F, M)\n  hint: map it under variables.sex.codes, or list it under variables.sex.missing if it means not known"
    )]
    [DataRow(
        "age,sex,chol,num\n54,F,240,5\n",
        "a.csv:2: num (column 'num'): '5' is not a code of num (0, 1, 2, 3, 4)\n  hint: map it under variables.num.codes, or list it under variables.num.missing if it means not known"
    )]
    [DataRow(
        "age,sex,chol,num\n54,F,240,0.5\n",
        "a.csv:2: num (column 'num'): '0.5' is not a code of num (0, 1, 2, 3, 4)\n  hint: map it under variables.num.codes, or list it under variables.num.missing if it means not known"
    )]
    [DataRow(
        "age,sex,chol,num\n54,F,240,\n",
        "a.csv:2: num (column 'num'): the outcome is missing\n  hint: remove the row, or list its mark under variables.num.missing to leave such patients out"
    )]
    [DataRow(
        "age,sex,chol,num\n54,F,240,?\n",
        "a.csv:2: num (column 'num'): the outcome is missing\n  hint: remove the row, or list its mark under variables.num.missing to leave such patients out"
    )]
    [DataRow(
        "age,sex,chol,num\n54,F\"x,240,0\n",
        "a.csv:2: a quote stands inside a field that does not begin with one\n  hint: close each quote in its own line; a quote inside quotes is written twice"
    )]
    [DataRow(
        "age,sex,chol,num\n54,\"F\"x,240,0\n",
        "a.csv:2: text follows a closing quote\n  hint: close each quote in its own line; a quote inside quotes is written twice"
    )]
    [DataRow(
        "age,sex,chol,num\n54,\"F,240,0\n55,F,250,0\n",
        "a.csv:2: a quote is not closed before the line ends\n  hint: close each quote in its own line; a quote inside quotes is written twice"
    )]
    [DataRow(
        "age,sex,chol,num\n54,F,240,0\n55,M,230,\"1",
        "a.csv:3: a quote is not closed before the line ends\n  hint: close each quote in its own line; a quote inside quotes is written twice"
    )]
    public void Each_bad_file_is_refused_with_line_field_value_and_next_step(string csv, string expected)
    {
        Assert.AreEqual(expected, Sample.Faults(csv));
    }

    [TestMethod]
    [DataRow(
        "age,sex,chol,num\n54,0,240,0\n",
        "a.csv:1: age (column 1): 'age' is not a number\n  hint: if this line names the columns, set format.header: yes",
        DisplayName = "a header where the mapping says none"
    )]
    [DataRow(
        "54,0,240\n",
        "a.csv:1: num: column 4 does not exist; the line has 3 fields\n  hint: correct the column in the mapping",
        DisplayName = "a column that is not there"
    )]
    public void Files_without_a_header_are_checked_too(string csv, string expected)
    {
        const string Mapping = """
            schema: heart-disease-v1
            file: a.csv
            format: { header: no }
            variables:
              age: { column: 1 }
              sex: { column: 2 }
              num: { column: 4 }
            """;

        Assert.StartsWith(expected, Sample.Faults(csv, Mapping));
    }

    [TestMethod]
    public void A_patient_where_the_mapping_expects_a_header_is_not_lost_in_silence()
    {
        var mapping = Sample
            .MappingText.Replace("column: age", "column: 1")
            .Replace("column: sex, codes: { F: 0, M: 1 }", "column: 2")
            .Replace("column: chol", "column: 3")
            .Replace("column: num", "column: 4");

        Assert.AreEqual(
            "a.csv:1: the header line holds numbers only, so it is probably a patient\n  hint: if the file has no header line, set format.header: no",
            Sample.Faults("54,0,240,0\n61,1,230,1\n", mapping)
        );
    }

    [TestMethod]
    public void All_faults_are_reported_at_once_up_to_fifty()
    {
        var rows = string.Concat(Enumerable.Range(0, 53).Select(_ => "540,F,240,0\n"));

        var faults = Sample.Faults("age,sex,chol,num\n" + rows).Split('\n');

        Assert.AreEqual(50, faults.Count(f => f.Contains("540 years is outside")));
        Assert.AreEqual("and 3 more", faults[^1]);
    }

    [TestMethod]
    public void Several_faults_of_one_row_are_all_reported()
    {
        var faults = Sample
            .Faults("age,sex,chol,num\nold,X,9999,\n")
            .Split('\n')
            .Count(l => l.StartsWith("a.csv:2", StringComparison.Ordinal));

        Assert.AreEqual(4, faults);
    }

    [TestMethod]
    public void A_message_shows_no_more_of_a_row_than_the_start_of_the_offending_value()
    {
        var faults = Sample.Faults("age,sex,chol,num\n54,F,\"240;M;61;remark\u0007 about the patient\",0\n");

        Assert.StartsWith("a.csv:2: chol (column 'chol'): '240;M;61;remark\uFFFD abo…' is not a number", faults);
        Assert.DoesNotContain("patient", faults);
    }

    [TestMethod]
    [DataRow("0")]
    [DataRow("0.0")]
    [DataRow("-0")]
    public void A_declared_missing_number_matches_in_every_spelling_and_is_remembered(string zero)
    {
        var table = Sample.Read($"age,sex,chol,num\n54,F,{zero},0\n55,F,?,0\n").Table;

        Assert.AreEqual(2, table.MissingCount("chol"));
        Assert.AreEqual(0, table.CodeForMissing("chol", 0));
        Assert.IsTrue(double.IsNaN(table.CodeForMissing("chol", 1)));
    }

    [TestMethod]
    public void An_outcome_that_the_mapping_declares_missing_is_read_and_left_out_later()
    {
        var read = Sample.Read(
            "age,sex,chol,num\n54,F,240,0\n55,F,240,NR\n",
            Sample.MappingText.Replace("{ column: num }", "{ column: num, missing: [NR] }")
        );

        Assert.AreEqual(1, read.Table.MissingCount("num"));
        Assert.AreEqual(1, Sample.Encode(read.Table).Count);
    }

    [TestMethod]
    public void Nothing_of_a_patient_is_printed_by_accident()
    {
        var table = Sample.Patients(["P000123"]);

        Assert.AreEqual("a.csv: 1 rows of heart-disease-v1", table.ToString());
        Assert.AreEqual("PatientDigest", table.Patients[0].ToString());
        Assert.AreEqual("1 rows of 2 inputs", Sample.Encode(table).ToString());
    }
}
