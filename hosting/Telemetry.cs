using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Federated.Hosting;

/// <summary>The <c>telemetry</c> part of a configuration. Off unless an endpoint is set: nothing leaves a hospital unasked.</summary>
public sealed class TelemetryOptions : ICheckedOptions
{
    /// <summary>OTLP/gRPC endpoint, such as <c>http://127.0.0.1:4317</c>; empty for none.</summary>
    public string OtlpEndpoint { get; set; } = "";

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        // 'localhost:4317' parses too, as an address whose scheme is localhost.
        if (
            OtlpEndpoint.Length > 0
            && !(Uri.TryCreate(OtlpEndpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        )
        {
            yield return $"telemetry.otlpEndpoint '{OtlpEndpoint}' is no address; write it like http://127.0.0.1:4317, or leave it out.";
        }
    }
}

/// <summary>Traces and metrics by OpenTelemetry: ours, and those that ASP.NET Core, Kestrel, HttpClient and the runtime publish.</summary>
/// <remarks>Ids, sizes and durations only: no instrument of this product carries a value computed from patients.</remarks>
public static class Telemetry
{
    private static readonly string[] PlatformMeters =
    [
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "System.Net.Http",
        "System.Runtime",
    ];

    private static readonly string[] PlatformSources = ["Microsoft.AspNetCore", "System.Net.Http"];

    /// <summary>Registers the exporters if an endpoint is set; otherwise does nothing.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="options">Checked options.</param>
    /// <param name="serviceName">Also the name of the service's own source and meter.</param>
    /// <param name="instance">Site name or similar.</param>
    public static void AddFederatedTelemetry(
        this IServiceCollection services,
        TelemetryOptions options,
        string serviceName,
        string instance
    )
    {
        if (options.OtlpEndpoint.Length > 0)
        {
            services.AddSingleton<IHostedService>(_ => new Exporters(new Uri(options.OtlpEndpoint), serviceName, instance));
        }
    }

    /// <summary>Owns the providers for the life of the host: what is buffered is sent on shutdown.</summary>
    private sealed class Exporters(Uri endpoint, string serviceName, string instance) : IHostedService, IDisposable
    {
        private TracerProvider? _traces;
        private MeterProvider? _metrics;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            var resource = ResourceBuilder.CreateDefault().AddService(serviceName, serviceInstanceId: instance);
            _traces = Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(resource)
                .AddSource([serviceName, .. PlatformSources])
                .AddOtlpExporter(To)
                .Build();
            _metrics = Sdk.CreateMeterProviderBuilder()
                .SetResourceBuilder(resource)
                .AddMeter([serviceName, .. PlatformMeters])
                .AddOtlpExporter(To)
                .Build();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            _traces?.ForceFlush(2000);
            _metrics?.ForceFlush(2000);
            return Task.CompletedTask;
        }

        public void Dispose()
        {
            _traces?.Dispose();
            _metrics?.Dispose();
        }

        private void To(OtlpExporterOptions exporter)
        {
            exporter.Endpoint = endpoint;
            exporter.Protocol = OtlpExportProtocol.Grpc;
        }
    }
}
