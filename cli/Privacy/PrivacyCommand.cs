using System.CommandLine;
using Federated.Cli.Privacy.Attack;
using Federated.Cli.Privacy.Explanation;
using Federated.Cli.Privacy.Planning;

namespace Federated.Cli.Privacy;

/// <summary><c>fed privacy …</c>: what releases cost, before anything is released; what that means; whether it is true. Calls nobody.</summary>
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
            PlanCommand.Create(),
            ExplainCommand.Create(),
            AttackCommand.Create(),
        };
}
