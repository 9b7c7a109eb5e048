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

    /// <summary>A rehearsal has so many times the canaries of the attack: or else luck would choose.</summary>
    private const int Larger = 8;

    /// <summary>What part of the most that could be shown is given up for more guesses.</summary>
    private const double Nearly = 0.9;

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

    /// <summary>
    /// Of the numbers of guesses that would show nearly the most, the largest: as many on either side, or only such as were in, which is what sampling leaves to be seen. Many
    /// guesses show more of a release that has less noise than it claims.
    /// </summary>
    /// <param name="canaries">m of the attack, at least 2.</param>
    /// <param name="delta">δ of the guarantee.</param>
    /// <param name="confidence">Of the bound.</param>
    /// <param name="random">Where randomness comes from.</param>
    public GuessCounts BestGuesses(int canaries, Delta delta, double confidence, RandomSource random)
    {
        var rehearsed = Play(checked(canaries * Larger), random);
        var shown = Ladder(canaries / 2)
            .SelectMany(count => new[] { new GuessCounts(count, count), new GuessCounts(count, 0) })
            .Select(counts => (Counts: counts, Bound: Expected(rehearsed, canaries, counts).LowerBound(delta, confidence)))
            .ToList();
        var enough = shown.Max(guess => guess.Bound.Value) * Nearly;
        return shown.Where(guess => guess.Bound.Value >= enough).MaxBy(guess => guess.Counts.In + guess.Counts.Out).Counts;
    }

    /// <summary>The threshold that would show the most over repeated runs.</summary>
    /// <param name="runs">Of the attack, at least 2, half of them with the canary.</param>
    /// <param name="delta">δ of the guarantee.</param>
    /// <param name="confidence">Of the bound.</param>
    /// <param name="random">Where randomness comes from.</param>
    public double BestThreshold(int runs, Delta delta, double confidence, RandomSource random)
    {
        var rehearsed = Play(checked(runs * Larger), random);
        return Ladder(rehearsed.Canaries / 2)
            .SelectMany(count => new[] { count, rehearsed.Canaries - count })
            .Select(rehearsed.ScoreAt)
            .MaxBy(threshold => Expected(rehearsed.Test(threshold), runs / 2).LowerBound(delta, confidence).Value);
    }

    private static OneRunAudit Expected(CanaryTrial rehearsed, int canaries, GuessCounts counts)
    {
        var larger = rehearsed.Guess(new GuessCounts(counts.In * Larger, counts.Out * Larger));
        return new OneRunAudit(canaries, counts.In + counts.Out, larger.Correct / Larger);
    }

    private static TwoWorldTest Expected(TwoWorldTest larger, int runs) =>
        new(
            runs,
            (int)Math.Ceiling((double)larger.FalseAlarms * runs / larger.Without),
            runs,
            (int)Math.Floor((double)larger.Detections * runs / larger.With)
        );

    private static IEnumerable<int> Ladder(int most)
    {
        for (var count = Math.Min(FewestGuesses, most); count < most; count = (int)Math.Ceiling(count * Ratio))
        {
            yield return count;
        }

        yield return most;
    }
}
