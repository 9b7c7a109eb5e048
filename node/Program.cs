using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Federated.Hosting;
using Federated.Node.Commands;

var root = new RootCommand("fed-node: trains beside a hospital's data. Nothing leaves but what an approved plan releases.")
{
    RunCommand.Create(),
    StatusCommand.Create(),
    DoctorCommand.Create(),
    PauseCommand.CreatePause(),
    PauseCommand.CreateResume(),
    PlansCommand.Create(),
    JournalCommand.Create(),
    LedgerCommand.Create(),
    ReleasesCommand.Create(),
};
var parsed = root.Parse(args);

// Our own frame turns faults into messages, and the host of `run` has its own handling of signals.
return await Entry.RunAsync(() =>
    parsed.Action is ParseErrorAction
        ? throw new OperatorException(
            string.Join('\n', parsed.Errors.Select(error => error.Message.Trim())),
            $"{Words(parsed.CommandResult)} --help lists what there is"
        )
        : parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null })
);

static string Words(CommandResult command) =>
    command.Parent is CommandResult parent ? $"{Words(parent)} {command.Command.Name}" : command.Command.Name;
