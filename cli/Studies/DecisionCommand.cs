using System.CommandLine;
using Federated.Federation;
using Federated.V1;

namespace Federated.Cli.Studies;

/// <summary>What <c>fed study cancel</c> and <c>fed study resume</c> have in common: a decision about one study, and what became of it.</summary>
internal static class DecisionCommand
{
    /// <param name="name">The word that is typed.</param>
    /// <param name="description">For the help.</param>
    /// <param name="decide">Tells the coordinator.</param>
    /// <param name="next">What to do next, with the study's short hash.</param>
    internal static Command Create(
        string name,
        string description,
        Func<StudyClient, Digest, CancellationToken, Task<StudyState>> decide,
        Func<string, string> next
    )
    {
        var plan = StudyOptions.Plan();
        var options = new StudyOptions();
        var json = StudyOptions.Json();
        var command = new Command(name, description) { plan, json };
        options.AddTo(command);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                using var client = options.Connect(parsed);
                var hash = await PlanReference.ResolveAsync(parsed.GetRequiredValue(plan), client, cancellationToken);
                var state = await decide(client, hash, cancellationToken);
                Console.WriteLine(
                    parsed.GetValue(json)
                        ? StateText.Json(state).ToJsonString()
                        : $"study '{StateText.NameOf(state)}' is {StateText.Of(state)}\nnext: {next(hash.Abbreviated)}"
                );
                return 0;
            }
        );
        return command;
    }
}
