using System.Globalization;
using System.Text;
using System.Text.Json;
using Federated.Privacy;

namespace Federated.Cli.Privacy.Attack;

/// <summary>What an attack showed, beside what the accountant promised.</summary>
/// <param name="Settings">What was attacked.</param>
/// <param name="OneRun">Null if it was left out.</param>
/// <param name="Repeated">Null if it was left out.</param>
internal sealed record AttackReport(AttackSettings Settings, OneRunAttack? OneRun, RepeatedAttack? Repeated)
{
    /// <summary>ε of the accountant for these steps; unbounded without noise. Both audits' grids differ in their number of coordinates, and so by next to nothing here.</summary>
    internal Epsilon Claimed => OneRun?.Claimed ?? Repeated!.Claimed;

    /// <summary>True if a guarantee was claimed, and nothing that was measured exceeds it.</summary>
    internal bool Holds =>
        Claimed.IsBounded
        && (OneRun is null || OneRun.LowerBound <= OneRun.Claimed)
        && (Repeated is null || Repeated.LowerBound <= Repeated.Claimed);

    /// <summary>Attacks in all ways that the settings ask for.</summary>
    internal static AttackReport Of(AttackSettings settings, SiteRelease release, CancellationToken cancellationToken) =>
        new(
            settings,
            settings.Canaries > 0 ? OneRunAttack.Run(settings, release, cancellationToken) : null,
            settings.Repetitions > 0 ? RepeatedAttack.Run(settings, release, cancellationToken) : null
        );

    internal string ToText()
    {
        var text = new StringBuilder();
        void Line(string name, FormattableString words) => text.AppendLine($"{name, -14}{FormattableString.Invariant(words)}");

        Line(
            "attacked",
            $"{Settings.Steps} release(s) at sampling rate {Settings.Rate}, a sum of {Settings.Survivors} of {Settings.Sites} sites, {Settings.Colluders} colluding"
        );
        if (Settings.Noise is { } noise)
        {
            Line("accountant", $"epsilon {Claimed.Value:f3} at delta {Settings.Delta}, noise multiplier {noise}");
        }
        else
        {
            Line("accountant", $"no noise, so no epsilon: nothing is promised");
        }

        if (OneRun is { Audit: var audit } one)
        {
            Line(
                "one run",
                $"epsilon above {one.LowerBound.Value:f3}: {audit.Canaries} canaries, {audit.Guesses} guessed, {audit.Correct} of them right"
            );
        }

        if (Repeated is { Test: var test } many)
        {
            Line(
                "repeated runs",
                $"epsilon above {many.LowerBound.Value:f3}: canary seen in {test.Detections} of {test.With} runs with it, and in {test.FalseAlarms} of {test.Without} without"
            );
        }

        Line("confidence", $"{100 * Settings.Confidence:g6} % for each of these bounds");
        Line("verdict", $"{Verdict()}");
        return text.ToString().TrimEnd();
    }

    internal string ToJson() =>
        JsonSerializer.Serialize(
            new
            {
                noise_multiplier = Settings.Noise?.Value,
                sampling_rate = Settings.Rate.Value,
                steps = Settings.Steps,
                delta = Settings.Delta.Value,
                sites = Settings.Sites,
                survivors = Settings.Survivors,
                colluders = Settings.Colluders,
                confidence = Settings.Confidence,
                epsilon = Number(Claimed),
                one_run = OneRun is { Audit: var audit } one
                    ? new
                    {
                        epsilon_above = one.LowerBound.Value,
                        epsilon_most_to_show = one.MostToShow.Value,
                        canaries = audit.Canaries,
                        guessed_in = one.Guesses.In,
                        guessed_out = one.Guesses.Out,
                        correct = audit.Correct,
                    }
                    : null,
                repeated_runs = Repeated is { Test: var test } many
                    ? new
                    {
                        epsilon_above = many.LowerBound.Value,
                        epsilon_most_to_show = many.MostToShow.Value,
                        without = test.Without,
                        false_alarms = test.FalseAlarms,
                        with = test.With,
                        detections = test.Detections,
                    }
                    : null,
                holds = Holds,
            }
        );

    private static double? Number(Epsilon epsilon) => epsilon.IsBounded ? epsilon.Value : null;

    private string Verdict()
    {
        if (!Claimed.IsBounded)
        {
            return "LOST: without noise, whoever sees the sums sees who was in them";
        }

        if (!Holds)
        {
            return "BROKEN: patients lose more than the accountant says; do not release anything before the reason is found";
        }

        var most = Math.Max(OneRun?.MostToShow.Value ?? 0, Repeated?.MostToShow.Value ?? 0);
        return most > Claimed.Value
            ? "holds: nothing that was measured exceeds the accountant's epsilon"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"holds, but could not have failed: so few canaries show {most:f3} at most; use more canaries or repetitions"
            );
    }
}
