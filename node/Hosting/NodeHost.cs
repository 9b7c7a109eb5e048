using Federated.Hosting;
using Federated.Node.Data;
using Federated.Node.Journal;
using Federated.Node.Release;
using Federated.Node.Sessions;
using Federated.Node.Studies;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Federated.Node.Hosting;

/// <summary>Puts the daemon together.</summary>
internal static class NodeHost
{
    /// <summary>Builds a host from a configuration file and overriding arguments; reads the data file, so that its faults show at start.</summary>
    /// <exception cref="OperatorException">Configuration, certificate, mapping or data are wrong.</exception>
    internal static IHost Build(string configFile, IReadOnlyList<string> arguments)
    {
        var configuration = StrictConfiguration.Read(configFile, arguments);
        var unknown = StrictConfiguration.UnknownSections(configuration, "node", "telemetry", "logging").ToList();
        if (unknown.Count > 0)
        {
            throw new OperatorException($"Configuration file {configFile} is wrong:\n  {string.Join("\n  ", unknown)}");
        }

        var options = StrictConfiguration.Bind<NodeOptions>(configuration, "node", configFile);
        var telemetry = StrictConfiguration.Bind<TelemetryOptions>(configuration, "telemetry", configFile);
        StrictConfiguration.Bind<LoggingOptions>(configuration, "logging", configFile);
        var folder = Path.GetDirectoryName(Path.GetFullPath(configFile))!;
        var tls = TlsIdentity.Load(options.Tls.In(folder), TimeProvider.System);
        var self = Self(tls, options);
        var cohort = LocalCohort.Load(Path.GetFullPath(options.Data.File, folder), Path.GetFullPath(options.Data.Mapping, folder));

        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddConfiguration(configuration);
        builder.Logging.AddFederatedConsole();
        builder.Logging.AddConfiguration(configuration.GetSection("logging")); // after our own filters: the operator's levels win
        builder
            .Services.AddSingleton(options)
            .AddSingleton(tls)
            .AddSingleton(self)
            .AddSingleton(cohort)
            .AddSingleton(TimeProvider.System)
            .AddSingleton<NodeLog>()
            .AddSingleton<NodeStatus>()
            .AddSingleton<FatalFault>()
            .AddSingleton(new SiteMetrics(Path.GetFullPath(options.State, folder)))
            .AddSingleton(services => new CoordinatorChannel(new Uri(options.Coordinator), services.GetRequiredService<TlsIdentity>()))
            .AddSingleton<ReleaseGate>()
            .AddSingleton<ParticipationContext>()
            .AddSingleton<Participations>()
            .AddHostedService<HealthServer>()
            .AddHostedService<SessionLoop>();
        builder.Services.AddFederatedTelemetry(telemetry, NodeTelemetry.Name, self.Name.Value);

        var host = builder.Build();
        var log = host.Services.GetRequiredService<NodeLog>();
        log.DataLoaded(options.Data.File, cohort.Rows);
        foreach (var warning in cohort.Warnings)
        {
            log.DataWarning(warning);
        }

        return host;
    }

    private static PeerIdentity Self(TlsIdentity tls, NodeOptions options)
    {
        var certificate = options.Tls.Certificate;
        if (!PeerIdentity.TryRead(tls.Certificate, out var self, out var fault))
        {
            throw new OperatorException($"Certificate {certificate} is no identity of a consortium: {fault}");
        }

        return self.Role == Role.Site
            ? self
            : throw new OperatorException($"Certificate {certificate} is that of a {self.Role}; a node needs a site's.");
    }
}
