using System.CommandLine;

namespace Federated.Cli.Audit;

/// <summary><c>fed audit</c>: what an auditor does with a consortium's log, offline.</summary>
internal static class AuditCommand
{
    internal static Command Create() =>
        new("audit", "Verify and read a consortium's audit log, offline.")
        {
            VerifyCommand.Create(),
            ShowCommand.Create(),
            ProveCommand.Create(),
            ReportCommand.Create(),
        };
}
