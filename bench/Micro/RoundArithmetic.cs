using BenchmarkDotNet.Attributes;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Steps;

namespace Federated.Bench.Micro;

/// <summary>Inputs of a round of <see cref="D"/> parameters, and the check that both ways of computing it agree.</summary>
public abstract class RoundArithmetic
{
    private protected static readonly ReleaseGrid Grid = ReleaseGrid.Finest(8, 4);
    private protected static readonly ServerOptimizer.Sgd Optimizer = new(1, 0.5);
    private protected const double Share = 0.75;

    private protected double[] Values { get; private set; } = [];
    private protected int[] Encoded { get; private set; } = [];
    private protected byte[] Bytes { get; private set; } = [];
    private protected long[] Sum { get; private set; } = [];
    private protected double[] Decoded { get; private set; } = [];
    private protected ModelState State { get; private set; } = null!; // set before every benchmark

    /// <summary>Parameters of the model.</summary>
    [Params(1_000, 100_000, 1_000_000)]
    public int D { get; set; }

    /// <summary>Makes the inputs, some of them beyond the clamp and some half-way between two grid points.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        var random = new KeyedRandom($"bench/round/{D}");
        Values =
        [
            .. Enumerable
                .Range(0, D)
                .Select(i => i % 7 == 0 ? (random.NextInt32(1000) + 0.5) / Grid.Scale : 18 * (random.NextDouble() - 0.5)),
        ];
        Encoded = new int[D];
        Decoded = new double[D];
        Grid.Encode(Values, Encoded);
        Bytes = Lanes.ToBytes(Encoded);
        Sum = new long[D];
        Lanes.Add(Sum, Bytes);
        State = new ModelState(
            new RoundNumber(1),
            [.. Enumerable.Range(0, D).Select(_ => (float)(random.NextDouble() - 0.5))],
            [
                [.. Enumerable.Range(0, D).Select(_ => random.NextDouble() - 0.5)],
            ]
        );
        RefuseDifferences();
    }

    private void RefuseDifferences()
    {
        var lanes = new int[D];
        var sum = new long[D];
        var decoded = new double[D];
        Obvious.Add(sum, Bytes);
        Obvious.Decode(Grid, sum, decoded);
        Grid.Decode(Sum, Decoded);
        var same =
            Obvious.Encode(Grid, Values, lanes) == Grid.Encode(Values, Encoded)
            && lanes.AsSpan().SequenceEqual(Encoded)
            && sum.AsSpan().SequenceEqual(Sum)
            && decoded.AsSpan().SequenceEqual(Decoded)
            && Obvious.Next(State, Sum, Share, Grid, Optimizer).Hash == ServerStep.Next(State, Sum, Share, Grid, Optimizer)?.Hash;
        if (!same)
        {
            throw new InvalidOperationException($"At {D} parameters the product's arithmetic is not the obvious one, bit for bit.");
        }
    }
}

/// <summary>A site's update to integers.</summary>
public class GridEncode : RoundArithmetic
{
    [Benchmark(Baseline = true)]
    public int Obviously() => Obvious.Encode(Grid, Values, Encoded);

    [Benchmark]
    public int Product() => Grid.Encode(Values, Encoded);
}

/// <summary>A sum to an update.</summary>
public class GridDecode : RoundArithmetic
{
    [Benchmark(Baseline = true)]
    public void Obviously() => Obvious.Decode(Grid, Sum, Decoded);

    [Benchmark]
    public void Product() => Grid.Decode(Sum, Decoded);
}

/// <summary>A site's vector into the sum.</summary>
public class LanesAdd : RoundArithmetic
{
    [Benchmark(Baseline = true)]
    public void Obviously() => Obvious.Add(Sum, Bytes);

    [Benchmark]
    public void Product() => Lanes.Add(Sum, Bytes);
}

/// <summary>The next model.</summary>
public class ServerStepNext : RoundArithmetic
{
    [Benchmark(Baseline = true)]
    public object Obviously() => Obvious.Next(State, Sum, Share, Grid, Optimizer);

    [Benchmark]
    public object? Product() => ServerStep.Next(State, Sum, Share, Grid, Optimizer);
}
