using System.CommandLine;
using System.Text.Json;
using Federated.Hosting;
using Federated.Node.Ledger;

namespace Federated.Node.Commands;

/// <summary><c>fed-node ledger verify</c>: checks any copy of a ledger, anywhere, without a configuration.</summary>
internal static class LedgerVerify
{
    internal static Command Create()
    {
        var file = new Argument<string>("file") { Description = "A ledger, or a copy of one." };
        var anchor = new Option<string?>("--anchor")
        {
            Description = "The ledger's anchor: only with it a copy that is too old shows.",
            HelpName = "FILE",
        };
        var json = CommandOptions.Json();
        var command = new Command(
            "verify",
            "Check every line of a ledger's file, and that each follows the one before. Needs no configuration."
        )
        {
            file,
            anchor,
            json,
        };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(file);
            var read = LedgerFile.Read(path, null);
            var history = read.Ledger.History;
            if (history.Registration is not { } registration)
            {
                throw new OperatorException($"{path} holds no ledger.", "name the file that fed-node ledger export wrote");
            }

            var seen = parsed.GetValue(anchor) is { } named
                ? new LedgerAnchor(Path.GetFullPath(named)).Read(registration.DataSet)
                    ?? throw new OperatorException($"There is no anchor {named}.", "check the path")
                : (Privacy.Ledger.LedgerPosition?)null;
            var behind = seen is { } position ? read.Behind(position) : null;
            var head = read.Ledger.Head;
            Console.WriteLine(
                parsed.GetValue(json)
                    ? JsonSerializer.Serialize(
                        new
                        {
                            DataSet = registration.DataSet.Value,
                            Lines = head.Number,
                            Head = head.Hash.ToString(),
                            Charges = history.Charges.Count,
                            read.TornBytes,
                            Fault = behind,
                        },
                        JsonText.Options
                    )
                    : string.Join('\n', Lines(path, read, registration.DataSet.Value, behind, seen is not null))
            );
            return behind is null ? 0 : Entry.FailureExitCode;
        });
        return command;
    }

    private static IEnumerable<string> Lines(string path, LedgerFile read, string name, string? behind, bool isAnchored)
    {
        var head = read.Ledger.Head;
        yield return $"{path}: data set {name}, {head.Number} lines, each follows the one before; the last has the hash {head.Hash}";
        if (read.TornBytes > 0)
        {
            yield return $"{read.TornBytes} bytes after them are of a line that was being written; nothing had left under it";
        }

        yield return behind is not null ? $"FAULT: {behind}"
        : isAnchored ? "its anchor vouches that no line is missing"
        : "that lines are missing at its end would not show: compare the hash with the anchor (--anchor FILE), or with the newest copy you know of";
    }
}
