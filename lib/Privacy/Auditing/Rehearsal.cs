using Federated.Federation;
using Federated.Privacy.Sampling;

namespace Federated.Privacy.Auditing;

/// <summary>
/// What an attacker tries out at home, before any release is seen: canaries with noise of its own. It learns how many to guess, or from where on to say "in"; chosen from the
/// attacked release itself, such a number would make every bound wrong. Pure; thread-safe.
/// </summary>
/// <param name="Noise">σ on what the coordinator and its colluders see, in units of a canary; above 0.</param>
/// <param name="Rate">With what probability a canary is in a step's batch.</param>
/// <param name="Steps">Steps, at least 1.</param>
public sealed record Rehearsal(double Noise, SamplingRate Rate, int Steps)
{
    /// <summary>σ of the noise that is drawn, in its own grid: so fine that the grid does not show.</summary>
    private const int FineSigma = 1 << 20;

    /// <summary>Each number of guesses that is tried is this much larger than the one before.</summary>
    private const double Ratio = 1.2;

    private const int FewestGuesses = 8;

    /// <summary>Plays the attack on canaries that are in or out by fair coins.</summary>
    public CanaryTrial Play(int canaries, RandomSource random)
    {
        using var fair = new BiasedCoin(new SamplingRate(0.5), random);
        using var batch = new BiasedCoin(Rate, random);
        using var noise = new DiscreteGaussianSampler(FineSigma, random);
        var (scores, isIn) = (new double[canaries], new bool[canaries]);
        for (var i = 0; i < canaries; i++)
        {
            isIn[i] = fair.Toss();
            for (var step = 0; step < Steps; step++)
            {
                var signal = isIn[i] && batch.Toss() ? 1 : 0;
                scores[i] += CanaryScore.LogRatio(signal + (Noise * noise.Next() / FineSigma), Noise, Rate);
            }
        }

        return new CanaryTrial(scores, isIn);
    }

    /// <summary>The numbers of guesses that would have shown the most: as many on either side, or only such as were in, which is what sampling leaves to be seen.</summary>
    public static GuessCounts BestGuesses(CanaryTrial rehearsed, Delta delta, double confidence)
    {
        ArgumentNullException.ThrowIfNull(rehearsed);
        return Ladder(rehearsed.Canaries / 2)
            .SelectMany(count => new[] { new GuessCounts(count, count), new GuessCounts(count, 0) })
            .MaxBy(counts => rehearsed.Guess(counts).LowerBound(delta, confidence).Value);
    }

    /// <summary>The threshold that would have shown the most.</summary>
    public static double BestThreshold(CanaryTrial rehearsed, Delta delta, double confidence)
    {
        ArgumentNullException.ThrowIfNull(rehearsed);
        return Ladder(rehearsed.Canaries / 2)
            .SelectMany(count => new[] { count, rehearsed.Canaries - count })
            .Select(rehearsed.ScoreAt)
            .MaxBy(threshold => rehearsed.Test(threshold).LowerBound(delta, confidence).Value);
    }

    private static IEnumerable<int> Ladder(int most)
    {
        for (var count = Math.Min(FewestGuesses, most); count < most; count = (int)Math.Ceiling(count * Ratio))
        {
            yield return count;
        }

        yield return most;
    }
}
