using System.CommandLine;
using System.Globalization;
using Federated.Cli.Audit.Fetching;
using Federated.Cli.Studies;
using Federated.Federation;
using Federated.Federation.Documents;
using Federated.V1;

namespace Federated.Cli.Audit;

/// <summary><c>fed audit hold</c>: asks the coordinator to keep masked inputs, so that sums can be computed again.</summary>
internal static class HoldCommand
{
    private const int MostRounds = 100_000;

    internal static Command Create()
    {
        var plan = StudyOptions.Plan();
        var rounds = WholeNumber.Option(
            "--rounds",
            $"Rounds to come whose inputs are kept, 1 to {MostRounds}; coordinators allow 100 by default.",
            10,
            1,
            MostRounds
        );
        var options = new StudyOptions();
        var json = AuditOptions.Json("Print one JSON object.");
        var command = new Command(
            "hold",
            "Ask the coordinator to keep the masked inputs of a study's next rounds, and those that it has: otherwise each goes when the next round is committed. They stay for as many days as the coordinator's configuration says, 30 by default. Replaces what you asked for before. For auditors; fed audit fetch --inputs takes them."
        )
        {
            plan,
            rounds,
            json,
        };
        options.AddTo(command);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var calls = options.Calls(parsed);
                using var client = new StudyClient(calls); // and the connection with it
                var hash = await PlanReference.ResolveAsync(parsed.GetRequiredValue(plan), client, cancellationToken);
                var kept = await new AuditClient(calls).KeepInputsAsync(hash, (uint)parsed.GetValue(rounds), cancellationToken);
                Console.WriteLine(parsed.GetValue(json) ? Json(hash, kept) : Lines(hash, kept));
                return 0;
            }
        );
        return command;
    }

    private static string Lines(Digest plan, KeptInputsResponse kept) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"study {plan.Abbreviated}: masked inputs are kept up to round {kept.LastRound}; there now: those of {kept.Rounds} rounds\nnext: fed audit fetch FOLDER --inputs"
        );

    private static string Json(Digest plan, KeptInputsResponse kept) =>
        new CanonicalJson().Add("kept", kept.Rounds).Add("last_round", kept.LastRound).Add("plan", plan.ToString()).ToString();
}
