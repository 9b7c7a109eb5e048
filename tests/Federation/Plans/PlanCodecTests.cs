using System.Text;
using System.Text.Json.Nodes;
using Federated.Federation.Plans;
using Federated.Federation.Steps;
using Federated.Fixtures;

namespace Federated.Federation.Tests.Plans;

[TestClass]
public sealed class PlanCodecTests
{
    [TestMethod]
    public void A_plan_survives_its_bytes_field_by_field()
    {
        var plan = Rich();

        var read = Decoded(plan.ToBytes());

        CollectionAssert.AreEqual(plan.ToBytes(), read.ToBytes());
        CollectionAssert.AreEqual(plan.Sites, read.Sites);
        CollectionAssert.AreEqual(plan.Features, read.Features);
        CollectionAssert.AreEqual(plan.Model.Hidden, read.Model.Hidden);
        Assert.AreEqual(plan.Model, read.Model with { Hidden = plan.Model.Hidden });
        Assert.AreEqual(
            (plan.Name, plan.Purpose, plan.Schema, plan.EvaluateEvery, plan.Privacy),
            (read.Name, read.Purpose, read.Schema, read.EvaluateEvery, read.Privacy)
        );
        Assert.AreEqual((plan.Outcome, plan.Holdout), (read.Outcome, read.Holdout));
        Assert.AreEqual((plan.Training, plan.Server), (read.Training, read.Server));
        Assert.AreEqual(plan.Aggregation, read.Aggregation);
    }

    [TestMethod]
    public void Random_plans_survive_their_bytes()
    {
        var random = new KeyedRandom("plans");
        for (var i = 0; i < 200; i++)
        {
            var plan = SamplePlan.For("a", "b") with
            {
                Holdout = new HoldoutPlan(AnyText(random, 16 + random.NextInt32(20)), random.NextDouble() * 0.9),
                Training = SamplePlan.For("a", "b").Training with
                {
                    LearningRate = Math.ScaleB(0.5 + random.NextDouble(), random.NextInt32(60) - 45),
                    WeightDecay = random.NextDouble(),
                    Seed = random.NextInt32(int.MaxValue),
                },
            };

            CollectionAssert.AreEqual(plan.ToBytes(), Decoded(plan.ToBytes()).ToBytes(), plan.Holdout.Key);
        }
    }

    // Python's json with sorted keys and no spaces is canonical for this subset: ASCII keys, no floats.
    [TestMethod]
    public void Python_writes_the_same_canonical_bytes()
    {
        const string program = """
            import json, sys
            plan = json.load(sys.stdin)
            print(json.dumps(json.dumps(plan, sort_keys=True, separators=(',', ':'), ensure_ascii=False)))
            """;
        var bytes = Rich().ToBytes();

        var text = Python.Run(program, JsonNode.Parse(bytes)!).GetValue<string>();

        Assert.AreEqual(Encoding.UTF8.GetString(bytes), text);
    }

    [TestMethod]
    [DataRow("\"attempts\":3,\"bound\":\"8\"", "\"bound\":\"8\",\"attempts\":3", DisplayName = "another order of keys")]
    [DataRow("\"attempts\":3", "\"attempts\": 3", DisplayName = "a space")]
    [DataRow("\"attempts\":3", "\"attempts\":\"3\"", DisplayName = "an integer as text")]
    [DataRow("\"bound\":\"8\"", "\"bound\":8", DisplayName = "a decimal as a number")]
    [DataRow("\"bound\":\"8\"", "\"bound\":\"8.0\"", DisplayName = "a decimal with a digit too many")]
    [DataRow("\"bound\":\"8\"", "\"bound\":\"+8\"", DisplayName = "a decimal with a sign too many")]
    [DataRow("\"bound\":\"8\"", "\"bound\":\" 8\"", DisplayName = "a decimal with a space")]
    [DataRow("\"name\":\"a study\"", "\"name\":\"a\\u0020study\"", DisplayName = "an escape where none is needed")]
    [DataRow("\"missing_indicator\":false,\"variable\":\"age\"", "\"variable\":\"age\"", DisplayName = "a default left out")]
    [DataRow("\"attempts\":3", "\"attempts\":3e0", DisplayName = "an exponent")]
    public void Any_other_spelling_of_the_same_plan_is_refused(string canonical, string other)
    {
        var text = Encoding.UTF8.GetString(SamplePlan.For("a", "b").ToBytes());
        Assert.Contains(canonical, text);

        var result = PlanCodec.Decode(Encoding.UTF8.GetBytes(text.Replace(canonical, other)));

        Assert.IsInstanceOfType<PlanResult.Invalid>(result);
    }

    [TestMethod]
    [DataRow("\n", "", DisplayName = "a line break before")]
    [DataRow("", "\n", DisplayName = "a line break after")]
    [DataRow("\uFEFF", "", DisplayName = "a byte order mark")]
    [DataRow("", "{}", DisplayName = "a second document")]
    [DataRow("[", "]", DisplayName = "a list of one plan")]
    public void Nothing_may_stand_around_a_plan(string before, string after)
    {
        var text = before + Encoding.UTF8.GetString(SamplePlan.For("a", "b").ToBytes()) + after;

        var fault = PlanDocument.FaultsOf(Encoding.UTF8.GetBytes(text))[0];

        Assert.IsFalse(string.IsNullOrEmpty(fault.Message));
    }

    [TestMethod]
    public void A_plan_of_more_than_a_mebibyte_is_refused_unread()
    {
        var plan = SamplePlan.For("a", "b") with { Purpose = new string('x', 1 << 20) };

        var fault = PlanDocument.FaultsOf(plan.ToBytes()).Single();

        Assert.Contains("at most 1048576 bytes", fault.Message);
    }

    [TestMethod]
    public void A_plan_of_exactly_a_mebibyte_is_read()
    {
        var short16 = SamplePlan.For("a", "b") with { Holdout = new HoldoutPlan(new string('x', 16), 0) };
        var missing = StudyPlan.MaxBytes - short16.ToBytes().Length;
        var plan = short16 with { Holdout = new HoldoutPlan(new string('x', 16 + missing), 0) };

        Assert.HasCount(StudyPlan.MaxBytes, plan.ToBytes());
        Assert.IsInstanceOfType<PlanResult.Valid>(PlanCodec.Decode(plan.ToBytes()));
    }

    [TestMethod]
    [DataRow("", DisplayName = "no bytes")]
    [DataRow("null", DisplayName = "null")]
    [DataRow("7", DisplayName = "a number")]
    [DataRow("{", DisplayName = "half an object")]
    [DataRow("{\"name\":\"\\ud800\"}", DisplayName = "half a surrogate pair")]
    [DataRow("{\"\\udc00\":1}", DisplayName = "half a surrogate pair as a key")]
    [DataRow("{\"name\":NaN}", DisplayName = "NaN is no JSON")]
    [DataRow("{\"name\":\"x\"} // comment", DisplayName = "a comment")]
    public void Bytes_that_are_no_plan_are_refused_with_a_reason(string text) =>
        Assert.IsFalse(string.IsNullOrEmpty(PlanDocument.FaultsOf(Encoding.UTF8.GetBytes(text))[0].Message));

    [TestMethod]
    public void Bytes_that_are_no_UTF_8_are_refused_with_a_reason()
    {
        byte[] bytes = [.. "{\"name\":\""u8, 0xC3, 0x28, .. "\"}"u8];

        Assert.Contains("no JSON", PlanDocument.FaultsOf(bytes)[0].Message);
    }

    [TestMethod]
    public void A_document_that_nests_without_end_is_refused()
    {
        var text = string.Concat(Enumerable.Repeat("{\"a\":", 100_000));

        Assert.Contains("no JSON", PlanDocument.FaultsOf(Encoding.UTF8.GetBytes(text))[0].Message);
    }

    // Foreign bytes never throw, and what is accepted is exactly what its own plan would write.
    [TestMethod]
    public void Every_flipped_bit_is_refused_or_is_the_canonical_form_of_another_plan()
    {
        var bytes = SamplePlan.For("alpha", "beta").ToBytes();
        var accepted = 0;

        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            var mutated = bytes.ToArray();
            mutated[bit / 8] ^= (byte)(1 << (bit % 8));
            if (PlanCodec.Decode(mutated) is PlanResult.Valid valid)
            {
                CollectionAssert.AreEqual(mutated, valid.Plan.ToBytes(), $"bit {bit}");
                accepted++;
            }
        }

        Assert.IsGreaterThan(0, accepted, "a flipped bit in the name is another plan");
    }

    [TestMethod]
    public void Every_truncation_is_refused()
    {
        var bytes = SamplePlan.For("alpha", "beta").ToBytes();

        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.IsInstanceOfType<PlanResult.Invalid>(PlanCodec.Decode(bytes.AsMemory(0, length)), $"{length} bytes");
        }
    }

    /// <summary>Any characters below the surrogates, control characters among them.</summary>
    private static string AnyText(KeyedRandom random, int length) =>
        new([.. Enumerable.Range(0, length).Select(i => (char)(1 + random.NextInt32(i % 2 == 0 ? 0x7F : 0xD7FF)))]);

    private static StudyPlan Decoded(byte[] bytes)
    {
        var result = PlanCodec.Decode(bytes);
        Assert.IsInstanceOfType<PlanResult.Valid>(result, result is PlanResult.Invalid invalid ? string.Join("\n", invalid.Faults) : "");
        return ((PlanResult.Valid)result).Plan;
    }

    /// <summary>Every field away from what the other tests use.</summary>
    private static StudyPlan Rich()
    {
        var plan = SamplePlan.For("zürich".Replace('ü', 'u'), "bern", "genève".Replace('è', 'e')).WithHidden(32, 16);
        return plan with
        {
            Name = "Étude \"risque\" \\ 😀",
            Sites = [.. plan.Sites.Select((site, i) => site with { Weight = 0.1 + (i * 1e3) })],
            Features = [new("age"), new("chol", 240.5, MissingIndicator: true), new("cp", 4)],
            Outcome = new("num", 1.5),
            Holdout = new("another key,\tas long as \u0001 it must be", 1.0 / 3),
            Training = new TrainingPlan
            {
                Mode = "fedsgd",
                Rounds = 1_000_000,
                LocalEpochs = 17,
                BatchSize = 0,
                LearningRate = 1e-17,
                WeightDecay = 0.30000000000000004,
                Seed = int.MaxValue,
            },
            Server = new ServerOptimizer.Sgd(0.7, 0.99),
            Aggregation = new AggregationPlan
            {
                ScaleBits = -3,
                Bound = 1234.5678,
                Suite = 2,
                Colluders = 1,
                MinimumSites = 3,
                AllowPair = false,
                Attempts = 2,
                Timeout = TimeSpan.FromMilliseconds(86_400_001),
            },
            EvaluateEvery = 25,
        };
    }
}
