using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Federated.Cli.Audit;
using Federated.Cli.Data;
using Federated.Cli.Demo;
using Federated.Cli.Models;
using Federated.Cli.Pki;
using Federated.Cli.Privacy;
using Federated.Cli.Studies;
using Federated.Hosting;

var root = new RootCommand("Federated: train one model across hospitals without pooling their patients.")
{
    DemoCommand.Create(),
    DataCommand.Create(),
    PkiCommand.Create(),
    StudyCommand.Create(),
    ModelCommand.Create(),
    PrivacyCommand.Create(),
    AuditCommand.Create(),
};
var parsed = root.Parse(args);

// After Ctrl-C: the daemons' time and some for our own files; the library's default would leave daemons and keys behind.
var timeToStop = ProcessGroup.Patience + TimeSpan.FromSeconds(10);

// Our own frame turns faults into messages; the library's would print stack traces.
return await Entry.RunAsync(() =>
    parsed.Action is ParseErrorAction
        ? throw new OperatorException(
            string.Join('\n', parsed.Errors.Select(error => error.Message.Trim())),
            $"{Words(parsed.CommandResult)} --help lists what there is"
        )
        : parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = timeToStop })
);

static string Words(CommandResult command) =>
    command.Parent is CommandResult parent ? $"{Words(parent)} {command.Command.Name}" : command.Command.Name;
