using Federated.Federation.Schemas;

namespace Federated.Data.Tests;

[TestClass]
public sealed class UnitConversionTests
{
    [TestMethod]
    [DataRow("chol", "mg/dL", "233", 233.0)]
    [DataRow("chol", "g/L", "2.33", 233.0)]
    [DataRow("chol", "g/L", "1.1", 110.0, DisplayName = "1.1 × 100 is 110.00000000000001 in binary arithmetic")]
    [DataRow("chol", "mmol/L", "6", 232.02)]
    [DataRow("chol", "mmol/L", "5.17", 199.9239)]
    [DataRow("trestbps", "mmHg", "135", 135.0)]
    [DataRow("trestbps", "cmHg", "13.5", 135.0)]
    [DataRow("oldpeak", "mm", "-.5", -0.5)]
    [DataRow("oldpeak", "mV", "0.23", 2.3)]
    [DataRow("age", "years", "54", 54.0)]
    [DataRow("thalach", "bpm", "150", 150.0)]
    public void A_value_is_converted_exactly(string variable, string unit, string text, double expected)
    {
        Assert.AreEqual(expected, Read(variable, unit, text));
    }

    [TestMethod]
    public void A_kilopascal_is_converted_by_the_definition_of_the_conventional_millimetre_of_mercury()
    {
        // 1 mmHg = 133.322387415 Pa (NIST SP 811, appendix B.8): 16 kPa is 120.00985... mmHg.
        Assert.AreEqual(16000 / 133.322387415, Read("trestbps", "kPa", "16"), 1e-12);
    }

    [TestMethod]
    [DataRow(
        "chol",
        "g/L",
        "240",
        "240 g/L (24000 mg/dL) is outside 50 to 1000 mg/dL\n  hint: it would be plausible in mg/dL: if that is the file's unit, set variables.chol.unit: mg/dL"
    )]
    [DataRow(
        "chol",
        "mmol/L",
        "2.4e3",
        "2.4e3 mmol/L (92808 mg/dL) is outside 50 to 1000 mg/dL\n  hint: correct the value, or list it under variables.chol.missing if it means not measured"
    )]
    [DataRow(
        "trestbps",
        "mmHg",
        "13.5",
        "13.5 mmHg is outside 60 to 250 mmHg\n  hint: it would be plausible in cmHg: if that is the file's unit, set variables.trestbps.unit: cmHg"
    )]
    [DataRow(
        "trestbps",
        "cmHg",
        "135",
        "135 cmHg (1350 mmHg) is outside 60 to 250 mmHg\n  hint: it would be plausible in mmHg: if that is the file's unit, set variables.trestbps.unit: mmHg"
    )]
    public void A_value_in_another_unit_than_declared_is_recognised(string variable, string unit, string text, string expected)
    {
        var faults = Sample.Faults($"value,num\n{text},0\n", Mapping(variable, unit));

        Assert.AreEqual($"a.csv:2: {variable} (column 'value'): {expected}", faults);
    }

    [TestMethod]
    public void A_decimal_comma_is_read_where_the_mapping_says_so()
    {
        var mapping = Mapping("chol", "g/L").Replace("{ header: yes }", "{ header: yes, delimiter: \";\", decimal: \",\" }");

        Assert.AreEqual(233.0, Sample.Read("value;num\n2,33;0\n", mapping).Table.Column("chol")[0]);
        Assert.AreEqual(
            "a.csv:2: chol (column 'value'): '2.33' is not a number\n"
                + "  hint: the mapping says that ',' is the decimal sign; correct format.decimal if the file writes the other",
            Sample.Faults("value;num\n2.33;0\n", mapping)
        );
    }

    [TestMethod]
    public void Every_real_value_lies_well_inside_its_plausible_range()
    {
        foreach (var variable in CohortSchema.HeartDisease.Variables.Where(v => v.Type == VariableType.Numeric && v.Name != "ca"))
        {
            var values = RealHospital
                .Names.SelectMany(h => RealHospital.Read(h).Table.Column(variable.Name).ToArray())
                .Where(v => !double.IsNaN(v))
                .ToArray();

            Assert.IsGreaterThan(variable.Plausible!.Value.Low, values.Min(), variable.Name);
            Assert.IsLessThan(variable.Plausible!.Value.High, values.Max(), variable.Name);
        }
    }

    private static double Read(string variable, string unit, string text) =>
        Sample.Read($"value,num\n{text},0\n", Mapping(variable, unit)).Table.Column(variable)[0];

    private static string Mapping(string variable, string unit) =>
        $$"""
            schema: heart-disease-v1
            file: a.csv
            format: { header: yes }
            variables:
              {{variable}}: { column: value, unit: {{unit}} }
              num: { column: num }
            """;
}
