using System.Text;
using Federated.Data.Synthetic;
using Federated.Federation;
using Federated.Federation.Schemas;

namespace Federated.Data.Tests;

[TestClass]
public sealed class SyntheticHospitalsTests
{
    [TestMethod]
    public void Every_hospital_is_read_back_through_its_own_mapping_without_fault()
    {
        var written = Written.By(seed: 1, 300, 300, 300, 300, 50, 50);

        foreach (var hospital in written.Hospitals)
        {
            var read = written.Read(hospital);

            Assert.AreEqual(hospital.Rows, read.Table.Rows);
            Assert.IsTrue(read.Table.Mapping.Synthetic);
            Assert.AreEqual(hospital.CsvFile, read.Table.Mapping.File);
        }
    }

    [TestMethod]
    public void Every_file_says_that_it_is_synthetic()
    {
        var written = Written.By(seed: 1, 5, 5, 5, 5, 5);

        CollectionAssert.AreEqual(
            new[] { "nord", "sud", "est", "ouest", "site05" }
                .SelectMany(n => new[] { $"synthetic-{n}.csv", $"synthetic-{n}.yaml" })
                .ToArray(),
            written.Files.Keys.ToArray()
        );
        foreach (var hospital in written.Hospitals)
        {
            Assert.StartsWith("# SYNTHETIC: generated, no real patient.\n", written.Files[hospital.MappingFile]);
            Assert.IsTrue(SiteName.TryParse(hospital.Name, out _));
        }
    }

    [TestMethod]
    public void The_files_show_the_variety_of_real_exports()
    {
        var written = Written.By(seed: 1, 20, 20, 20, 20);
        var mappings = written.Hospitals.ToDictionary(h => h.Name, h => written.Read(h).Table.Mapping);

        Assert.AreEqual(new CsvFormat(HasHeader: false, ',', '.'), mappings["nord"].Format);
        Assert.AreEqual(new CsvFormat(HasHeader: true, ';', ','), mappings["sud"].Format);
        CollectionAssert.AreEqual(
            new[] { "mg/dL", "g/L", "mg/dL", "mmol/L" },
            mappings.Values.Select(m => m.Variables.Single(v => v.Variable.Name == "chol").Unit!.Name).ToArray()
        );
        CollectionAssert.AreEqual(
            new[] { "mmHg", "mmHg", "kPa", "cmHg" },
            mappings.Values.Select(m => m.Variables.Single(v => v.Variable.Name == "trestbps").Unit!.Name).ToArray()
        );
        CollectionAssert.AreEqual(new[] { false, true, true, false }, mappings.Values.Select(m => m.PatientKey is not null).ToArray());
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        var first = Written.By(seed: 5, 100, 100);
        var again = Written.By(seed: 5, 100, 100);
        var other = Written.By(seed: 6, 100, 100);

        CollectionAssert.AreEqual(first.Files.ToArray(), again.Files.ToArray());
        Assert.AreNotEqual(first.Files["synthetic-nord.csv"], other.Files["synthetic-nord.csv"]);
    }

    [TestMethod]
    public void A_hospitals_patients_depend_neither_on_the_others_nor_on_how_many_follow()
    {
        var few = Written.By(seed: 5, 10, 20).Files["synthetic-sud.csv"];
        var many = Written.By(seed: 5, 999, 40, 7, 7, 7).Files["synthetic-sud.csv"];

        Assert.StartsWith(few, many);
    }

    /// <summary>
    /// The digest of nord's file was computed by a second implementation in Python, with a stream, a logarithm and draws of its own. The digest of
    /// all files is only our own output: it holds the bytes still between releases.
    /// </summary>
    [TestMethod]
    public void The_bytes_for_seed_one_are_the_same_everywhere()
    {
        var written = Written.By(seed: 1, 250, 250, 250, 250);

        Assert.AreEqual(
            "1e8e17e3a95f989d82b4efc15acdefc841e2f90edef3f32acdd8d17ab7ea397a",
            Digest.Of(Encoding.UTF8.GetBytes(written.Files["synthetic-nord.csv"])).ToString()
        );
        var all = string.Concat(written.Files.Select(f => $"{f.Key}\n{f.Value}"));
        Assert.AreEqual(
            "8ba71cee1fe89e05498a50b3589226c22fb09c53c0f59356471ea8e522d23b02",
            Digest.Of(Encoding.UTF8.GetBytes(all)).ToString()
        );
    }

    [TestMethod]
    // Published figures of the hospital each follows (shared/data/uci-heart/README.md): Cleveland, Budapest, Zurich and Basel, Long Beach.
    [DataRow("nord", 0.459, 0.320, 54.44, 9.04, 131.69, 17.60, 246.69, 51.78, 149.61, 22.88, 1.04, 1.16)]
    [DataRow("sud", 0.361, 0.276, 47.83, 7.81, 132.58, 17.63, 250.85, 67.66, 139.13, 23.59, 0.59, 0.91)]
    [DataRow("est", 0.935, 0.081, 55.32, 9.03, 130.21, 22.56, double.NaN, double.NaN, 121.56, 25.98, 0.65, 1.06)]
    [DataRow("ouest", 0.745, 0.030, 59.35, 7.81, 134.70, 18.45, 239.57, 52.79, 122.80, 21.99, 1.32, 1.11)]
    public void Patients_have_the_published_moments_prevalence_and_share_of_women(
        string name,
        double prevalence,
        double women,
        params double[] moments
    )
    {
        const int Rows = 6000;
        var written = Written.By(seed: 3, Rows, Rows, Rows, Rows);
        var table = written.Read(written.Hospitals.Single(h => h.Name == name)).Table;

        Assert.AreEqual(prevalence, Present(table, "num").Average(v => v > 0 ? 1 : 0), 4 * Math.Sqrt(prevalence * (1 - prevalence) / Rows));
        Assert.AreEqual(women, Present(table, "sex").Average(v => 1 - v), 4 * Math.Sqrt(women * (1 - women) / Rows));
        foreach (var (variable, i) in new[] { "age", "trestbps", "chol", "thalach", "oldpeak" }.Select((v, i) => (v, i)))
        {
            var (mean, deviation) = (moments[2 * i], moments[(2 * i) + 1]);
            var values = Present(table, variable);
            if (double.IsNaN(mean))
            {
                Assert.IsEmpty(values, "never measured here");
                continue;
            }

            // Redrawing what lies outside the limits moves a moment by up to a few percent of the deviation.
            var average = values.Average();
            Assert.AreEqual(mean, average, 0.06 * deviation, $"mean of {variable}");
            Assert.AreEqual(
                deviation,
                Math.Sqrt(values.Average(v => (v - average) * (v - average))),
                0.06 * deviation,
                $"deviation of {variable}"
            );
        }
    }

    [TestMethod]
    [DataRow("nord", "ca", 4.0 / 303)]
    [DataRow("sud", "thal", 266.0 / 294)]
    [DataRow("sud", "slope", 190.0 / 294)]
    [DataRow("est", "fbs", 75.0 / 123)]
    [DataRow("est", "chol", 1.0)]
    [DataRow("ouest", "exang", 53.0 / 200)]
    [DataRow("ouest", "chol", 56.0 / 200, DisplayName = "ouest chol: 7 marked, 49 hidden zeros of 200")]
    public void Values_are_missing_as_often_as_at_the_hospital_that_is_followed(string name, string variable, double share)
    {
        const int Rows = 6000;
        var written = Written.By(seed: 3, Rows, Rows, Rows, Rows);
        var table = written.Read(written.Hospitals.Single(h => h.Name == name)).Table;

        // Marked and hidden misses are drawn apart, so a share of both may fall short of the sum by their product (under 0.01 here).
        Assert.AreEqual(share, (double)table.MissingCount(variable) / Rows, 0.01 + (4 * Math.Sqrt(share * (1 - share) / Rows)));
    }

    [TestMethod]
    public void Where_there_was_no_exercise_test_its_three_values_are_missing_together()
    {
        var written = Written.By(seed: 3, 1, 1, 1, 2000);
        var table = written.Read(written.Hospitals[3]).Table;

        for (var i = 0; i < table.Rows; i++)
        {
            var isMissing = double.IsNaN(table.Column("exang")[i]);
            Assert.AreEqual(isMissing, double.IsNaN(table.Column("thalach")[i]));
            Assert.AreEqual(isMissing, double.IsNaN(table.Column("oldpeak")[i]));
        }
    }

    [TestMethod]
    public void A_logistic_model_reaches_a_pooled_AUROC_between_080_and_088_on_patients_it_has_not_seen()
    {
        var written = Written.By(seed: 7, 1000, 1000, 1000, 1000);
        var split = new HoldoutSplit(Encoding.ASCII.GetBytes("synthetic split key"), 0.3);
        var parts = written.Hospitals.Select(h => split.Apply(Sample.Encode(written.Read(h).Table, Features))).ToArray();

        var weights = LogisticFit.Train([.. parts.Select(p => p.Train)]);
        var auroc = LogisticFit.Auroc(weights, [.. parts.Select(p => p.Test)]);

        Assert.IsTrue(auroc is > 0.80 and < 0.88, $"AUROC {auroc:F3}");
    }

    [TestMethod]
    public void No_hospital_and_no_patient_cannot_be_asked_for()
    {
        Assert.ThrowsExactly<ArgumentException>(() => SyntheticHospitals.Generate(1, [], _ => TextWriter.Null));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SyntheticHospitals.Generate(1, [10, 0], _ => TextWriter.Null));
    }

    private static readonly FeatureSpec[] Features =
    [
        new("age", 54),
        new("sex", 1),
        new("cp", 4),
        new("trestbps", 130),
        new("chol", 240, MissingIndicator: true),
        new("fbs", 0),
        new("restecg", 0),
        new("thalach", 140),
        new("exang", 0),
        new("oldpeak", 0.5),
    ];

    private static double[] Present(CohortTable table, string variable) =>
        [.. table.Column(variable).ToArray().Where(v => !double.IsNaN(v))];
}
