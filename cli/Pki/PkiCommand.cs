using System.CommandLine;

namespace Federated.Cli.Pki;

/// <summary><c>fed pki …</c>: who belongs to the consortium.</summary>
internal static class PkiCommand
{
    internal static Command Create() =>
        new(
            "pki",
            "Certificates and protocol keys of a consortium. The root's folder stays on an offline machine, never on the coordinator."
        )
        {
            InitCommand.Create(),
            IssueCommand.Create(),
            RequestCommand.Create(),
            SignCommand.Create(),
            RevokeCommand.Create(),
            ShowCommand.Create(),
        };
}
