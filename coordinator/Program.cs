using Federated.Coordinator.Hosting;
using Federated.Hosting;

// fed-coordinator --config FILE [--section:key value ...]
// fed-coordinator backup --config FILE --to FILE
return await Entry.RunAsync(async () =>
{
    if (args is ["--help"] or ["-h"])
    {
        Console.WriteLine(
            """
            fed-coordinator --config FILE [--coordinator:port 7443 ...]
              Runs the coordinator until SIGTERM. docs/configuration.md lists the keys.
            fed-coordinator backup --config FILE --to FILE [--json]
              Copies its database while it runs.
            """
        );
        return 0;
    }

    if (args is [BackupCommand.Name, .. var rest])
    {
        return BackupCommand.Run(rest);
    }

    using var stop = new CancellationTokenSource();
    var (file, overrides) = Arguments.Config(Arguments.WatchInput(args, stop.Cancel));
    await using var host = CoordinatorHost.Build(file, overrides);
    using var stopping = stop.Token.Register(host.Lifetime.StopApplication);
    var fault = host.Services.GetRequiredService<FatalFault>();
    await host.RunAsync();
    fault.ThrowIfAny();
    return Environment.ExitCode;
});
