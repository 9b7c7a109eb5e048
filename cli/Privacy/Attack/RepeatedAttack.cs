using System.Security.Cryptography;
using Federated.Privacy;
using Federated.Privacy.Auditing;

namespace Federated.Cli.Privacy.Attack;

/// <summary>One canary, and many runs of the same study with and without it: how well the two are told apart.</summary>
/// <param name="Claimed">ε of the accountant.</param>
/// <param name="Test">False alarms and detections.</param>
/// <param name="LowerBound">ε that the runs surely exceed.</param>
/// <param name="MostToShow">ε that they would have shown, had the test never been wrong.</param>
internal sealed record RepeatedAttack(Epsilon Claimed, TwoWorldTest Test, Epsilon LowerBound, Epsilon MostToShow)
{
    /// <summary>Makes the runs: the first half without the canary, the second with it. The threshold comes from a rehearsal.</summary>
    internal static RepeatedAttack Run(AttackSettings settings, SiteRelease release, CancellationToken cancellationToken)
    {
        var (runs, delta, confidence) = (settings.Repetitions, settings.Delta, settings.Confidence);
        using var first = new AttackedStudy(settings, canaries: 1, release);
        var rehearsal = new Rehearsal(first.Noise, settings.Rate, settings.Steps);
        var threshold = rehearsal.BestThreshold(runs, delta, confidence, RandomNumberGenerator.Fill);
        var scores = new double[runs];
        var isIn = Enumerable.Range(0, runs).Select(run => run >= runs / 2).ToArray();

        // A study of its own on every thread: a party's state machine belongs to one.
        Parallel.For(
            0,
            runs,
            new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount },
            () => new AttackedStudy(settings, canaries: 1, release),
            (run, _, study) =>
            {
                scores[run] = OneRunAttack.Scores(study, settings, [isIn[run]], cancellationToken)[0];
                return study;
            },
            study => study.Dispose()
        );

        var test = new CanaryTrial(scores, isIn).Test(threshold);
        var neverWrong = new TwoWorldTest(test.Without, 0, test.With, test.With);
        return new RepeatedAttack(first.Claimed, test, test.LowerBound(delta, confidence), neverWrong.LowerBound(delta, confidence));
    }
}
