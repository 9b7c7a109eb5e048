using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Federated.Federation;
using Federated.Hosting;
using Federated.Node.Hosting;
using Federated.Node.Ledger;
using Federated.Privacy.Ledger;

namespace Federated.Node.Commands;

/// <summary><c>fed-node ledger show</c>: what was spent, by study and in all, and what remains. Reads only; the daemon may run.</summary>
internal static class LedgerShow
{
    internal static Command Create()
    {
        var config = CommandOptions.Config();
        var json = CommandOptions.Json();
        var command = new Command(
            "show",
            "Say what each study and all together have cost a patient, by both accountants, and what remains. Exit code 1 if the ledger cannot be relied on."
        )
        {
            config,
            json,
        };
        command.SetAction(parsed =>
        {
            var setup = CommandOptions.Setup(parsed, config);
            var name = LedgerCommand.Named(setup, null);
            var path = DataSetLedger.PathOf(setup.State, name);
            var read = DataSetLedger.Examine(path, name, setup.Anchor, out var fault);
            var history = read.Ledger.History;
            var report = LossReport.Of(history);
            if (report is null && fault is null)
            {
                throw new OperatorException(
                    $"Data set '{name}' is not registered: nobody has said what its patients may lose.",
                    $"fed-node ledger register {name} --epsilon E --delta D --reason TEXT --config FILE"
                );
            }

            Console.WriteLine(
                parsed.GetValue(json)
                    ? Json(name, path, setup, read, report, fault)
                    : ForeignText.CleanLines(string.Join('\n', Lines(name, path, setup, read, report, fault)))
            );
            return fault is null ? 0 : Entry.FailureExitCode;
        });
        return command;
    }

    private static IEnumerable<string> Lines(
        DataSetName name,
        string path,
        NodeSetup setup,
        LedgerFile read,
        LossReport? report,
        string? fault
    )
    {
        var history = read.Ledger.History;
        yield return $"data set     {name}{(history.IsClosed ? ", CLOSED: nothing is released of it any more" : "")}";
        yield return $"ledger       {path}, {read.Hashes.Count} lines{(fault is null ? ", all verified" : "")}";
        yield return $"anchor       {setup.Anchor?.File ?? "none is configured: an older copy of the ledger would not show"}";
        if (fault is not null)
        {
            yield return $"FAULT        {fault}";
        }

        if (report is null)
        {
            yield break;
        }

        var registered = history.Registration!;
        yield return $"registered   by {registered.Act.By}: {registered.Act.Reason}";
        foreach (var (time, entry) in history.Acts)
        {
            yield return Act(time, entry);
        }

        yield return "";
        yield return $"{"study", -13}{"releases", 9}  {"epsilon", 9}  {"by RDP", 9}  {"all collude", 11}   at delta {report.Cap.Delta}";
        foreach (var study in report.Studies)
        {
            yield return $"{study.Plan.Abbreviated} {study.Releases, 9}  {Row(study.Loss)}   '{study.Name}'";
        }

        foreach (var lost in report.WrittenOff)
        {
            yield return $"{lost.Plan.Abbreviated}      lost  {Number(lost.Spent.Epsilon.Value), 9}  at delta {lost.Spent.Delta}: written off, counted at all that its plan allows";
        }

        yield return $"{"in all", -13}{history.Charges.Count, 9}  {Row(report.Total)}";
        yield return $"{"cap", -22}  {Number(report.Cap.Epsilon.Value), 9}";
        yield return $"{"remains", -22}  {Number(report.Remaining), 9}";
        yield return "";
        yield return "epsilon: against the coordinator and as many colluding sites as each plan allows. all collude: should every other site do so as well.";
        yield return "Studies' epsilons do not add up: what is composed is what was released.";
    }

    private static string Act(DateTimeOffset time, LedgerEntry entry) =>
        entry switch
        {
            LedgerEntry.Capped e => $"capped       {Timestamps.ToText(time)}  {e.Cap}, by {e.Act.By}: {e.Act.Reason}",
            LedgerEntry.Recovered e =>
                $"recovered    {Timestamps.ToText(time)}  {JsonNamingPolicy.SnakeCaseLower.ConvertName(e.Recovery.ToString())}, by {e.Act.By}: {e.Act.Reason}",
            _ => throw new ArgumentException($"A {entry.GetType().Name} is no act of a person.", nameof(entry)),
        };

    private static string Row(Loss loss) => $"{Number(loss.Pld), 9}  {Number(loss.Rdp), 9}  {Number(loss.Floor), 11}";

    private static string Number(double epsilon) =>
        double.IsFinite(epsilon) ? epsilon.ToString("0.0000", CultureInfo.InvariantCulture) : "no bound";

    private static string Json(DataSetName name, string path, NodeSetup setup, LedgerFile read, LossReport? report, string? fault) =>
        JsonSerializer.Serialize(
            new
            {
                DataSet = name.Value,
                Ledger = path,
                Anchor = setup.Anchor?.File,
                Lines = read.Hashes.Count,
                Head = read.Ledger.Head.Hash.ToString(),
                Fault = fault,
                Closed = read.Ledger.History.IsClosed,
                Delta = report?.Cap.Delta.Value,
                Cap = report?.Cap.Epsilon.Value,
                Remaining = report?.Remaining,
                Releases = read.Ledger.History.Charges.Count,
                Total = report is null ? null : Json(report.Total),
                Studies = report?.Studies.Select(study => new
                {
                    Plan = study.Plan.ToString(),
                    study.Name,
                    study.Releases,
                    Last = Timestamps.ToText(study.Last),
                    Spent = Json(study.Loss),
                }),
                WrittenOff = report?.WrittenOff.Select(lost => new
                {
                    Plan = lost.Plan.ToString(),
                    Epsilon = lost.Spent.Epsilon.Value,
                    Delta = lost.Spent.Delta.Value,
                }),
            },
            JsonText.Options
        );

    /// <summary>null where there is no bound: JSON has no infinity.</summary>
    private static object Json(Loss loss) =>
        new
        {
            Epsilon = Finite(loss.Pld),
            EpsilonRdp = Finite(loss.Rdp),
            EpsilonFloor = Finite(loss.Floor),
        };

    private static double? Finite(double epsilon) => double.IsFinite(epsilon) ? epsilon : null;
}
