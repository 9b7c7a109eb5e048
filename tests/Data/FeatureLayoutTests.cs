using System.Text.Json;
using Federated.Federation.Schemas;

namespace Federated.Data.Tests;

[TestClass]
public sealed class FeatureLayoutTests
{
    private static readonly CohortSchema Schema = CohortSchema.HeartDisease;

    [TestMethod]
    public void Inputs_follow_the_features_and_have_fixed_names()
    {
        var layout = FeatureLayout.Create(
            Schema,
            [new("age", 54), new("cp", 4, MissingIndicator: true), new("sex"), new("chol", 240, true)]
        );

        CollectionAssert.AreEqual(
            new[] { "age", "cp=2", "cp=3", "cp=4", "cp=missing", "sex", "chol", "chol=missing" },
            layout.Inputs.Select(i => i.Name).ToArray()
        );
        Assert.AreEqual(8, layout.Width);
    }

    [TestMethod]
    public void All_thirteen_variables_of_the_schema_make_eighteen_inputs()
    {
        // 9 numbers and flags besides cp (4 levels), restecg (3), slope (3) and thal (3), each without its first level: 9 + 3 + 2 + 2 + 2.
        var features = Schema.Variables.Where(v => v.Name != Schema.Outcome).Select(v => new FeatureSpec(v.Name));

        Assert.AreEqual(18, FeatureLayout.Create(Schema, [.. features]).Width);
    }

    [TestMethod]
    [DataRow("cholesterol", null, false, "unknown feature 'cholesterol'; did you mean 'chol'?")]
    [DataRow("CHOL", null, false, "unknown feature 'CHOL'; did you mean 'chol'?")]
    [DataRow("trestbp", null, false, "unknown feature 'trestbp'; did you mean 'trestbps'?")]
    [DataRow(
        "hba1c",
        null,
        false,
        "unknown feature 'hba1c'; heart-disease-v1 has age, sex, cp, trestbps, chol, fbs, restecg, thalach, exang, oldpeak, slope, ca, thal, num"
    )]
    [DataRow("num", null, false, "feature 'num' is the outcome of heart-disease-v1; drop it from the features")]
    [DataRow("chol", 2.4, false, "feature 'chol': missing is 2.4; set it within 50 to 1000 mg/dL")]
    [DataRow("chol", double.NaN, false, "feature 'chol': missing is NaN; set it within 50 to 1000 mg/dL")]
    [DataRow("cp", 0.0, false, "feature 'cp': missing is 0; use one of the codes 1, 2, 3, 4")]
    [DataRow("sex", 0.5, false, "feature 'sex': missing is 0.5; use one of the codes 0, 1")]
    [DataRow(
        "chol",
        null,
        true,
        "feature 'chol' has a missing indicator but nothing to stand in for a missing value; set missing, or drop the indicator"
    )]
    public void Each_faulty_feature_is_named_with_what_to_do(string variable, double? missing, bool indicator, string expected)
    {
        var faults = FeatureLayout.Faults(Schema, [new FeatureSpec(variable, missing, indicator)]);

        CollectionAssert.AreEqual(new[] { expected }, faults.ToArray());
    }

    [TestMethod]
    public void All_faults_are_reported_at_once_and_creating_the_layout_throws_them()
    {
        FeatureSpec[] features = [new("ages"), new("chol", 0), new("sex"), new("sex")];
        string[] expected =
        [
            "unknown feature 'ages'; did you mean 'age'?",
            "feature 'chol': missing is 0; set it within 50 to 1000 mg/dL",
            "feature 'sex' is listed twice; keep one",
        ];

        CollectionAssert.AreEqual(expected, FeatureLayout.Faults(Schema, features).ToArray());
        var thrown = Assert.ThrowsExactly<ArgumentException>(() => FeatureLayout.Create(Schema, features));
        Assert.StartsWith(string.Join("\n", expected), thrown.Message);
    }

    [TestMethod]
    public void A_study_without_features_is_told_which_there_are()
    {
        Assert.AreEqual(
            "the study names no feature; heart-disease-v1 has age, sex, cp, trestbps, chol, fbs, restecg, thalach, exang, oldpeak, slope, ca, thal",
            FeatureLayout.Faults(Schema, []).Single()
        );
    }

    [TestMethod]
    [DataRow("nun", 0.0, "unknown outcome 'nun'; did you mean 'num'?")]
    [DataRow("age", 60.0, "'age' is the outcome and also a feature; a model given the answer learns nothing else, so drop the feature")]
    [DataRow("num", double.NaN, "outcome 'num': the limit is NaN; set a finite number (0 is usual)")]
    public void A_faulty_outcome_is_named_with_what_to_do(string variable, double above, string expected)
    {
        CollectionAssert.AreEqual(new[] { expected }, new OutcomeSpec(variable, above).Faults(Schema, [new FeatureSpec("age")]).ToArray());
    }

    [TestMethod]
    public void What_a_study_writes_survives_JSON()
    {
        FeatureSpec[] features = [new("age"), new("chol", 240, MissingIndicator: true)];
        var outcome = OutcomeSpec.For(Schema);

        CollectionAssert.AreEqual(features, JsonSerializer.Deserialize<FeatureSpec[]>(JsonSerializer.Serialize(features)));
        Assert.AreEqual(outcome, JsonSerializer.Deserialize<OutcomeSpec>(JsonSerializer.Serialize(outcome)));
        Assert.AreEqual(
            JsonSerializer.Serialize(Schema),
            JsonSerializer.Serialize(JsonSerializer.Deserialize<CohortSchema>(JsonSerializer.Serialize(Schema)))
        );
    }

    [TestMethod]
    public void The_built_in_schema_contradicts_itself_nowhere()
    {
        Assert.AreSame(Schema, CohortSchema.Named("heart-disease-v1"));
        Assert.IsNotNull(Schema.Find(Schema.Outcome));
        Assert.AreEqual(Schema.Variables.Length, Schema.Variables.Select(v => v.Name).Distinct().Count());
        foreach (var variable in Schema.Variables)
        {
            if (variable.Type == VariableType.Numeric)
            {
                Assert.AreEqual(1m, variable.Units[0].CanonicalPerUnit, variable.Name);
                Assert.IsTrue(variable.Admits(variable.Scaling!.Value.Low) && variable.Admits(variable.Scaling.Value.High), variable.Name);
                Assert.IsTrue(variable.Codes.IsEmpty, variable.Name);
            }
            else
            {
                Assert.IsNull(variable.Plausible, variable.Name);
                Assert.IsGreaterThanOrEqualTo(2, variable.Codes.Length, variable.Name);
            }

            Assert.IsFalse(variable.Admits(double.NaN), variable.Name);
        }
    }
}
