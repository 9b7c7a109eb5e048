using Federated.Privacy.Events;

namespace Federated.Privacy.Tests.Events;

[TestClass]
public sealed class EventJsonTests
{
    public static IEnumerable<object[]> Events =>
        new (PrivacyEvent Event, string Json)[]
        {
            (new GaussianEvent(new NoiseMultiplier(1.1)), """{"noise_multiplier":"1.1","type":"gaussian"}"""),
            (
                new SampledGaussianEvent(new NoiseMultiplier(0.1 + 0.2), new SamplingRate(0.01)),
                """{"noise_multiplier":"0.30000000000000004","sampling_rate":"0.01","type":"sampled_gaussian"}"""
            ),
            (
                new FixedBatchGaussianEvent(new NoiseMultiplier(2), 1000, 10),
                """{"batch":10,"noise_multiplier":"2","patients":1000,"type":"fixed_batch_gaussian"}"""
            ),
            (new DiscreteLaplaceEvent(0.5, 3), """{"decay":"0.5","sensitivity":3,"type":"discrete_laplace"}"""),
            (
                new DiscreteGaussianEvent(100, 3, 1, SamplingRate.All),
                """{"dimension":1,"sampling_rate":"1","sensitivity":"3","sigma_squared":"100","type":"discrete_gaussian"}"""
            ),
            (
                new SumOfDiscreteGaussiansEvent(3, 1e12, 1e6, 1000, new SamplingRate(0.02)),
                """{"dimension":1000,"sampling_rate":"0.02","sensitivity":"1000000","shares":3,"sigma_squared":"1000000000000","type":"sum_of_discrete_gaussians"}"""
            ),
            (
                PrivacyEvent.Compose(new GaussianEvent(new NoiseMultiplier(5)), new GaussianEvent(new NoiseMultiplier(7)).Times(20)),
                """{"parts":[{"count":1,"of":{"noise_multiplier":"5","type":"gaussian"}},{"count":20,"of":{"noise_multiplier":"7","type":"gaussian"}}],"type":"composed"}"""
            ),
        }.Select(row => new object[] { row.Event, row.Json });

    [TestMethod]
    [DynamicData(nameof(Events))]
    public void An_event_has_one_text_and_comes_back_from_it(PrivacyEvent released, string json)
    {
        Assert.AreEqual(json, EventJson.Write(released));
        Assert.AreEqual(released, ((EventResult.Read)EventJson.Read(json)).Event);
    }

    [TestMethod]
    [DataRow("""{"noise_multiplier":"1.1"}""", "type", DisplayName = "no type")]
    [DataRow("""{"noise_multiplier":"1.1","type":"gausian"}""", "gaussian", DisplayName = "a misspelt type")]
    [DataRow("""{"noise_multiplier":"1.1","type":"gaussian","x":1}""", "unknown key", DisplayName = "a key too many")]
    [DataRow("""{"type":"gaussian"}""", "noise_multiplier", DisplayName = "a key too few")]
    [DataRow("""{"noise_multiplier":"NaN","type":"gaussian"}""", "The noise multiplier is NaN", DisplayName = "NaN")]
    [DataRow("""{"noise_multiplier":"-1","type":"gaussian"}""", "The noise multiplier is -1", DisplayName = "negative noise")]
    [DataRow("""{"noise_multiplier":"one","type":"gaussian"}""", "'one' is not a decimal", DisplayName = "words")]
    [DataRow("""{"noise_multiplier":"1.10","type":"gaussian"}""", "not in canonical form", DisplayName = "another spelling of a number")]
    [DataRow("""{"noise_multiplier":1.1,"type":"gaussian"}""", "not in canonical form", DisplayName = "a bare number")]
    [DataRow("""{"type":"gaussian","noise_multiplier":"1.1"}""", "not in canonical form", DisplayName = "another order")]
    [DataRow("""{"noise_multiplier":"1.1","noise_multiplier":"9","type":"gaussian"}""", "stands twice", DisplayName = "a key twice")]
    [DataRow("""{ "noise_multiplier":"1.1","type":"gaussian"}""", "not in canonical form", DisplayName = "a space")]
    [DataRow(
        """{"noise_multiplier":"1","sampling_rate":"1.5","type":"sampled_gaussian"}""",
        "The sampling rate is 1.5",
        DisplayName = "a rate above 1"
    )]
    [DataRow(
        """{"parts":[{"count":0,"of":{"noise_multiplier":"1","type":"gaussian"}}],"type":"composed"}""",
        "counted 0 times",
        DisplayName = "none of it"
    )]
    [DataRow(
        """{"parts":[{"count":1,"of":{"parts":[],"type":"composed"}}],"type":"composed"}""",
        "'composed' is not one of",
        DisplayName = "a composition in a composition"
    )]
    [DataRow(
        """{"parts":[{"count":1,"of":{"noise_multiplier":"1","type":"gaussian"}},{"count":1,"of":{"noise_multiplier":"1","type":"gaussian"}}],"type":"composed"}""",
        "not in canonical form",
        DisplayName = "equal events apart"
    )]
    [DataRow("[]", "expected keys and values", DisplayName = "a list")]
    [DataRow("", "cannot be read", DisplayName = "nothing")]
    [DataRow("\"\\ud800\"", "cannot be read", DisplayName = "text that is no Unicode")]
    public void Whatever_else_is_refused_with_its_reason(string json, string reason) =>
        Assert.Contains(reason, ((EventResult.Rejected)EventJson.Read(json)).Fault);

    /// <summary>No prefix of an event is an event, and none throws.</summary>
    [TestMethod]
    [DynamicData(nameof(Events))]
    public void A_truncated_event_is_refused(PrivacyEvent released, string json)
    {
        for (var length = 0; length < json.Length; length++)
        {
            Assert.IsInstanceOfType<EventResult.Rejected>(EventJson.Read(json[..length]), released.ToString());
        }
    }

    [TestMethod]
    public void Composing_opens_compositions_and_counts_equal_events_together()
    {
        var step = new SampledGaussianEvent(new NoiseMultiplier(1), new SamplingRate(0.1));
        var other = new GaussianEvent(new NoiseMultiplier(4));

        var composed = PrivacyEvent.Compose(PrivacyEvent.Compose(step, other).Times(3), step.Times(10), other);

        CollectionAssert.AreEqual(new[] { new CountedEvent(step, 13), new CountedEvent(other, 4) }, composed.Parts.ToArray());
    }

    [TestMethod]
    public void A_count_that_overflows_is_refused()
    {
        var step = new GaussianEvent(new NoiseMultiplier(1)).Times(CountedEvent.MostTimes);

        Assert.ThrowsExactly<ArgumentException>(() => step.Times(CountedEvent.MostTimes));
        Assert.ThrowsExactly<ArgumentException>(() => PrivacyEvent.Compose(step, step));
        Assert.ThrowsExactly<ArgumentException>(() => step.Times(0));
    }

    [TestMethod]
    [DataRow(0, 10)]
    [DataRow(11, 10)]
    [DataRow(-1, -1)]
    public void A_batch_larger_than_all_is_refused(int batch, int patients) =>
        Assert.ThrowsExactly<ArgumentException>(() => new FixedBatchGaussianEvent(new NoiseMultiplier(1), patients, batch));

    [TestMethod]
    public void Numbers_out_of_range_make_no_event()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new DiscreteLaplaceEvent(double.NaN, 1));
        Assert.ThrowsExactly<ArgumentException>(() => new DiscreteLaplaceEvent(1, 0));
        Assert.ThrowsExactly<ArgumentException>(() => new DiscreteGaussianEvent(0.1, 1, 1, SamplingRate.All));
        Assert.ThrowsExactly<ArgumentException>(() => new DiscreteGaussianEvent(1, double.NaN, 1, SamplingRate.All));
        Assert.ThrowsExactly<ArgumentException>(() => new SumOfDiscreteGaussiansEvent(0, 1, 1, 1, SamplingRate.All));
        Assert.ThrowsExactly<ArgumentException>(() => new SumOfDiscreteGaussiansEvent(1, 1, 1, 0, SamplingRate.All));
    }
}
