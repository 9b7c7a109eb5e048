using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Federated.Hosting.Tests;

[TestClass]
public sealed class TelemetryTests
{
    private const string Service = "Federated.Tests.Telemetry";

    [TestMethod]
    public void Without_an_endpoint_nothing_is_registered()
    {
        var services = new ServiceCollection();

        services.AddFederatedTelemetry(new TelemetryOptions(), Service, "alpha");

        Assert.IsEmpty(services);
        Assert.IsEmpty(new TelemetryOptions().Faults());
    }

    [TestMethod]
    [DataRow("collector", DisplayName = "a bare name")]
    [DataRow("localhost:4317", DisplayName = "no scheme: it would parse as the scheme 'localhost'")]
    [DataRow("grpc://collector:4317", DisplayName = "a scheme that the exporter does not speak")]
    public void An_endpoint_that_is_no_address_is_a_fault(string endpoint) =>
        Assert.Contains(
            $"'{endpoint}'",
            new TelemetryOptions { OtlpEndpoint = endpoint }
                .Faults()
                .Single()
        );

    [TestMethod]
    [DataRow("http://127.0.0.1:4317")]
    [DataRow("https://collector.example")]
    public void An_address_with_its_scheme_is_none(string endpoint) =>
        Assert.IsEmpty(new TelemetryOptions { OtlpEndpoint = endpoint }.Faults());

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task With_an_endpoint_metrics_and_traces_reach_the_collector_before_the_process_ends()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        var services = new ServiceCollection();
        services.AddFederatedTelemetry(new TelemetryOptions { OtlpEndpoint = collector.Address }, Service, "site-alpha");
        await using var provider = services.BuildServiceProvider();
        var exporters = provider.GetServices<IHostedService>().Single();

        await exporters.StartAsync(CancellationToken.None);
        using (var meter = new Meter(Service))
        using (var source = new ActivitySource(Service))
        {
            meter.CreateCounter<long>("tests.rounds").Add(41);
            using (source.StartActivity("tests.round")) { }

            await exporters.StopAsync(CancellationToken.None);
        }

        var metrics = Encoding.Latin1.GetString(collector.Received("metrics"));
        var traces = Encoding.Latin1.GetString(collector.Received("trace"));
        Assert.Contains("tests.rounds", metrics);
        Assert.Contains("tests.round", traces);
        foreach (var exported in new[] { metrics, traces })
        {
            Assert.Contains(Service, exported);
            Assert.Contains("site-alpha", exported);
        }
    }
}
