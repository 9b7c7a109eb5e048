using Federated.Federation.Schemas;

namespace Federated.Data.Tests;

[TestClass]
public sealed class FeatureEncoderTests
{
    private const string Mapping = """
        schema: heart-disease-v1
        file: a.csv
        format: { header: yes }
        missing: [NA]
        variables:
          age: { column: age }
          sex: { column: sex }
          cp: { column: cp }
          chol: { column: chol, unit: mg/dL, missing: [0] }
          num: { column: num, missing: [unknown] }
        """;

    [TestMethod]
    [DataRow(30.0, -1f)]
    [DataRow(55.0, 0f)]
    [DataRow(67.5, 0.5f)]
    [DataRow(80.0, 1f)]
    [DataRow(18.0, -1f, DisplayName = "below the scaling range: clamped")]
    [DataRow(100.0, 1f, DisplayName = "above it: clamped")]
    public void A_number_is_scaled_by_its_public_range(double age, float expected)
    {
        Assert.AreEqual(expected, Row($"{age},1,1,240,0", new FeatureSpec("age")).Single());
    }

    [TestMethod]
    [DataRow("54,0,1,240,0", new float[] { 0, 0, 0, 0 })]
    [DataRow("54,1,2,240,0", new float[] { 1, 1, 0, 0 })]
    [DataRow("54,1,3,240,0", new float[] { 1, 0, 1, 0 })]
    [DataRow("54,1,4,240,0", new float[] { 1, 0, 0, 1 })]
    public void Flags_and_levels_are_zero_or_one(string row, float[] expected)
    {
        CollectionAssert.AreEqual(expected, Row(row, new FeatureSpec("sex"), new FeatureSpec("cp")));
    }

    [TestMethod]
    [DataRow("54,1,3,250,0", new float[] { 0, 0, 0, 1, 0, 0 }, DisplayName = "nothing missing")]
    [DataRow("54,1,NA,250,0", new float[] { 0, 0, 0, 0, 1, 1 }, DisplayName = "cp missing: its stand-in's level, and the indicator")]
    [DataRow("54,1,3,NA,0", new float[] { 0.5f, 1, 0, 1, 0, 0 }, DisplayName = "chol missing: its stand-in 325 scaled, and the indicator")]
    [DataRow("54,1,3,0,0", new float[] { 0.5f, 1, 0, 1, 0, 0 }, DisplayName = "a declared zero is missing too")]
    public void A_missing_value_has_the_studys_stand_in_and_its_indicator(string row, float[] expected)
    {
        CollectionAssert.AreEqual(expected, Row(row, new FeatureSpec("chol", 325, true), new FeatureSpec("cp", 4, true)));
    }

    [TestMethod]
    public void Rows_without_an_outcome_or_without_a_feature_are_left_out_and_counted()
    {
        var table = Sample
            .Read("age,sex,cp,chol,num\n54,1,1,240,0\n55,1,1,NA,1\n56,1,1,240,unknown\n57,0,1,240,3\n58,0,1,0,0\n", Mapping)
            .Table;
        var layout = FeatureLayout.Create(table.Schema, [new("age"), new("chol")]);

        var cohort = FeatureEncoder.Encode(layout, OutcomeSpec.For(table.Schema), table);

        CollectionAssert.AreEqual(new[] { 0, 3 }, cohort.Rows.RowIds.ToArray());
        CollectionAssert.AreEqual(new[] { 0f, 1f }, cohort.Rows.Labels.ToArray());
        Assert.AreEqual(table.Patients[3], cohort.Rows.Patients[1]);
        CollectionAssert.AreEqual(
            new[]
            {
                "a.csv: 1 rows without an outcome take no part",
                "a.csv: 2 rows take no part: they miss a feature for which the study gives no stand-in",
            },
            cohort.Warnings(table.Source).Select(w => w.ToString()).ToArray()
        );
    }

    [TestMethod]
    public void The_limit_of_the_outcome_is_the_studys()
    {
        var table = Sample.Read("age,sex,cp,chol,num\n54,1,1,240,1\n55,1,1,240,2\n", Mapping).Table;
        var layout = FeatureLayout.Create(table.Schema, [new("age")]);

        CollectionAssert.AreEqual(new[] { 0f, 1f }, FeatureEncoder.Encode(layout, new OutcomeSpec("num", 1), table).Rows.Labels.ToArray());
    }

    [TestMethod]
    public void A_raw_encoding_has_the_same_inputs_unscaled_and_zeros_for_missing_only_if_asked()
    {
        var table = Sample.Read("age,sex,cp,chol,num\n90,1,4,0,1\n", Mapping).Table;
        var layout = FeatureLayout.Create(table.Schema, [new("age"), new("cp"), new("chol", 240, true)]);
        var outcome = OutcomeSpec.For(table.Schema);

        CollectionAssert.AreEqual(
            new float[] { 90, 0, 0, 1, 240, 1 },
            FeatureEncoder.EncodeRaw(layout, outcome, table, false).Rows.Inputs.ToArray()
        );
        CollectionAssert.AreEqual(
            new float[] { 90, 0, 0, 1, 0, 0 },
            FeatureEncoder.EncodeRaw(layout, outcome, table, true).Rows.Inputs.ToArray()
        );
    }

    [TestMethod]
    public void Real_rows_encode_into_the_unit_box()
    {
        FeatureSpec[] features =
        [
            new("age"),
            new("sex"),
            new("cp"),
            new("trestbps", 130, true),
            new("chol", 240, true),
            new("fbs", 0, true),
            new("restecg", 0),
            new("thalach", 140, true),
            new("exang", 0),
            new("oldpeak", 0.5),
            new("slope", 2, true),
            new("ca", 0, true),
            new("thal", 3, true),
        ];
        foreach (var hospital in RealHospital.Names)
        {
            var table = RealHospital.Read(hospital).Table;

            var rows = Sample.Encode(table, features);

            Assert.AreEqual(table.Rows, rows.Count);
            Assert.IsTrue(rows.Inputs.ToArray().All(v => v is >= -1 and <= 1), hospital);
        }
    }

    [TestMethod]
    public void Selected_rows_stay_whole()
    {
        var table = Sample.Read("age,sex,cp,chol,num\n54,1,1,240,0\n30,0,1,240,2\n80,1,1,240,1\n", Mapping).Table;
        var rows = Sample.Encode(table, new FeatureSpec("age"), new FeatureSpec("sex"));

        var selected = rows.Select([2, 0]);

        CollectionAssert.AreEqual(rows.Row(2).ToArray().Concat(rows.Row(0).ToArray()).ToArray(), selected.Inputs.ToArray());
        CollectionAssert.AreEqual(new[] { 1f, 0f }, selected.Labels.ToArray());
        CollectionAssert.AreEqual(new[] { 2, 0 }, selected.RowIds.ToArray());
        Assert.AreEqual(table.Patients[2], selected.Patients[0]);
    }

    private static float[] Row(string row, params FeatureSpec[] features) =>
        Sample.Encode(Sample.Read("age,sex,cp,chol,num\n" + row + "\n", Mapping).Table, features).Row(0).ToArray();
}
