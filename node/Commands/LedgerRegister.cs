using System.CommandLine;
using System.Text.Json;
using Federated.Hosting;
using Federated.Node.Ledger;
using Federated.Privacy.Ledger;

namespace Federated.Node.Commands;

/// <summary><c>fed-node ledger register</c>: somebody says what a data set's patients may lose at most.</summary>
internal static class LedgerRegister
{
    internal static Command Create()
    {
        var name = LedgerCommand.Name();
        var epsilon = LedgerCommand.Epsilon("The most that all studies together may cost a patient. No default: it is your promise.");
        var delta = LedgerCommand.Delta("The probability with which that bound may fail, below one in ten times the number of patients.");
        var reason = LedgerCommand.Reason();
        var config = CommandOptions.Config();
        var json = CommandOptions.Json();
        var command = new Command(
            "register",
            "Begin the ledger of a data set, with a cap for all studies together. Once for its patients, not for a file. Stop the node first."
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
            var cap = LedgerCommand.Budget(parsed.GetValue(epsilon), parsed.GetValue(delta));
            var act = LedgerCommand.Act(parsed.GetValue(reason));
            using var open = LedgerCommand.Open(setup, dataSet);
            if (open.Ledger.Fault is { } fault)
            {
                throw new OperatorException(fault, "a ledger that was lost is not registered anew: what was spent stays spent");
            }

            if (open.Ledger.History.Registration is { } before)
            {
                throw new OperatorException(
                    $"Data set '{dataSet}' is registered already, with a cap of {open.Ledger.History.Cap} ({before.Act.By}: {before.Act.Reason}).",
                    $"to change the cap: fed-node ledger cap {dataSet} --epsilon E --delta D --reason TEXT --config FILE"
                );
            }

            var others = LedgerFolder.Others(setup.State, dataSet);
            open.Ledger.Record(new LedgerEntry.Registered(dataSet, cap, act));
            Console.WriteLine(
                parsed.GetValue(json)
                    ? JsonSerializer.Serialize(
                        new
                        {
                            DataSet = dataSet.Value,
                            Epsilon = cap.Epsilon.Value,
                            Delta = cap.Delta.Value,
                            Ledger = open.Ledger.Path,
                            Anchor = setup.Anchor?.File,
                            OtherDataSets = others,
                        },
                        JsonText.Options
                    )
                    : string.Join('\n', Lines(dataSet, cap, open.Ledger.Path, setup.Anchor?.File, others))
            );
            return 0;
        });
        return command;
    }

    private static IEnumerable<string> Lines(DataSetName name, Budget cap, string path, string? anchor, IReadOnlyList<string> others)
    {
        yield return $"registered {name} with a cap of {cap} for all studies together, in {path}";
        if (anchor is null)
        {
            yield return "no anchor is configured: an older copy of the ledger would not show. Set node.ledger.anchor to a file on another volume.";
        }

        if (others.Count > 0)
        {
            yield return $"also registered here: {string.Join(", ", others)}. Each ledger counts for itself: if patients are in two data sets, their losses add up.";
        }
    }
}
