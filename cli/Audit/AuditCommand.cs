using System.CommandLine;

namespace Federated.Cli.Audit;

/// <summary><c>fed audit</c>: what an auditor does with a consortium's log.</summary>
internal static class AuditCommand
{
    internal static Command Create() =>
        new("audit", "Fetch, follow, verify and read a consortium's audit log. Only fetch, hold and watch talk to a coordinator.")
        {
            FetchCommand.Create(),
            HoldCommand.Create(),
            WatchCommand.Create(),
            VerifyCommand.Create(),
            ShowCommand.Create(),
            ProveCommand.Create(),
            ReportCommand.Create(),
        };
}
