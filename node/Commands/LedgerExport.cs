using System.CommandLine;
using System.Text;
using System.Text.Json;
using Federated.Hosting;
using Federated.Node.Ledger;

namespace Federated.Node.Commands;

/// <summary><c>fed-node ledger export</c>: a copy of the ledger, for a backup or for an auditor. Reads only; the daemon may run.</summary>
internal static class LedgerExport
{
    internal static Command Create()
    {
        var to = new Option<string?>("--to")
        {
            Description = "File for the copy, mode 0600; without it the lines are printed.",
            HelpName = "FILE",
        };
        var config = CommandOptions.Config();
        var json = CommandOptions.Json();
        var command = new Command(
            "export",
            "Copy the ledger's lines, byte for byte, after verifying them: for a backup, or for an auditor."
        )
        {
            to,
            config,
            json,
        };
        command.SetAction(parsed =>
        {
            var setup = CommandOptions.Setup(parsed, config);
            var name = LedgerCommand.Named(setup, null);
            var path = DataSetLedger.PathOf(setup.State, name);
            var (read, bytes) = LedgerFolder.Copy(path, name);
            var target = parsed.GetValue(to);
            if (target is null && parsed.GetValue(json))
            {
                throw new OperatorException("--json describes a copy, and there is none.", "name a file with --to FILE");
            }

            if (target is null)
            {
                Console.Out.Write(Encoding.UTF8.GetString(bytes));
                return 0;
            }

            PrivateFiles.WriteSecret(target, Encoding.UTF8.GetString(bytes));
            var head = read.Ledger.Head;
            Console.WriteLine(
                parsed.GetValue(json)
                    ? JsonSerializer.Serialize(
                        new
                        {
                            DataSet = name.Value,
                            File = target,
                            Lines = head.Number,
                            Head = head.Hash.ToString(),
                        },
                        JsonText.Options
                    )
                    : $"{head.Number} lines of {name} are in {target}; the last has the hash {head.Hash}"
            );
            return 0;
        });
        return command;
    }
}
