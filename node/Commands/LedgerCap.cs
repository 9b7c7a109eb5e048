using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Federated.Hosting;
using Federated.Privacy.Ledger;

namespace Federated.Node.Commands;

/// <summary><c>fed-node ledger cap</c>: somebody lowers or raises what all studies together may cost.</summary>
internal static class LedgerCap
{
    internal static Command Create()
    {
        var name = LedgerCommand.Name();
        var epsilon = LedgerCommand.Epsilon("The new cap for all studies together.");
        var delta = LedgerCommand.Delta("The new delta; by default the one that holds now.");
        var reason = LedgerCommand.Reason();
        var config = CommandOptions.Config();
        var json = CommandOptions.Json();
        var command = new Command(
            "cap",
            "Lower or raise the cap of a data set. What was spent stays spent; the change and its reason stay in the ledger. Stop the node first."
        )
        {
            name,
            epsilon,
            delta,
            reason,
            config,
            json,
        };
        command.SetAction(parsed =>
        {
            var setup = CommandOptions.Setup(parsed, config);
            var dataSet = LedgerCommand.Named(setup, parsed.GetRequiredValue(name));
            var act = LedgerCommand.Act(parsed.GetValue(reason));
            using var open = LedgerCommand.Open(setup, dataSet);
            var before =
                open.Ledger.History.Cap
                ?? throw new OperatorException(
                    open.Ledger.Fault ?? $"Data set '{dataSet}' is not registered.",
                    $"fed-node ledger register {dataSet} --epsilon E --delta D --reason TEXT --config FILE"
                );
            var cap = LedgerCommand.Budget(
                parsed.GetValue(epsilon),
                parsed.GetValue(delta) ?? before.Delta.Value.ToString("R", CultureInfo.InvariantCulture)
            );
            open.Ledger.Record(new LedgerEntry.Capped(cap, act));
            Console.WriteLine(
                parsed.GetValue(json)
                    ? JsonSerializer.Serialize(
                        new
                        {
                            DataSet = dataSet.Value,
                            Epsilon = cap.Epsilon.Value,
                            Delta = cap.Delta.Value,
                            EpsilonBefore = before.Epsilon.Value,
                            DeltaBefore = before.Delta.Value,
                        },
                        JsonText.Options
                    )
                    : $"the cap of {dataSet} is {cap}; it was {before}"
            );
            return 0;
        });
        return command;
    }
}
