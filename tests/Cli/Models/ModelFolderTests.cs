using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Federated.Cli.Models;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Federation.Steps;
using Federated.Fixtures;
using Federated.Hosting;

namespace Federated.Cli.Tests.Models;

/// <summary>A finished model in its two files: every altered byte is noticed, and said where.</summary>
[TestClass]
public sealed class ModelFolderTests
{
    [TestMethod]
    public void What_was_written_is_read()
    {
        using var scratch = new TestFolder();
        var (plan, model) = Model();

        new ModelFolder(scratch["out"]).Write(plan, model);
        var (description, parameters) = new ModelFolder(scratch["out"]).Read();

        CollectionAssert.AreEqual(model.Parameters, parameters);
        CollectionAssert.AreEqual(plan.ToBytes(), description.Plan.ToBytes());
        Assert.AreEqual((model.Hash, model.Round), (description.ModelHash, description.Round));
        CollectionAssert.AreEqual(new[] { "model.json", "model.safetensors" }, scratch.Files("out"));
    }

    [TestMethod]
    public void A_model_with_the_servers_momentum_is_read_though_its_hash_cannot_be_computed_from_the_weights()
    {
        using var scratch = new TestFolder();
        var (plan, model) = Model();
        plan = plan with { Server = new ServerOptimizer.Sgd(1, 0.5) };
        model = new ModelState(
            model.Round,
            model.Parameters,
            [
                [0, 0, 0, 0],
            ]
        );

        new ModelFolder(scratch.Root).Write(plan, model);

        CollectionAssert.AreEqual(model.Parameters, new ModelFolder(scratch.Root).Read().Parameters);
    }

    [TestMethod]
    public void The_mean_of_the_models_is_what_is_exported_where_the_plan_says_so()
    {
        using var scratch = new TestFolder();
        var (plan, model) = Model();
        plan = plan with { Server = new ServerOptimizer.Sgd(1, 0) { AverageFrom = 1 } };
        model = new ModelState(
            model.Round,
            model.Parameters,
            [
                [0.1, 0.2, 0.3, 0.4],
            ]
        );

        new ModelFolder(scratch.Root).Write(plan, model);
        var (description, parameters) = new ModelFolder(scratch.Root).Read();

        CollectionAssert.AreEqual(new[] { 0.1f, 0.2f, 0.3f, 0.4f }, parameters);
        Assert.AreEqual(model.Hash, description.ModelHash);
    }

    [TestMethod]
    public void The_description_says_what_the_inputs_are()
    {
        using var scratch = new TestFolder();
        var (plan, model) = Model();

        new ModelFolder(scratch.Root).Write(plan, model);

        var json = JsonDocument.Parse(File.ReadAllBytes(scratch["model.json"])).RootElement;
        Assert.AreEqual("federated-exported-model/1", json.GetProperty("format").GetString());
        Assert.AreEqual(plan.Hash().ToString(), json.GetProperty("plan_hash").GetString());
        Assert.AreEqual(model.Hash.ToString(), json.GetProperty("model_hash").GetString());
        Assert.AreEqual("none", json.GetProperty("privacy").GetString());
        var (age, sex, rate) = (Feature(json, 0), Feature(json, 1), Feature(json, 2));
        Assert.AreEqual("years", age.GetProperty("unit").GetString());
        Assert.AreEqual("[30,80]", Compact(age.GetProperty("scaled_from")));
        Assert.IsFalse(age.TryGetProperty("missing", out _), "a patient without an age has no risk");
        Assert.AreEqual("""[{"code":0,"label":"female"},{"code":1,"label":"male"}]""", Compact(sex.GetProperty("codes")));
        Assert.AreEqual(140, rate.GetProperty("missing").GetDouble());
        Assert.AreEqual("""["age","sex","thalach"]""", Compact(json.GetProperty("inputs")));
    }

    [TestMethod]
    [DataRow("model.json")]
    [DataRow("model.safetensors")]
    public void A_folder_that_holds_a_model_is_refused_and_left_as_it_was(string file)
    {
        using var scratch = new TestFolder();
        scratch.Write(file, "another model");
        var (plan, model) = Model();

        var refused = Assert.ThrowsExactly<OperatorException>(() => new ModelFolder(scratch.Root).Write(plan, model));

        Assert.AreEqual($"{scratch[file]} exists; nothing was changed.", refused.Message);
        CollectionAssert.AreEqual(new[] { file }, scratch.Files());
        Assert.AreEqual("another model", File.ReadAllText(scratch[file]));
    }

    [TestMethod]
    [DataRow("\"unit\": \"years\"", "\"unit\": \"months\"", "it does not say what follows from its plan", DisplayName = "another unit")]
    [DataRow("\"missing\": 140", "\"missing\": 150", "it does not say what follows from its plan", DisplayName = "another stand-in")]
    [DataRow(
        "\"missing\": \"140\"",
        "\"missing\": \"150\"",
        "its plan has not the plan hash that stands in it.",
        DisplayName = "another stand-in in the plan"
    )]
    [DataRow("\"round\": 2,", "\"round\": 1,", "have not the model hash that stands in", DisplayName = "another round")]
    [DataRow("\"round\": 2,", "", "round: this key is missing", DisplayName = "no round")]
    [DataRow("\"privacy\": \"none\",\n  \"plan\"", "\"plan\"", "it does not say what follows", DisplayName = "nothing on privacy")]
    [DataRow("{", "[", "This is no JSON", DisplayName = "no JSON")]
    public void An_altered_description_is_refused(string right, string wrong, string message)
    {
        using var scratch = new TestFolder();
        var (plan, model) = Model();
        new ModelFolder(scratch.Root).Write(plan, model);
        var text = File.ReadAllText(scratch["model.json"]);
        Assert.Contains(right, text);
        File.WriteAllText(scratch["model.json"], text[..text.IndexOf(right)] + wrong + text[(text.IndexOf(right) + right.Length)..]);

        var refused = Assert.ThrowsExactly<OperatorException>(() => new ModelFolder(scratch.Root).Read());

        Assert.Contains(message, refused.Message);
        Assert.Contains(scratch["model."], refused.Message);
    }

    [TestMethod]
    public void Every_changed_byte_of_the_weights_is_noticed()
    {
        using var scratch = new TestFolder();
        var (plan, model) = Model();
        new ModelFolder(scratch.Root).Write(plan, model);
        var whole = File.ReadAllBytes(scratch["model.safetensors"]);

        for (var i = 0; i < whole.Length; i++)
        {
            byte[] altered = [.. whole];
            altered[i] ^= 1;
            File.WriteAllBytes(scratch["model.safetensors"], altered);

            var refused = Assert.ThrowsExactly<OperatorException>(() => new ModelFolder(scratch.Root).Read());
            Assert.Contains("was altered or is damaged: its SHA-256 is not the one in", refused.Message);
        }
    }

    [TestMethod]
    public void Weights_of_another_model_whose_hash_was_put_into_the_description_are_noticed()
    {
        using var scratch = new TestFolder();
        var (plan, model) = Model();
        new ModelFolder(scratch.Root).Write(plan, model);
        var other = File.ReadAllBytes(scratch["model.safetensors"]);
        other[^1] ^= 1;
        File.WriteAllBytes(scratch["model.safetensors"], other);
        var description = ModelDescription.Read(File.ReadAllBytes(scratch["model.json"]), "model.json");
        File.WriteAllBytes(scratch["model.json"], (description with { Weights = Digest.Of(other) }).ToBytes());

        var refused = Assert.ThrowsExactly<OperatorException>(() => new ModelFolder(scratch.Root).Read());

        Assert.Contains("have not the model hash that stands in", refused.Message);
    }

    [TestMethod]
    public void A_version_that_is_not_known_is_refused_by_name()
    {
        using var scratch = new TestFolder();
        var (plan, model) = Model();
        new ModelFolder(scratch.Root).Write(plan, model);
        var text = File.ReadAllText(scratch["model.json"]).Replace("federated-exported-model/1", "federated-exported-model/2");
        File.WriteAllText(scratch["model.json"], text);

        var refused = Assert.ThrowsExactly<OperatorException>(() => new ModelFolder(scratch.Root).Read());

        Assert.AreEqual(
            $"{scratch["model.json"]} is of format 'federated-exported-model/2'; this version reads federated-exported-model/1 only.",
            refused.Message
        );
    }

    [TestMethod]
    [DataRow("model.json")]
    [DataRow("model.safetensors")]
    public void A_file_that_is_missing_is_named(string file)
    {
        using var scratch = new TestFolder();
        var (plan, model) = Model();
        new ModelFolder(scratch.Root).Write(plan, model);
        File.Delete(scratch[file]);

        var refused = Assert.ThrowsExactly<OperatorException>(() => new ModelFolder(scratch.Root).Read());

        Assert.StartsWith($"{scratch[file]} cannot be opened: ", refused.Message);
    }

    [TestMethod]
    public void A_description_is_plain_JSON_that_keeps_the_words_of_every_language()
    {
        var (plan, model) = Model();
        plan = plan with { Name = "étude ≥ 2" };

        var bytes = new ModelDescription(plan, model.Round, model.Hash, default).ToBytes();

        Assert.Contains("étude ≥ 2", Encoding.UTF8.GetString(bytes));
        Assert.AreEqual("étude ≥ 2", JsonNode.Parse(bytes)!["study"]!.GetValue<string>());
    }

    internal static (StudyPlan Plan, ModelState Model) Model()
    {
        var plan = SamplePlan.For("nord", "sud");
        return (plan, new ModelState(new RoundNumber(2), [0.5f, -0.25f, 2, -1.5f], []));
    }

    private static JsonElement Feature(JsonElement json, int index) => json.GetProperty("features")[index];

    private static string Compact(JsonElement json) => JsonSerializer.Serialize(json);
}
