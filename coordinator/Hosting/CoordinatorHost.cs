using System.Net;
using System.Security.Authentication;
using Federated.Coordinator.Log;
using Federated.Coordinator.Sessions;
using Federated.Coordinator.Storage;
using Federated.Coordinator.Studies;
using Federated.Hosting;
using Federated.Identity;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Federated.Coordinator.Hosting;

/// <summary>Puts the server together.</summary>
internal static class CoordinatorHost
{
    /// <summary>Builds a host from a configuration file and overriding arguments.</summary>
    /// <exception cref="OperatorException">Anything in the configuration is wrong.</exception>
    internal static WebApplication Build(string configFile, IReadOnlyList<string> arguments)
    {
        var configuration = StrictConfiguration.Read(configFile, arguments);
        var unknown = StrictConfiguration.UnknownSections(configuration, "coordinator", "telemetry", "logging").ToList();
        if (unknown.Count > 0)
        {
            throw new OperatorException($"Configuration file {configFile} is wrong:\n  {string.Join("\n  ", unknown)}");
        }

        var options = StrictConfiguration.Bind<CoordinatorOptions>(configuration, "coordinator", configFile);
        var telemetry = StrictConfiguration.Bind<TelemetryOptions>(configuration, "telemetry", configFile);
        StrictConfiguration.Bind<LoggingOptions>(configuration, "logging", configFile);
        var folder = Path.GetDirectoryName(Path.GetFullPath(configFile))!;
        var files = options.Tls.In(folder);
        var tls = TlsIdentity.Load(files, TimeProvider.System);
        var keys = MemberKeys.Load(options.Protocol.In(folder, files), Self(tls, files), tls.Root);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddConfiguration(configuration);
        builder.Logging.AddFederatedConsole();
        builder.Logging.AddConfiguration(configuration.GetSection("logging")); // after our own filters: the operator's levels win
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, options, tls));
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = ConsortiumChannel.MaxMessageBytes;
            grpc.Interceptors.Add<FaultInterceptor>();
        });
        builder
            .Services.AddSingleton(tls)
            .AddSingleton(_ => keys) // the container wipes them at the end
            .AddSingleton(TimeProvider.System)
            .AddSingleton<CoordinatorLog>()
            .AddSingleton<CoordinatorMetrics>()
            .AddSingleton<SessionRegistry>()
            .AddSingleton(_ => new CoordinatorStore(Path.GetFullPath(options.State, folder)))
            .AddSingleton<CredentialBook>()
            .AddSingleton<CoordinatorSelf>()
            .AddSingleton(services => new AuditTrail(keys, tls, services.GetRequiredService<TimeProvider>()))
            .AddSingleton<Witnessing>()
            .AddSingleton<Members>()
            .AddSingleton(services => new LogFiles(Path.Combine(Path.GetFullPath(options.State, folder), "log")))
            .AddSingleton(services => keys.Private.LogSigner(services.GetRequiredService<AuditTrail>().Origin)) // signs checkpoints
            .AddSingleton<LogWriter>()
            .AddSingleton<LogPublisher>()
            .AddSingleton<LogArchive>()
            .AddSingleton<CosignedLog>()
            .AddSingleton<StatementQuota>()
            .AddSingleton(services => new KeptInputs(
                Path.GetFullPath(options.State, folder),
                options.Inputs,
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<CoordinatorLog>()
            ))
            .AddSingleton<SubmissionQuota>()
            .AddSingleton<StudyContext>()
            .AddSingleton<InputUploads>() // one for all calls: it knows which sites are sending an input
            .AddSingleton<StudyRegistry>()
            .AddSingleton<FatalFault>()
            .AddSingleton<Callers>()
            .AddSingleton<NodeEndpoint>()
            .AddSingleton<AuditEndpoint>()
            .AddHostedService<InputSweeper>() // before the studies, which begin attempts
            .AddHostedService(services => services.GetRequiredService<LogPublisher>())
            .AddHostedService(services => services.GetRequiredService<StudyRegistry>())
            .AddHostedService(services => services.GetRequiredService<CosignedLog>())
            .AddHostedService<RevocationWatch>();
        builder.Services.AddHealthChecks();
        builder.Services.AddFederatedTelemetry(telemetry, CoordinatorMetrics.Name, Environment.MachineName);

        var app = builder.Build();
        app.Services.GetRequiredService<LogWriter>().Begin(keys.CredentialFile, options.Hash());
        app.Services.GetRequiredService<CosignedLog>().Begin();
        app.MapGrpcService<NodeEndpoint>();
        app.MapGrpcService<StudyEndpoint>();
        app.MapGrpcService<AuditEndpoint>();
        app.MapHealthChecks("/health/live");
        app.MapHealthChecks("/health/ready");
        app.Lifetime.ApplicationStarted.Register(() => Announce(app, options, folder));
        app.Lifetime.ApplicationStopping.Register(() => app.Services.GetRequiredService<SessionRegistry>().EndAll());
        return app;
    }

    /// <summary>Who this process is: found out at start, not when the first node refuses it.</summary>
    private static PeerIdentity Self(TlsIdentity tls, TlsFiles files)
    {
        if (tls.Refusal(tls.Certificate, Role.Coordinator) is { } refusal)
        {
            throw new OperatorException(
                $"Certificate {files.Certificate} cannot be used: {refusal}",
                "ask the consortium for a coordinator's certificate"
            );
        }

        return PeerIdentity.TryRead(tls.Certificate, out var self, out var fault) ? self : throw new OperatorException(fault);
    }

    private static void Listen(KestrelServerOptions kestrel, CoordinatorOptions options, TlsIdentity tls)
    {
        kestrel.AddServerHeader = false;
        // A node behind a firewall that forgets idle connections is noticed within half a minute.
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(15);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.Http2.MaxStreamsPerConnection = 64;
        kestrel.Limits.MinRequestBodyDataRate = null; // a session stream is silent for as long as nobody trains
        kestrel.Listen(
            IPAddress.Parse(options.Address),
            options.Port,
            listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.UseHttps(
                    new HttpsConnectionAdapterOptions
                    {
                        ServerCertificate = tls.Certificate,
                        SslProtocols = SslProtocols.Tls13,
                        ClientCertificateMode = ClientCertificateMode.AllowCertificate,
                        ClientCertificateValidation = (_, _, _) => true, // none or any, judged by Callers, which can say why
                    }
                );
            }
        );
        if (options.HealthPort >= 0)
        {
            kestrel.Listen(IPAddress.Loopback, options.HealthPort, listen => listen.Protocols = HttpProtocols.Http1);
        }
    }

    private static void Announce(WebApplication app, CoordinatorOptions options, string folder)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        var address = addresses.First(a => a.StartsWith("https", StringComparison.Ordinal));
        app.Services.GetRequiredService<CoordinatorLog>().Listening(address);
        if (options.AddressFile.Length == 0)
        {
            return;
        }

        try
        {
            PrivateFiles.WriteWhole(Path.GetFullPath(options.AddressFile, folder), System.Text.Encoding.UTF8.GetBytes(address + "\n"));
        }
        catch (OperatorException e)
        {
            // Whoever waits for that file would wait for ever.
            app.Services.GetRequiredService<FatalFault>().Stop(e);
        }
    }
}
