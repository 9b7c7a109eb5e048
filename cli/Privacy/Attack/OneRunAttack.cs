using System.Security.Cryptography;
using Federated.Privacy;
using Federated.Privacy.Auditing;

namespace Federated.Cli.Privacy.Attack;

/// <summary>Many canaries in one run of a study: what the attacker's guesses prove.</summary>
/// <param name="Claimed">ε of the accountant.</param>
/// <param name="Guesses">How many were taken to be in, and out; fixed before the run.</param>
/// <param name="Audit">How many guesses were right.</param>
/// <param name="LowerBound">ε that the run surely exceeds.</param>
/// <param name="MostToShow">ε that it would have shown, had all guesses been right.</param>
internal sealed record OneRunAttack(Epsilon Claimed, GuessCounts Guesses, OneRunAudit Audit, Epsilon LowerBound, Epsilon MostToShow)
{
    /// <summary>Makes the run and the guesses.</summary>
    internal static OneRunAttack Run(AttackSettings settings, SiteRelease release, CancellationToken cancellationToken)
    {
        var (canaries, delta, confidence) = (settings.Canaries, settings.Delta, settings.Confidence);
        using var study = new AttackedStudy(settings, canaries, release);
        var guesses = settings.Guesses is { } chosen
            ? new GuessCounts(chosen.In, chosen.Out)
            : new Rehearsal(study.Noise, settings.Rate, settings.Steps).BestGuesses(
                canaries,
                delta,
                confidence,
                RandomNumberGenerator.Fill
            );
        using var coin = new BiasedCoin(new SamplingRate(0.5), RandomNumberGenerator.Fill);
        var isIn = Enumerable.Range(0, canaries).Select(_ => coin.Toss()).ToArray();

        var scores = Scores(study, settings, isIn, cancellationToken);

        var audit = new CanaryTrial(scores, isIn).Guess(guesses);
        var allRight = new OneRunAudit(canaries, audit.Guesses, audit.Guesses);
        return new OneRunAttack(study.Claimed, guesses, audit, audit.LowerBound(delta, confidence), allRight.LowerBound(delta, confidence));
    }

    /// <summary>What the attacker makes of each canary once all steps are released.</summary>
    internal static double[] Scores(AttackedStudy study, AttackSettings settings, bool[] isIn, CancellationToken cancellationToken)
    {
        var scores = new double[isIn.Length];
        for (var step = 0; step < settings.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var seen = study.Release(isIn);
            for (var i = 0; i < scores.Length; i++)
            {
                scores[i] += CanaryScore.LogRatio(seen[i], study.Noise, settings.Rate);
            }
        }

        return scores;
    }
}
