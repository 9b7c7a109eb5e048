using System.CommandLine;
using Federated.Federation.Aggregation;
using Federated.Hosting;
using Federated.Privacy;

namespace Federated.Cli.Privacy.Attack;

/// <summary><c>fed privacy attack</c>.</summary>
internal static class AttackCommand
{
    private const int UsualCanaries = 20_000;
    private const int UsualRepetitions = 1000;

    internal static Command Create()
    {
        var noise = PrivacyOptions.Noise().OrElse(new NoiseMultiplier(1));
        var (rate, delta) = (PrivacyOptions.Rate().OrElse(SamplingRate.All), PrivacyOptions.Delta().OrElse(new Delta(1e-5)));
        var steps = WholeNumber.Option("--steps", "Releases on the same patients, each with a fresh batch and fresh noise.", 1, 1, 10_000);
        var without = new Option<bool>("--without-noise") { Description = "Attack releases as a plan with 'privacy: none' makes them." };
        var sites = WholeNumber.Option("--sites", "Hospitals of the study.", 4, 2, Thresholds.MaxSites);
        var colluders = new Option<int?>("--colluders")
        {
            Description = "Of these, hospitals that work with the attacker and add no noise; a third of the others if left out.",
        }.Within(1, Thresholds.MaxSites);
        var canaries = WholeNumber.Option(
            "--canaries",
            "Canaries of the audit in one run; 0 to leave it out.",
            UsualCanaries,
            0,
            1_000_000
        );
        var repetitions = WholeNumber.Option(
            "--repetitions",
            "Runs of the audit over repeated runs, half of them with one canary; 0 to leave it out.",
            UsualRepetitions,
            0,
            1_000_000
        );
        var (confidence, json) = (PrivacyOptions.Confidence(), PrivacyOptions.Json());
        var command = new Command(
            "attack",
            "Attack our own releases: can somebody who sees every sum tell whether one patient was in it, better than the accountant says?"
        )
        {
            noise,
            without,
            rate,
            steps,
            delta,
            sites,
            colluders,
            canaries,
            repetitions,
            confidence,
            json,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
            {
                var isWithout = parsed.GetValue(without);
                if (isWithout && parsed.GetResult(noise) is { Implicit: false })
                {
                    throw new OperatorException("--without-noise and --noise-multiplier contradict each other.", "leave one of them out");
                }

                var settings = new AttackSettings
                {
                    Noise = isWithout ? null : parsed.GetValue(noise),
                    Rate = parsed.GetValue(rate),
                    Steps = parsed.GetValue(steps),
                    Delta = parsed.GetValue(delta),
                    Confidence = parsed.GetValue(confidence),
                    Sites = parsed.GetValue(sites),
                    Colluders = parsed.GetValue(colluders) ?? Thresholds.UsualColluders(parsed.GetValue(sites)),
                    Canaries = parsed.GetValue(canaries),
                    Repetitions = parsed.GetValue(repetitions),
                };
                settings.RequireUsable();
                SiteRelease release = isWithout ? SiteReleases.WithoutNoise : SiteReleases.WithNoise;
                var report = AttackReport.Of(settings, release, cancellationToken);
                Console.WriteLine(parsed.GetValue(json) ? report.ToJson() : report.ToText());
                return Task.FromResult(report.Holds ? 0 : 1);
            }
        );
        return command;
    }
}
