using Federated.Grpc.Tests.Hosting;
using Federated.Grpc.Tests.Wire;
using Grpc.Net.Client;

namespace Federated.Grpc.Tests.Calls;

/// <summary>Our client against our server; the responses go through gzip, which must change nothing.</summary>
[TestClass]
public sealed class OwnServerTests : ServiceContract
{
    private static InteropHost? _host;
    private static GrpcChannel? _channel;

    private protected override Interop.InteropClient Client => new(_channel!);

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        _host = await InteropHost.StartAsync(context.CancellationToken, grpc: grpc => grpc.ResponseCompressionAlgorithm = "gzip");
        _channel = GrpcChannel.ForAddress(_host.Address);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        _channel?.Dispose();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }
}
