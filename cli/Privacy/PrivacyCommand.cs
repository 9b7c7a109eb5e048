using System.CommandLine;
using Federated.Cli.Privacy.Attack;
using Federated.Cli.Privacy.Explanation;

namespace Federated.Cli.Privacy;

/// <summary><c>fed privacy …</c>: what releases cost, before anything is released; what that means; whether it is true. Reads no file, calls nobody.</summary>
internal static class PrivacyCommand
{
    internal static Command Create() =>
        new(
            "privacy",
            "Reckon with differential privacy: what a study costs, how much noise it needs, how long it may run, what that means for a patient."
        )
        {
            EpsilonCommand.Create(),
            NoiseCommand.Create(),
            StepsCommand.Create(),
            ExplainCommand.Create(),
            AttackCommand.Create(),
        };
}
