using System.Security.Cryptography;
using Federated.Federation;
using Federated.Privacy;
using Federated.Privacy.Auditing;
using Federated.Privacy.Quantization;

namespace Federated.Cli.Privacy.Attack;

/// <summary>
/// Patients of one honest site, as gradients: ordinary ones in the first coordinates, and canaries, each with a huge gradient in a coordinate of its own, the worst patient that
/// clipping lets through. Not thread-safe.
/// </summary>
/// <remarks>
/// Nobody else has a part in a canary's coordinate: the attacker of differential privacy knows all patients but one, and would subtract them. Canaries in coordinates of their own
/// are those of Nasr et al. 2023, arXiv:2302.07956, and of Steinke et al. 2023.
/// </remarks>
internal sealed class SyntheticCohort : IDisposable
{
    /// <summary>Coordinates in which ordinary patients have their gradients.</summary>
    internal const int ModelCoordinates = 16;

    /// <summary>Norm of a canary's gradient before it is clipped.</summary>
    private const double CanaryNorm = 1000;

    private readonly double[][] _ordinary;
    private readonly BiasedCoin _batch;

    /// <param name="name">Of the site: its ordinary patients are the same in every attack.</param>
    /// <param name="patients">Ordinary ones.</param>
    /// <param name="rate">Of a step's batch.</param>
    internal SyntheticCohort(string name, int patients, SamplingRate rate)
    {
        var random = new KeyedRandom($"attacked patients/{name}");
        _ordinary = [.. Enumerable.Range(0, patients).Select(_ => Gradient(random))];
        _batch = new BiasedCoin(rate, RandomNumberGenerator.Fill);
    }

    /// <summary>A fresh batch's sum of clipped gradients.</summary>
    /// <param name="clippingNorm">C.</param>
    /// <param name="canaries">Indices of the canaries that are patients of this site.</param>
    /// <param name="sum">Receives shape [<see cref="ModelCoordinates"/> + canaries in all], in double precision.</param>
    internal void SumOfBatch(double clippingNorm, IEnumerable<int> canaries, Span<double> sum)
    {
        sum.Clear();
        foreach (var gradient in _ordinary)
        {
            if (_batch.Toss())
            {
                var factor = Clipping.Factor(Math.Sqrt(gradient.Sum(x => x * x)), clippingNorm);
                for (var i = 0; i < gradient.Length; i++)
                {
                    sum[i] += gradient[i] * factor;
                }
            }
        }

        var canary = CanaryNorm * Clipping.Factor(CanaryNorm, clippingNorm);
        foreach (var index in canaries)
        {
            if (_batch.Toss())
            {
                sum[ModelCoordinates + index] += canary;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _batch.Dispose();

    /// <summary>Any direction; norms from far below to above the usual clipping norm.</summary>
    private static double[] Gradient(KeyedRandom random)
    {
        var scale = 2 * random.NextDouble();
        return [.. Enumerable.Range(0, ModelCoordinates).Select(_ => scale * (random.NextDouble() - 0.5))];
    }
}
