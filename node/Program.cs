using Federated.Hosting;
using Federated.Node.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// fed-node run --config FILE [--section:key value ...]
return await Entry.RunAsync(async () =>
{
    if (args is not ["run", .. var rest])
    {
        Console.WriteLine(
            "fed-node run --config FILE [--node:threads 1 ...]\nRuns this hospital's node until SIGTERM. docs/configuration.md lists the keys."
        );
        return args is ["--help"] or ["-h"] ? 0 : OperatorException.ExitCode;
    }

    using var stop = new CancellationTokenSource();
    var (file, overrides) = Arguments.Config(Arguments.WatchInput(rest, stop.Cancel));
    using var host = NodeHost.Build(file, overrides);
    using var stopping = stop.Token.Register(host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication);
    var fault = host.Services.GetRequiredService<FatalFault>();
    await host.RunAsync();
    fault.ThrowIfAny();
    return Environment.ExitCode;
});
