using Federated.Fixtures;
using Federated.Hosting;
using Federated.Node.Data;

namespace Federated.Node.Tests.Data;

/// <summary>A hospital's file that cannot be used is named with line and field, before the node connects to anybody.</summary>
[TestClass]
public sealed class LocalCohortTests
{
    [TestMethod]
    public void A_good_file_is_read_whole()
    {
        using var folder = new TestFolder();

        var cohort = Load(folder, Patients.Csv("alpha", 25), Patients.MappingText);

        Assert.AreEqual(25, cohort.Rows);
        Assert.IsEmpty(cohort.Warnings);
    }

    [TestMethod]
    [DataRow("key,age,sex,thalach,num\np1,abc,F,120,0\n", "2", "age", DisplayName = "text in a number")]
    [DataRow("key,age,sex,thalach,num\np1,50,F,120,0\np2,50,X,120,0\n", "3", "sex", DisplayName = "an unknown code")]
    [DataRow("key,age,sex,thalach,num\np1,50,F,900,0\n", "2", "thalach", DisplayName = "a value no patient can show")]
    [DataRow("key,age,sex,thalach,num\np1,50,F,120,0\np1,51,F,120,0\n", "3", "patient_key", DisplayName = "a patient twice")]
    [DataRow("key,age,sex,num\np1,50,F,0\n", "1", "thalach", DisplayName = "a missing column")]
    [DataRow("key,age,sex,thalach,num\np1,50,F,120\n", "2", "the line has 4 fields", DisplayName = "a line cut short")]
    public void A_fault_is_named_with_file_line_and_field(string csv, string line, string field)
    {
        using var folder = new TestFolder();

        var error = Assert.ThrowsExactly<OperatorException>(() => Load(folder, csv, Patients.MappingText));

        Assert.Contains($"{folder["patients.csv"]}:{line}: {field}", error.Message);
    }

    [TestMethod]
    [DataRow("", DisplayName = "no byte")]
    [DataRow("key,age,sex,thalach,num\n", DisplayName = "a header line alone")]
    public void A_file_without_patients_is_named(string csv)
    {
        using var folder = new TestFolder();

        var error = Assert.ThrowsExactly<OperatorException>(() => Load(folder, csv, Patients.MappingText));

        Assert.Contains("patients.csv", error.Message);
    }

    [TestMethod]
    public void All_faults_of_a_file_are_reported_at_once()
    {
        using var folder = new TestFolder();

        var error = Assert.ThrowsExactly<OperatorException>(() =>
            Load(folder, "key,age,sex,thalach,num\np1,abc,F,120,0\np2,50,X,120,9\n", Patients.MappingText)
        );

        foreach (var field in new[] { "age", "sex", "num" })
        {
            Assert.Contains(field, error.Message);
        }
    }

    [TestMethod]
    public void A_mapping_that_is_wrong_is_named_with_its_line()
    {
        using var folder = new TestFolder();

        var error = Assert.ThrowsExactly<OperatorException>(() =>
            Load(folder, Patients.Csv("alpha", 5), Patients.MappingText.Replace("  age: {", "  agee: {"))
        );

        Assert.Contains($"{folder["mapping.yaml"]}:7: variables.agee: unknown variable; did you mean 'age'?", error.Message);
    }

    [TestMethod]
    [DataRow("patients.csv")]
    [DataRow("mapping.yaml")]
    public void A_file_that_is_not_there_is_named(string gone)
    {
        using var folder = new TestFolder();
        folder.Write("patients.csv", Patients.Csv("alpha", 5));
        folder.Write("mapping.yaml", Patients.MappingText);
        File.Delete(folder[gone]);

        var error = Assert.ThrowsExactly<OperatorException>(() => LocalCohort.Load(folder["patients.csv"], folder["mapping.yaml"]));

        Assert.Contains(folder[gone], error.Message);
        Assert.IsNotNull(error.Hint);
    }

    [TestMethod]
    public void A_plan_for_data_this_site_has_is_served_with_two_parts_of_all_its_patients()
    {
        using var folder = new TestFolder();
        var cohort = Load(folder, Patients.Csv("alpha", 200), Patients.MappingText);

        var rows = cohort.Encode(SamplePlan.For("alpha", "zeta"), out _, out var fault);

        Assert.IsNull(fault);
        Assert.AreEqual(200, rows!.Value.Train.Count + rows.Value.Test.Count);
        Assert.IsTrue(rows.Value.Test.Count is > 20 and < 80, "about a quarter is held out");
    }

    [TestMethod]
    public void A_plan_that_asks_for_what_this_site_does_not_record_is_declined_by_name()
    {
        using var folder = new TestFolder();
        var cohort = Load(folder, Patients.Csv("alpha", 20), Patients.MappingText);
        var plan = SamplePlan.For("alpha", "zeta") with { Features = [new("age"), new("chol")] };

        Assert.IsNull(cohort.Encode(plan, out _, out var fault));

        Assert.Contains("chol", fault!);
    }

    private static LocalCohort Load(TestFolder folder, string csv, string mapping) =>
        LocalCohort.Load(folder.Write("patients.csv", csv), folder.Write("mapping.yaml", mapping));
}
