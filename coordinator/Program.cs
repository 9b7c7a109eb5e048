using Federated.Coordinator.Hosting;
using Federated.Hosting;

// fed-coordinator --config FILE [--section:key value ...]
return await Entry.RunAsync(async () =>
{
    if (args is ["--help"] or ["-h"])
    {
        Console.WriteLine(
            "fed-coordinator --config FILE [--coordinator:port 7443 ...]\nRuns the coordinator until SIGTERM. docs/configuration.md lists the keys."
        );
        return 0;
    }

    var (file, rest) = Arguments.Config(args);
    await using var host = CoordinatorHost.Build(file, rest);
    await host.RunAsync();
    return 0;
});
