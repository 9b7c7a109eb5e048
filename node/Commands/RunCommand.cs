using System.CommandLine;
using Federated.Hosting;
using Federated.Node.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Federated.Node.Commands;

/// <summary><c>fed-node run</c>: the daemon.</summary>
internal static class RunCommand
{
    internal static Command Create()
    {
        var config = CommandOptions.Config();
        var command = new Command(
            "run",
            "Run this hospital's node until SIGTERM; logs are JSON lines on standard output. --section:key value overrides the file (docs/configuration.md)."
        )
        {
            config,
        };
        command.TreatUnmatchedTokensAsErrors = false; // settings, which are checked with the file
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(config), parsed.UnmatchedTokens));
        return command;
    }

    private static async Task<int> RunAsync(string? file, IReadOnlyList<string> rest)
    {
        using var stop = new CancellationTokenSource();
        var overrides = Arguments.WatchInput(rest, stop.Cancel);
        using var host = NodeHost.Build(
            file ?? throw new OperatorException("No configuration file is named.", "start with --config FILE"),
            overrides
        );
        using var stopping = stop.Token.Register(host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication);
        var fault = host.Services.GetRequiredService<FatalFault>();
        await host.RunAsync(CancellationToken.None).ConfigureAwait(false);
        fault.ThrowIfAny();
        return Environment.ExitCode;
    }
}
