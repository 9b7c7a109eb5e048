using System.CommandLine;
using System.Text.Json;
using Federated.Federation;
using Federated.Hosting;
using Federated.Node.Hosting;
using Federated.Node.Ledger;

namespace Federated.Node.Commands;

/// <summary>
/// <c>fed-node ledger recover</c>: after a lost disk, a restore, or a lost anchor. Nothing that may have been spent is ever given back: what the ledger cannot
/// show is counted at all that the studies' plans allowed.
/// </summary>
internal static class LedgerRecover
{
    internal static Command Create()
    {
        var name = LedgerCommand.Name();
        var from = new Option<string?>("--from")
        {
            Description = "Put this newer copy of the ledger in place. It has to reach the anchor, and to go on from what is there.",
            HelpName = "FILE",
        };
        var complete = new Option<bool>("--complete")
        {
            Description = "Vouch that no charge is missing, where no anchor can say so. Refused if anything says otherwise.",
        };
        var writeOff = new Option<string[]>("--write-off")
        {
            Description =
                "Count a study whose charges may be lost at all that its plan allows; it releases nothing more here. The plan is its whole hash. Once for each.",
            HelpName = "PLAN=EPSILON,DELTA",
            DefaultValueFactory = _ => [],
        };
        var close = new Option<bool>("--close") { Description = "Release nothing of this data set any more: nobody knows what was spent." };
        var epsilon = LedgerCommand.Epsilon(
            "With --write-off, where the whole ledger is lost: the cap of the one that is begun in its place."
        );
        var delta = LedgerCommand.Delta("The same for its delta.");
        var reason = LedgerCommand.Reason();
        var config = CommandOptions.Config();
        var json = CommandOptions.Json();
        var command = new Command(
            "recover",
            "Put a ledger right that is lost, damaged, or behind its anchor or journal. Without a way to do so it says what is wrong. Stop the node first."
        )
        {
            name,
            from,
            complete,
            writeOff,
            close,
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
            var lost = parsed.GetValue(writeOff)!;
            var ways = new[] { parsed.GetValue(from) is not null, parsed.GetValue(complete), lost.Length > 0, parsed.GetValue(close) };
            if (ways.Count(way => way) > 1)
            {
                throw new OperatorException(
                    "More than one way to recover was given.",
                    "give one of --from, --complete, --write-off, --close"
                );
            }

            var journal = CommandOptions.History(setup);
            var recovery = new LedgerRecovery(setup.State, dataSet, setup.Anchor, journal, IsPrivate(setup), TimeProvider.System);
            if (!ways.Any(way => way))
            {
                return Explain(recovery, parsed.GetValue(json));
            }

            var act = LedgerCommand.Act(parsed.GetValue(reason));
            using var folder = setup.State.Take();
            var done =
                parsed.GetValue(from) is { } copy ? recovery.Install(Path.GetFullPath(copy), act)
                : parsed.GetValue(complete) ? recovery.VouchFor(act)
                : parsed.GetValue(close) ? recovery.Close(act)
                : recovery.WriteOff(
                    WriteOffs.Parse(lost),
                    parsed.GetValue(epsilon) is null ? null : LedgerCommand.Budget(parsed.GetValue(epsilon), parsed.GetValue(delta)),
                    act
                );
            Console.WriteLine(
                parsed.GetValue(json)
                    ? JsonSerializer.Serialize(
                        new
                        {
                            DataSet = dataSet.Value,
                            Recovered = true,
                            Done = done,
                        },
                        JsonText.Options
                    )
                    : ForeignText.CleanLines(done)
            );
            return 0;
        });
        return command;
    }

    private static int Explain(LedgerRecovery recovery, bool asJson)
    {
        var (fault, uncharged, unfinished) = recovery.Examine();
        var isWhole = fault is null && uncharged.Count == 0;
        Console.WriteLine(
            asJson
                ? JsonSerializer.Serialize(
                    new
                    {
                        DataSet = recovery.Name.Value,
                        Recovered = false,
                        Fault = fault,
                        Uncharged = uncharged.Select(plan => plan.ToString()),
                        Unfinished = unfinished.Select(plan => plan.ToString()),
                    },
                    JsonText.Options
                )
                : ForeignText.CleanLines(string.Join('\n', Lines(recovery.Name.Value, fault, uncharged, unfinished)))
        );
        return isWhole ? 0 : Entry.FailureExitCode;
    }

    private static IEnumerable<string> Lines(string name, string? fault, IReadOnlyList<Digest> uncharged, IReadOnlyList<Digest> unfinished)
    {
        if (fault is null && uncharged.Count == 0)
        {
            yield return $"The ledger of {name} is whole, as far as this node can tell: there is nothing to recover.";
            yield break;
        }

        if (fault is not null)
        {
            yield return fault;
        }

        foreach (var plan in uncharged)
        {
            yield return $"The journal knows a release of plan {plan} that the ledger does not have.";
        }

        foreach (var plan in fault is null ? [] : unfinished)
        {
            yield return $"Plan {plan} had not ended: lost lines may be its charges.";
        }

        yield return "";
        yield return $"Stop the node, keep a copy of the state folder, then take the first of these that you can; each with --reason TEXT --config FILE.";
        yield return $"1. You have a newer copy of the ledger:  fed-node ledger recover {name} --from FILE";
        yield return $"2. Only the anchor is new or lost, and nothing was restored:  fed-node ledger recover {name} --complete";
        yield return $"3. Charges are lost. Name every study that ran here since your copy (ask the coordinator's operator), and what its plan allows:";
        yield return $"     fed-node ledger recover {name} --write-off PLAN=EPSILON,DELTA [--write-off ...]";
        yield return "   If the whole ledger is lost, add --epsilon E --delta D: the cap, which has to have room for what is written off.";
        yield return $"4. Nobody knows what ran here:  fed-node ledger recover {name} --close";
        yield return "   Nothing is released of these patients any more. To go on, a person registers other patients under another name.";
    }

    /// <summary>Whether a plan's releases have to be charged: those of a plan that is not here, or cannot be read, count as if.</summary>
    private static Func<Digest, bool> IsPrivate(NodeSetup setup)
    {
        var store = CommandOptions.Store(setup);
        return plan => store.Load(plan).Plan is not { Plan.Privacy: null };
    }
}
