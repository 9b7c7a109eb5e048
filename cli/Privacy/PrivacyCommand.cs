using System.CommandLine;
using Federated.Cli.Privacy.Attack;

namespace Federated.Cli.Privacy;

/// <summary><c>fed privacy …</c>: what releases cost, before anything is released. Reads no file, calls nobody.</summary>
internal static class PrivacyCommand
{
    internal static Command Create() =>
        new("privacy", "Reckon with differential privacy: what a study costs, how much noise it needs, how long it may run.")
        {
            EpsilonCommand.Create(),
            NoiseCommand.Create(),
            StepsCommand.Create(),
            AttackCommand.Create(),
        };
}
