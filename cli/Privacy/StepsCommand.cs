using System.CommandLine;
using System.Text.Json;
using Federated.Hosting;
using Federated.Privacy.Calibration;
using Federated.Privacy.Events;

namespace Federated.Cli.Privacy;

/// <summary><c>fed privacy steps</c>.</summary>
internal static class StepsCommand
{
    internal static Command Create()
    {
        var (epsilon, delta) = (PrivacyOptions.Epsilon(), PrivacyOptions.Delta());
        var (noise, rate) = (PrivacyOptions.Noise(), PrivacyOptions.Rate());
        var (then, neighbours, json) = (PrivacyOptions.Then(), PrivacyOptions.Neighbours(), PrivacyOptions.Json());
        var command = new Command("steps", "The most steps that stay within epsilon, with all other releases beside them.")
        {
            epsilon,
            delta,
            noise,
            rate,
            then,
            neighbours,
            json,
        };
        command.SetAction(parsed =>
        {
            var step = new SampledGaussianEvent(parsed.GetRequiredValue(noise), parsed.GetRequiredValue(rate));
            PrivacyEvent[] others = parsed.GetValue(then) ?? [];
            var target = new PrivacyTarget(
                parsed.GetRequiredValue(epsilon),
                parsed.GetRequiredValue(delta),
                PrivacyOptions.RelationOf(parsed.GetValue(neighbours))
            );
            var result = NoiseCalibration.MostSteps(count => PrivacyEvent.Compose([step.Times(count), .. others]), target);
            Print(result, target, parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    private static void Print(CalibrationResult<long> result, PrivacyTarget target, bool json)
    {
        switch (result)
        {
            case CalibrationResult<long>.Found found when json:
                Console.WriteLine(JsonSerializer.Serialize(new { steps = found.Value }));
                break;
            case CalibrationResult<long>.Found found:
                Console.WriteLine(
                    FormattableString.Invariant($"{found.Value} steps (epsilon {found.Bound.Epsilon.Value:g6} at delta {target.Delta})")
                );
                break;
            case CalibrationResult<long>.Impossible impossible:
                throw new OperatorException(impossible.Reason);
            default:
                throw new InvalidOperationException("A calibration finds something or says why not.");
        }
    }
}
