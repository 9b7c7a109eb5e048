using BenchmarkDotNet.Attributes;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;

namespace Federated.Bench.Micro;

/// <summary>SHA-256 of a sum, and of a model with its canonical bytes.</summary>
public class Digests
{
    private byte[] _bytes = [];
    private float[] _parameters = [];

    /// <summary>Parameters of the model.</summary>
    [Params(1_000, 1_000_000)]
    public int D { get; set; }

    [GlobalSetup]
    public void SetUp() => (_bytes, _parameters) = (new byte[8 * D], new float[D]);

    [Benchmark]
    public Digest OfSum() => Digest.Of(_bytes);

    [Benchmark]
    public Digest OfModel() => new ModelState(new RoundNumber(1), [.. _parameters], []).Hash;
}

/// <summary>The canonical bytes of a study's plan.</summary>
public class Plans
{
    private readonly StudyPlan _plan = DefaultStudy.Of(
        "bench",
        "Measures the codec.",
        [.. Enumerable.Range(1, 4).Select(i => new PlanSite(SiteName.Parse($"site-{i}"), 1))],
        new HoldoutPlan("a key of the split", 0.33),
        "logistic",
        "fedavg",
        DefaultStudy.Rounds,
        1
    );
    private byte[] _bytes = [];

    [GlobalSetup]
    public void SetUp() => _bytes = PlanCodec.Encode(_plan);

    [Benchmark]
    public byte[] Encode() => PlanCodec.Encode(_plan);

    [Benchmark]
    public object Decode() => PlanCodec.Decode(_bytes);
}

/// <summary>The stated generator: shuffles and initial parameters.</summary>
public class KeyedRandoms
{
    private readonly KeyedRandom _random = new("bench/keyed-random");
    private readonly long[] _order = new long[1000];

    [Benchmark]
    public double NextDouble() => _random.NextDouble();

    [Benchmark]
    public void ShuffleOf1000() => _random.Shuffle(_order.AsSpan());
}
