using System.Globalization;
using System.Text.Json;
using Federated.Cli.Models;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Fixtures.Processes;
using Federated.Learning.Training;
using TorchSharp;

namespace Federated.Cli.Tests.Models;

/// <summary><c>fed model predict</c>: the same risks as at the sites, for every patient of a file or for none.</summary>
[TestClass]
public sealed class PredictTests
{
    /// <summary>A new patient has no outcome: neither has the mapping.</summary>
    private static string MappingText => Patients.MappingText.Replace("\n  num: { column: num }", "");

    [TestMethod]
    [DataRow(new int[0], DisplayName = "logistic regression")]
    [DataRow(new[] { 8, 4 }, DisplayName = "hidden layers")]
    public void The_risks_are_those_that_a_site_computes(int[] hidden)
    {
        using var scratch = new TestFolder();
        var (plan, model) = ModelFolderTests.Model();
        if (hidden.Length > 0)
        {
            plan = plan.WithHidden(hidden);
            model = new ModelState(new RoundNumber(2), InitialModel.Of(plan).Parameters, []);
        }

        Prepare(scratch, plan, model, Patients.Csv("new", 300));

        var ended = Predict(scratch);

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        using var scorer = new Scorer(plan.Shape, torch.CPU);
        var expected = scorer.Probabilities(model.Parameters.AsSpan(), Patients.Encoded(plan, "new", 300));
        var rows = File.ReadAllLines(scratch["risks.csv"]);
        Assert.AreEqual("line,patient_key,risk", rows[0]);
        CollectionAssert.AreEqual(
            expected,
            rows.Skip(1).Select(row => float.Parse(row.Split(',')[2], CultureInfo.InvariantCulture)).ToArray()
        );
        CollectionAssert.AreEqual(
            Enumerable.Range(0, 300).Select(i => $"{i + 2},new-{i}").ToArray(),
            rows.Skip(1).Select(row => row[..row.LastIndexOf(',')]).ToArray()
        );
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(scratch["risks.csv"]), "patients' risks");
    }

    [TestMethod]
    public void Many_patients_are_computed_part_by_part_and_each_has_the_same_risk_as_alone()
    {
        var (plan, model) = ModelFolderTests.Model();
        using var scratch = new TestFolder();
        Prepare(scratch, plan, model, Patients.Csv("many", 10_000));

        Assert.AreEqual(0, Predict(scratch).ExitCode);

        using var scorer = new Scorer(plan.Shape, torch.CPU);
        var expected = scorer.Probabilities(model.Parameters.AsSpan(), Patients.Encoded(plan, "many", 10_000));
        var risks = File.ReadAllLines(scratch["risks.csv"]).Skip(1).Select(row => float.Parse(row.Split(',')[2])).ToArray();
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], risks[i], 1e-6f); // another number of rows may be added up in another order
        }
    }

    [TestMethod]
    [DataRow("num: { column: num }", DisplayName = "mapped to a column that the file has")]
    [DataRow("num: { column: outcome }", DisplayName = "mapped to a column that the file has not")]
    public void An_outcome_in_the_mapping_is_not_read(string mapped)
    {
        using var scratch = new TestFolder();
        var (plan, model) = ModelFolderTests.Model();
        Prepare(
            scratch,
            plan,
            model,
            "key,age,sex,thalach,num\na,50,M,120,not yet\n",
            Patients.MappingText.Replace("num: { column: num }", mapped)
        );

        var ended = Predict(scratch);

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
    }

    [TestMethod]
    public void Without_a_patient_key_in_the_mapping_the_line_says_who_it_is()
    {
        using var scratch = new TestFolder();
        var (plan, model) = ModelFolderTests.Model();
        Prepare(scratch, plan, model, "key,age,sex,thalach\n\"a,b\",50,M,?\n", MappingText.Replace("patient_key: key\n", ""));

        var ended = Predict(scratch, "--json");

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        Assert.MatchesRegex("^line,risk\n2,0[.][0-9]+\n$", File.ReadAllText(scratch["risks.csv"]));
        var json = JsonDocument.Parse(ended.Output).RootElement;
        Assert.AreEqual((scratch["risks.csv"], 1), (json.GetProperty("written").GetString(), json.GetProperty("rows").GetInt32()));
        Assert.AreEqual(plan.Hash().ToString(), json.GetProperty("plan_hash").GetString());
    }

    [TestMethod]
    public void A_patient_key_is_quoted_where_it_must_be()
    {
        using var scratch = new TestFolder();
        var (plan, model) = ModelFolderTests.Model();
        Prepare(scratch, plan, model, "key,age,sex,thalach\n\"a,\"\"b\",50,M,120\n");

        Assert.AreEqual(0, Predict(scratch).ExitCode);

        Assert.StartsWith("line,patient_key,risk\n2,\"a,\"\"b\",", File.ReadAllText(scratch["risks.csv"]));
    }

    [TestMethod]
    public void Every_patient_outside_the_schema_is_named_with_line_and_reason_and_nothing_is_written()
    {
        using var scratch = new TestFolder();
        var (plan, model) = ModelFolderTests.Model();
        Prepare(
            scratch,
            plan,
            model,
            """
            key,age,sex,thalach
            a,50,M,120
            b,5000,M,120
            c,50,X,120
            d,?,M,120
            e,50,M
            a,51,F,110
            """
        );

        var ended = Predict(scratch);

        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        foreach (
            var fault in new[]
            {
                "patients.csv:3: age (column 'age'): 5000 years is outside 18 to 100 years",
                "patients.csv:4: sex (column 'sex'): 'X' is not one of the mapping's codes (F, M)",
                "patients.csv:5: age (column 'age'): the value is missing, and the model has no stand-in for it",
                "patients.csv:6: the line has 3 fields, the first line has 4",
                "patients.csv:7: patient_key: the same patient as on line 2",
            }
        )
        {
            Assert.Contains(fault, ended.Errors);
        }

        Assert.DoesNotContain("risks.csv", scratch.Files());
    }

    [TestMethod]
    public void A_mapping_without_a_feature_of_the_model_is_refused()
    {
        using var scratch = new TestFolder();
        var (plan, model) = ModelFolderTests.Model();
        Prepare(scratch, plan, model, "key,age,sex\na,50,M\n", MappingText.Replace("\n  thalach: { column: thalach }", ""));

        var ended = Predict(scratch);

        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.Contains("mapping.yaml: variables.thalach: the model uses 'thalach', but the mapping has no column for it", ended.Errors);
    }

    [TestMethod]
    public void A_model_that_gives_no_number_writes_none()
    {
        using var scratch = new TestFolder();
        var plan = SamplePlan.For("nord", "sud").WithHidden(2);
        // Both hidden units overflow to infinity; the last layer takes one from the other.
        float[] huge = [3e38f, 3e38f, 3e38f, 3e38f, 3e38f, 3e38f, 0, 0, 1, -1, 0];
        Prepare(scratch, plan, new ModelState(new RoundNumber(1), [.. huge], []), "key,age,sex,thalach\na,80,M,200\n");

        var ended = Predict(scratch);

        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.Contains("The model gives no number for the patient on line 2; no risk was written.", ended.Errors);
        Assert.DoesNotContain("risks.csv", scratch.Files());
    }

    [TestMethod]
    public void Risks_that_are_there_are_not_overwritten()
    {
        using var scratch = new TestFolder();
        var (plan, model) = ModelFolderTests.Model();
        Prepare(scratch, plan, model, "key,age,sex,thalach\na,50,M,120\n");
        scratch.Write("risks.csv", "somebody's");

        var ended = Predict(scratch);

        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.Contains("risks.csv exists; nothing was changed.", ended.Errors);
        Assert.AreEqual("somebody's", File.ReadAllText(scratch["risks.csv"]));
    }

    private static void Prepare(TestFolder scratch, StudyPlan plan, ModelState model, string csv, string? mapping = null)
    {
        new ModelFolder(scratch["model"]).Write(plan, model);
        scratch.Write("patients.csv", csv);
        scratch.Write("mapping.yaml", mapping ?? MappingText);
    }

    private static Ended Predict(TestFolder scratch, params string[] more) =>
        Started.FedToEnd(
            scratch,
            [
                "model",
                "predict",
                scratch["model"],
                "--data",
                scratch["patients.csv"],
                "--mapping",
                scratch["mapping.yaml"],
                "--out",
                scratch["risks.csv"],
                .. more,
            ]
        );
}
