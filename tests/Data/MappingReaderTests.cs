using Federated.Federation.Schemas;

namespace Federated.Data.Tests;

[TestClass]
public sealed class MappingReaderTests
{
    [TestMethod]
    public void A_complete_mapping_is_read_as_written()
    {
        var mapping = Sample.Mapping(
            """
            schema: heart-disease-v1
            file: export.csv
            synthetic: yes
            format: { header: no, delimiter: tab, decimal: ",", encoding: UTF-8 }
            missing: [NR, -9]
            patient_key: 1
            variables:
              num: { column: 3, codes: { non: 0, oui: 1 }, missing: [inconnu] }
              chol: { column: 2, unit: g/L, missing: [0] }
            """
        );

        Assert.AreEqual("a.yaml", mapping.Source);
        Assert.AreSame(CohortSchema.HeartDisease, mapping.Schema);
        Assert.AreEqual("export.csv", mapping.File);
        Assert.IsTrue(mapping.Synthetic);
        Assert.AreEqual(new CsvFormat(HasHeader: false, '\t', ','), mapping.Format);
        CollectionAssert.AreEqual(new[] { "NR", "-9" }, mapping.Missing);
        Assert.AreEqual(new ColumnReference.ByNumber(1), mapping.PatientKey);
        CollectionAssert.AreEqual(new[] { "chol", "num" }, mapping.Variables.Select(v => v.Variable.Name).ToArray());
        Assert.AreEqual("g/L", mapping.Variables[0].Unit!.Name);
        CollectionAssert.AreEqual(new[] { "0" }, mapping.Variables[0].Missing);
        Assert.AreEqual(1, mapping.Variables[1].Codes["oui"]);
    }

    [TestMethod]
    public void What_may_be_left_out_has_these_defaults()
    {
        var mapping = Sample.Mapping(Sample.MappingText);

        Assert.IsFalse(mapping.Synthetic);
        Assert.AreEqual(new CsvFormat(HasHeader: true, ',', '.'), mapping.Format);
        Assert.IsNull(mapping.PatientKey);
    }

    [TestMethod]
    public void A_quoted_number_is_a_header_name()
    {
        var mapping = Sample.Mapping(Sample.MappingText.Replace("{ column: age }", "{ column: \"2024\" }"));

        Assert.AreEqual(new ColumnReference.ByName("2024"), mapping.Variables[0].Column);
    }

    [TestMethod]
    [DataRow("file: a.csv", "fille: a.csv", "a.yaml:2: fille: unknown key; did you mean 'file'?")]
    [DataRow("file: a.csv\n", "", "a.yaml:1: file: this key is missing; it wants the name of the data file that this mapping describes.")]
    [DataRow(
        "file: a.csv",
        "file: \"\"",
        "a.yaml:2: file: its value is empty; it wants the name of the data file that this mapping describes."
    )]
    [DataRow(
        "file: a.csv",
        "colour: blue\nfile: a.csv",
        "a.yaml:2: colour: unknown key; known here: schema, file, synthetic, format, missing, patient_key, variables."
    )]
    [DataRow("file: a.csv", "file: a.csv\nfile: b.csv", "a.yaml:3: file: this key stands twice; keep one.")]
    [DataRow("  sex: {", "  age: {", "a.yaml:7: variables.age: this key stands twice; keep one.")]
    [DataRow(
        "schema: heart-disease-v1",
        "schema: heart-disease-v2",
        "a.yaml:1: schema: 'heart-disease-v2' is not one of heart-disease-v1; did you mean 'heart-disease-v1'?"
    )]
    [DataRow("{ header: yes }", "{ headr: yes }", "a.yaml:3: format.headr: unknown key; did you mean 'header'?")]
    [DataRow(
        "{ header: yes }",
        "{ decimal: . }",
        "a.yaml:3: format.header: this key is missing; it wants yes if the first line names the columns, else no: a wrong guess would lose a patient or invent one."
    )]
    [DataRow("format: { header: yes }\n", "", "a.yaml:1: format: this section is missing.")]
    [DataRow("{ header: yes }", "{ header: maybe }", "a.yaml:3: format.header: 'maybe' is neither yes nor no")]
    [DataRow(
        "{ header: yes }",
        "{ header: yes, delimiter: ':' }",
        "a.yaml:3: format.delimiter: ':' is not one of \",\", \";\", \"tab\", \"|\""
    )]
    [DataRow("{ header: yes }", "{ header: yes, decimal: point }", "a.yaml:3: format.decimal: 'point' is not one of \".\", \",\"")]
    [DataRow(
        "{ header: yes }",
        "{ header: yes, encoding: latin-1 }",
        "a.yaml:3: format.encoding: 'latin-1' is not supported; only utf-8 is\n  hint: convert the file, for example with iconv -t utf-8"
    )]
    [DataRow("missing: [\"?\"]", "missing: \"?\"", "a.yaml:4: missing: expected a list.\n  hint: write missing: [?]")]
    [DataRow("  age: {", "  aeg: {", "a.yaml:6: variables.aeg: unknown variable; did you mean 'age'?")]
    [DataRow("  chol: {", "  cholesterol: {", "a.yaml:8: variables.cholesterol: unknown variable; did you mean 'chol'?")]
    [DataRow(
        "  age: {",
        "  weight: {",
        "a.yaml:6: variables.weight: unknown variable; heart-disease-v1 has age, sex, cp, trestbps, chol, fbs, restecg, thalach, exang, oldpeak, slope, ca, thal, num"
    )]
    [DataRow(
        "unit: mg/dL",
        "unit: mg/dl",
        "a.yaml:8: variables.chol.unit: unknown unit 'mg/dl' of chol; did you mean 'mg/dL'?\n  hint: known units: mg/dL, g/L, mmol/L"
    )]
    [DataRow(
        " unit: mg/dL,",
        "",
        "a.yaml:8: variables.chol.unit: this key is missing; it wants one of mg/dL, g/L, mmol/L: the file's unit is not guessed."
    )]
    [DataRow("missing: [0]", "mising: [0]", "a.yaml:8: variables.chol.mising: unknown key; did you mean 'missing'?")]
    [DataRow("unit: mg/dL", "unti: mg/dL", "a.yaml:8: variables.chol.unti: unknown key; did you mean 'unit'?")]
    [DataRow("{ column: age }", "{ colunm: age }", "a.yaml:6: variables.age.colunm: unknown key; did you mean 'column'?")]
    [DataRow("{ F: 0, M: 1 }", "{ F: 0, M: 2 }", "a.yaml:7: variables.sex.codes.M: stands for '2', not a code of sex (0, 1)")]
    [DataRow(
        "{ F: 0, M: 1 }",
        "{ F: 0, \"?\": 1 }",
        "a.yaml:7: variables.sex.codes.?: is listed as missing too\n  hint: keep one of the two"
    )]
    [DataRow(
        "{ column: age }",
        "{ column: age, codes: { a: 1 } }",
        "a.yaml:6: variables.age.codes: age is a number and has no codes\n  hint: drop this section"
    )]
    [DataRow(
        "{ column: num }",
        "{ column: num, unit: mm }",
        "a.yaml:9: variables.num.unit: num has codes, not a unit\n  hint: drop this line"
    )]
    [DataRow("{ column: age }", "{ column: 0 }", "a.yaml:6: variables.age.column: column 0 does not exist; columns count from 1")]
    [DataRow(
        "{ column: age }",
        "{ column: }",
        "a.yaml:6: variables.age.column: its value is missing; it wants a number from 1, or a name from the header line."
    )]
    [DataRow(
        "{ column: age }",
        "{ column: [1] }",
        "a.yaml:6: variables.age.column: expected a number from 1, or a name from the header line."
    )]
    [DataRow("{ column: age }", "age", "a.yaml:6: variables.age: expected keys and values below this key.")]
    [DataRow(
        "{ column: age }",
        "{ column: sex }",
        "a.yaml:7: variables.sex: column 'sex' is already used by age\n  hint: give each its own column"
    )]
    [DataRow(
        "header: yes",
        "header: no",
        "a.yaml:6: variables.age: column 'age': the file has no header line to find it in\n  hint: give the column's number, or set format.header: yes",
        DisplayName = "names without a header (first of four)"
    )]
    [DataRow("\n  num: { column: num }", "", "a.yaml:6: variables.num: missing: it is the outcome of the schema\n  hint: map its column")]
    public void Each_fault_is_named_with_its_line_its_key_and_what_was_meant(string find, string replace, string expected)
    {
        var faults = Sample.MappingFaults(Sample.MappingText.Replace(find, replace));

        Assert.StartsWith(expected, faults);
        if (!find.StartsWith("header", StringComparison.Ordinal))
        {
            Assert.AreEqual(expected, faults);
        }
    }

    [TestMethod]
    [DataRow("", "a.yaml: the file is empty")]
    [DataRow("- a\n- b\n", "a.yaml:1: document: expected keys and values.")]
    [DataRow("a: 1\n---\nb: 2\n", "a.yaml:2: a second document begins here; keep one in a file")]
    [DataRow("a: &x 1\nb: *x\n", "a.yaml:2: a YAML alias stands for something written elsewhere; write it out here")]
    [DataRow("a: !!binary aGk=\n", "a.yaml:1: 'tag:yaml.org,2002:binary' is a YAML tag; write the value without it")]
    [DataRow("? [a]\n: b\n", "a.yaml:1: a key is one word, not a list or a section")]
    [DataRow("schema: {\n", "a.yaml:2: not YAML: While parsing a node, did not find expected node content.")]
    public void What_is_no_mapping_at_all_is_refused(string text, string expected)
    {
        Assert.AreEqual(expected, Sample.MappingFaults(text));
    }

    [TestMethod]
    public void All_faults_are_reported_at_once()
    {
        var text = Sample
            .MappingText.Replace("{ header: yes }", "{ header: yes, delimeter: \";\" }")
            .Replace("unit: mg/dL", "unit: mgdl")
            .Replace("  age: {", "  agee: {");

        var faults = Sample.MappingFaults(text).Split('\n').Where(l => !l.StartsWith("  hint", StringComparison.Ordinal)).ToArray();

        CollectionAssert.AreEqual(
            new[]
            {
                "a.yaml:3: format.delimeter: unknown key; did you mean 'delimiter'?",
                "a.yaml:6: variables.agee: unknown variable; did you mean 'age'?",
                "a.yaml:8: variables.chol.unit: unknown unit 'mgdl' of chol; did you mean 'mg/dL'?",
            },
            faults
        );
    }

    [TestMethod]
    public void A_study_that_uses_an_unmapped_variable_is_told_so()
    {
        var faults = Sample.Mapping(Sample.MappingText).FaultsFor(["age", "ca", "num"]).Select(f => f.ToString());

        CollectionAssert.AreEqual(
            new[]
            {
                "a.yaml: variables.ca: the study uses 'ca', but the mapping has no column for it\n  hint: map its column, or decline the study",
            },
            faults.ToArray()
        );
    }

    [TestMethod]
    [DataRow("cleveland")]
    [DataRow("hungarian")]
    [DataRow("switzerland")]
    [DataRow("va")]
    public void The_shipped_mappings_are_of_real_data_and_cover_the_whole_schema(string hospital)
    {
        var mapping = RealHospital.Mapping(hospital);

        Assert.IsFalse(mapping.Synthetic);
        Assert.AreEqual($"processed.{hospital}.data", mapping.File);
        CollectionAssert.AreEqual(
            CohortSchema.HeartDisease.Variables.Select(v => v.Name).ToArray(),
            mapping.Variables.Select(v => v.Variable.Name).ToArray()
        );
    }
}
