using System.CommandLine;
using Federated.Cli.Data;
using Federated.Cli.Demo;
using Federated.Hosting;

var root = new RootCommand("Federated: train one model across hospitals without pooling their patients.")
{
    DemoCommand.Create(),
    DataCommand.Create(),
};
var parsed = root.Parse(args);

// Our own frame turns faults into messages; the library's would print stack traces.
return await Entry.RunAsync(() => parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }));
