using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Federated.Federation;
using Federated.Hosting;
using Federated.Node.Hosting;
using Federated.Node.Ledger;
using Federated.Privacy.Ledger;

namespace Federated.Node.Commands;

/// <summary><c>fed-node status</c>: what the daemon last said of itself, and whether it still runs.</summary>
internal static class StatusCommand
{
    internal static Command Create()
    {
        var config = CommandOptions.Config();
        var json = CommandOptions.Json();
        var command = new Command("status", "Say whether the daemon runs and how its studies stand. Exit code 1 if it does not run.")
        {
            config,
            json,
        };
        command.SetAction(parsed =>
        {
            var setup = CommandOptions.Setup(parsed, config);
            var process = FolderLock.Holder(setup.State.Lock);
            var report = StatusReport.Read(setup.State);
            Console.WriteLine(
                parsed.GetValue(json)
                    ? Json(process, report, setup)
                    : ForeignText.CleanLines(string.Join('\n', Lines(process, report).Concat(LedgerLines(setup))))
            );
            return process is null ? Entry.FailureExitCode : 0;
        });
        return command;
    }

    private static string Json(string? process, StatusReport? report, NodeSetup setup)
    {
        var status = report is null ? null : JsonSerializer.SerializeToNode(report, StatusJson.Default.StatusReport);
        var json = new JsonObject { ["running"] = process is not null, ["last"] = status };
        if (setup.DataSet is { } name)
        {
            var read = Ledger(setup, name, out var fault);
            json["ledger"] = new JsonObject
            {
                ["data_set"] = name.Value,
                ["registered"] = read.Ledger.History.Registration is not null,
                ["lines"] = read.Hashes.Count,
                ["fault"] = fault,
            };
        }

        return json.ToJsonString();
    }

    /// <summary>As it stands on disk, read again: what the daemon may not have seen yet shows too.</summary>
    private static LedgerFile Ledger(NodeSetup setup, DataSetName name, out string? fault) =>
        DataSetLedger.Examine(DataSetLedger.PathOf(setup.State, name), name, setup.Anchor, out fault);

    private static IEnumerable<string> LedgerLines(NodeSetup setup)
    {
        if (setup.DataSet is { } name)
        {
            var read = Ledger(setup, name, out var fault);
            var registered = read.Ledger.History.Registration is not null;
            yield return fault is not null ? $"ledger       CANNOT BE RELIED ON, nothing is charged: {fault}"
            : registered
                ? $"ledger       data set {name}, {read.Hashes.Count.ToString(CultureInfo.InvariantCulture)} lines; fed-node ledger show says what was spent"
            : $"ledger       data set {name} is NOT REGISTERED; fed-node ledger register {name} --help";
        }
    }

    private static IEnumerable<string> Lines(string? process, StatusReport? report)
    {
        yield return process is not null
            ? $"daemon       runs, process {process}"
            : "daemon       NOT RUNNING; start it: fed-node run --config FILE";
        if (report is null)
        {
            yield return "             it has not run in this state folder yet";
            yield break;
        }

        if (process is null)
        {
            yield return "             what follows is what it said last:";
        }

        yield return $"site         {report.Site} (release {report.Version}, approval {report.Approval})";
        if (report.PolicyFault is { } broken)
        {
            yield return $"policy       DOES NOT COUNT, nothing is released: {broken.ReplaceLineEndings(" ")}";
        }
        else if (report.Policy is { } policy)
        {
            yield return $"policy       hash {policy[..12]}{(report.NoReleasesNow is { } closed ? $"; NOTHING IS RELEASED NOW: {closed}" : "")}";
        }

        yield return $"coordinator  {report.Coordinator}, {(report.ConnectedSince is { } since ? $"connected since {since}" : "NOT CONNECTED")}";
        if (report.LastError is not null)
        {
            yield return $"last error   {report.LastErrorAt}  {ForeignText.Clean(report.LastError)}";
        }

        yield return $"local work   {(report.Paused ? "PAUSED; fed-node resume ends that" : "goes on")}";
        yield return $"journal      {report.JournalLines.ToString(CultureInfo.InvariantCulture)} lines";
        yield return report.LogAlarm is { } alarm
            ? $"audit log    ALARM, nothing is released: {ForeignText.Clean(alarm, most: 1000)}"
            : $"audit log    vouched for {report.LogEntries.ToString(CultureInfo.InvariantCulture)} entries";
        yield return $"studies      {(report.Studies.Count == 0 ? "none was offered since the daemon started" : "")}".TrimEnd();
        foreach (var study in report.Studies)
        {
            var progress = study.Rounds > 0 ? $"round {study.Round} of {study.Rounds}" : "no plan that counts";
            yield return $"  {study.Plan[..12]}  {progress}  {ForeignText.Clean(study.Standing)}  '{ForeignText.Clean(study.Name)}'";
            if (study.Reason.Length > 0)
            {
                yield return $"                {ForeignText.Clean(study.Reason, most: 1000)}";
            }
        }
    }
}
