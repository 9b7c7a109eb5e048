using System.CommandLine;
using System.Text.Json;
using Federated.Hosting;
using Federated.Privacy;
using Federated.Privacy.Accountants;
using Federated.Privacy.Events;

namespace Federated.Cli.Privacy;

/// <summary><c>fed privacy epsilon</c>.</summary>
internal static class EpsilonCommand
{
    internal static Command Create()
    {
        var (noise, rate, steps, delta) = (PrivacyOptions.Noise(), PrivacyOptions.Rate(), PrivacyOptions.Steps(), PrivacyOptions.Delta());
        var (then, neighbours) = (PrivacyOptions.Then(), PrivacyOptions.Neighbours());
        var (accountant, json) = (PrivacyOptions.Accountant(), PrivacyOptions.Json());
        var command = new Command("epsilon", "What releases cost one patient, at most.")
        {
            noise,
            rate,
            steps,
            delta,
            then,
            neighbours,
            accountant,
            json,
        };
        command.SetAction(parsed =>
        {
            var step = new SampledGaussianEvent(parsed.GetRequiredValue(noise), parsed.GetRequiredValue(rate));
            var released = PrivacyEvent.Compose([step.Times(parsed.GetRequiredValue(steps)), .. parsed.GetValue(then) ?? []]);
            var (probability, word) = (parsed.GetRequiredValue(delta), parsed.GetRequiredValue(accountant));
            var epsilon = Bound(released, probability, PrivacyOptions.RelationOf(parsed.GetValue(neighbours)), word);
            if (!epsilon.IsBounded)
            {
                throw new OperatorException(
                    $"At delta {probability} these releases have no bound.",
                    "raise the noise multiplier, or delta"
                );
            }

            Console.WriteLine(
                parsed.GetValue(json)
                    ? JsonSerializer.Serialize(
                        new
                        {
                            epsilon = epsilon.Value,
                            delta = probability.Value,
                            accountant = word,
                        }
                    )
                    : FormattableString.Invariant($"epsilon {epsilon.Value:g6} at delta {probability}, counted by {word}")
            );
            return 0;
        });
        return command;
    }

    private static Epsilon Bound(PrivacyEvent released, Delta delta, NeighbouringRelation relation, string accountant) =>
        accountant == PrivacyOptions.Rdp
            ? RdpAccountant.Default.Bound(released, delta, relation).Epsilon
            : PldAccountant.Bound(released, delta, relation).Epsilon;
}
