using System.CommandLine;
using System.Text.Json;
using Federated.Hosting;
using Federated.Privacy;
using Federated.Privacy.Calibration;
using Federated.Privacy.Events;

namespace Federated.Cli.Privacy;

/// <summary><c>fed privacy noise</c>.</summary>
internal static class NoiseCommand
{
    internal static Command Create()
    {
        var (epsilon, delta) = (PrivacyOptions.Epsilon(), PrivacyOptions.Delta());
        var (rate, steps) = (PrivacyOptions.Rate(), PrivacyOptions.Steps());
        var (then, neighbours, json) = (PrivacyOptions.Then(), PrivacyOptions.Neighbours(), PrivacyOptions.Json());
        var command = new Command(
            "noise",
            "The smallest noise multiplier with which steps, and all other releases beside them, stay within epsilon."
        )
        {
            epsilon,
            delta,
            rate,
            steps,
            then,
            neighbours,
            json,
        };
        command.SetAction(parsed =>
        {
            var (sampling, count) = (parsed.GetRequiredValue(rate), parsed.GetRequiredValue(steps));
            PrivacyEvent[] others = parsed.GetValue(then) ?? [];
            var target = new PrivacyTarget(
                parsed.GetRequiredValue(epsilon),
                parsed.GetRequiredValue(delta),
                PrivacyOptions.RelationOf(parsed.GetValue(neighbours))
            );
            var result = NoiseCalibration.SmallestNoise(
                noise => PrivacyEvent.Compose([new SampledGaussianEvent(noise, sampling).Times(count), .. others]),
                target
            );
            Print(result, target, parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    private static void Print(CalibrationResult<NoiseMultiplier> result, PrivacyTarget target, bool json)
    {
        switch (result)
        {
            case CalibrationResult<NoiseMultiplier>.Found found when json:
                Console.WriteLine(JsonSerializer.Serialize(new { noise_multiplier = found.Value.Value }));
                break;
            case CalibrationResult<NoiseMultiplier>.Found found:
                Console.WriteLine(
                    FormattableString.Invariant(
                        $"noise multiplier {found.Value.Value:g6} (epsilon {found.Bound.Epsilon.Value:g6} at delta {target.Delta})"
                    )
                );
                break;
            case CalibrationResult<NoiseMultiplier>.Impossible impossible:
                throw new OperatorException(impossible.Reason);
            default:
                throw new InvalidOperationException("A calibration finds something or says why not.");
        }
    }
}
