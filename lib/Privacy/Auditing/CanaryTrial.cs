namespace Federated.Privacy.Auditing;

/// <summary>How many canaries an attacker takes a stand on: of the likeliest it says that they were in, of the unlikeliest that they were not, of the others nothing.</summary>
/// <param name="In">Taken to be in, at least 0.</param>
/// <param name="Out">Taken to be out, at least 0.</param>
public readonly record struct GuessCounts(int In, int Out);

/// <summary>Canaries that were in or out, and what an attacker made of each. Immutable; thread-safe.</summary>
public sealed class CanaryTrial
{
    private readonly double[] _scores; // ascending
    private readonly bool[] _isIn; // in the order of _scores

    /// <param name="scores">Shape [m]; the higher, the likelier in: <see cref="CanaryScore.LogRatio"/>. Copied.</param>
    /// <param name="isIn">Shape [m]; what is true, and the attacker did not know. Copied.</param>
    /// <exception cref="ArgumentException">The shapes differ, there is no canary, or a score is no number.</exception>
    public CanaryTrial(ReadOnlySpan<double> scores, ReadOnlySpan<bool> isIn)
    {
        if (scores.Length != isIn.Length || scores.IsEmpty)
        {
            throw new ArgumentException($"{scores.Length} scores of {isIn.Length} canaries are no trial.", nameof(scores));
        }

        if (scores.ContainsAnyExceptInRange(double.MinValue, double.MaxValue))
        {
            throw new ArgumentException("A score is no finite number.", nameof(scores));
        }

        (_scores, _isIn) = (scores.ToArray(), isIn.ToArray());
        Array.Sort(_scores, _isIn);
    }

    /// <summary>m.</summary>
    public int Canaries => _scores.Length;

    /// <summary>Guesses so many canaries, and counts what was right.</summary>
    /// <exception cref="ArgumentException">More guesses than canaries.</exception>
    public OneRunAudit Guess(GuessCounts counts)
    {
        if (counts.In < 0 || counts.Out < 0 || counts.In > Canaries - counts.Out)
        {
            throw new ArgumentException($"{counts.In} and {counts.Out} guesses cannot be made of {Canaries} canaries.", nameof(counts));
        }

        var correct = _isIn.AsSpan(0, counts.Out).Count(false) + _isIn.AsSpan(Canaries - counts.In).Count(true);
        return new OneRunAudit(Canaries, counts.In + counts.Out, correct);
    }

    /// <summary>Says "in" of every canary whose score is above a threshold. Each canary must come from a release of its own.</summary>
    /// <exception cref="ArgumentException">All canaries were in, or none.</exception>
    public TwoWorldTest Test(double threshold)
    {
        var (falseAlarms, detections, with) = (0, 0, 0);
        for (var i = 0; i < _scores.Length; i++)
        {
            var isAbove = _scores[i] > threshold;
            with += _isIn[i] ? 1 : 0;
            detections += _isIn[i] && isAbove ? 1 : 0;
            falseAlarms += !_isIn[i] && isAbove ? 1 : 0;
        }

        return new TwoWorldTest(Canaries - with, falseAlarms, with, detections);
    }

    /// <summary>The score that so many canaries have at most: a threshold above which the rest lies.</summary>
    /// <param name="rank">1 to <see cref="Canaries"/>.</param>
    internal double ScoreAt(int rank) => _scores[rank - 1];
}
