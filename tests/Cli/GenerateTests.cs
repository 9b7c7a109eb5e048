using System.Text.Json;
using Federated.Data;
using Federated.Fixtures;
using Federated.Fixtures.Processes;

namespace Federated.Cli.Tests;

/// <summary><c>fed data generate</c>.</summary>
[TestClass]
public sealed class GenerateTests
{
    [TestMethod]
    public void Every_hospital_that_is_listed_can_be_read_and_is_labelled_synthetic()
    {
        using var scratch = new TestFolder();

        var hospitals = Generate(scratch, "out", "--sites", "5", "--rows", "60");

        Assert.HasCount(5, hospitals);
        Assert.HasCount(10, scratch.Files("out"), "two files a hospital, and nothing else");
        foreach (var hospital in hospitals)
        {
            Assert.IsTrue(hospital.GetProperty("synthetic").GetBoolean());
            var (file, mappingFile) = (hospital.GetProperty("file").GetString()!, hospital.GetProperty("mapping").GetString()!);
            Assert.Contains("synthetic", Path.GetFileName(file));
            var mapping = Read(mappingFile);
            Assert.IsTrue(mapping.Synthetic);
            using var csv = new StreamReader(file);
            var cohort = CohortReader.Read(csv, file, mapping);
            Assert.AreEqual(60, cohort is CohortResult.Read read ? read.Table.Rows : -1, cohort.ToString());
            Assert.AreEqual(60, hospital.GetProperty("rows").GetInt32());
        }
    }

    [TestMethod]
    public void The_same_seed_writes_the_same_bytes_and_another_seed_others()
    {
        using var scratch = new TestFolder();

        Generate(scratch, "first", "--seed", "5");
        Generate(scratch, "again", "--seed", "5");
        Generate(scratch, "other", "--seed", "6");

        foreach (var file in scratch.Files("first"))
        {
            var first = File.ReadAllText(scratch["first", file]);
            Assert.AreEqual(first, File.ReadAllText(scratch["again", file]), file);
            Assert.AreEqual(file.EndsWith(".yaml", StringComparison.Ordinal), first == File.ReadAllText(scratch["other", file]), file);
        }
    }

    [TestMethod]
    public void Without_json_the_list_is_for_people()
    {
        using var scratch = new TestFolder();

        var ended = Started.FedToEnd(scratch, "data", "generate", scratch["out"], "--rows", "10");

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        Assert.Contains("SYNTHETIC data: 4 hospitals that do not exist", ended.Output);
        Assert.Contains("10 patients  synthetic-nord.csv  synthetic-nord.yaml", ended.Output);
    }

    [TestMethod]
    public void A_folder_that_cannot_be_written_is_named()
    {
        using var scratch = new TestFolder();
        var file = scratch.Write("taken", "a file where the folder should be");

        var ended = Started.FedToEnd(scratch, "data", "generate", file);

        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.Contains($"{file} cannot be written", ended.Errors);
        CollectionAssert.AreEqual(new[] { "taken" }, scratch.Files());
    }

    private static JsonElement[] Generate(TestFolder scratch, string folder, params string[] options)
    {
        var ended = Started.FedToEnd(scratch, ["data", "generate", scratch[folder], "--json", .. options]);
        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        return [.. JsonDocument.Parse(ended.Output).RootElement.EnumerateArray()];
    }

    private static Mapping Read(string file)
    {
        using var text = new StreamReader(file);
        return MappingReader.Read(text, file) is MappingResult.Read read
            ? read.Mapping
            : throw new AssertFailedException($"{file} is no mapping that can be read.");
    }
}
