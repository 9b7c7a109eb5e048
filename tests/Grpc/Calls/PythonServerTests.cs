using Federated.Grpc.Tests.Hosting;
using Federated.Grpc.Tests.Python;
using Federated.Grpc.Tests.Wire;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;

namespace Federated.Grpc.Tests.Calls;

/// <summary>Our client against a stock Python server.</summary>
[TestClass]
public sealed class PythonServerTests : ServiceContract
{
    private static PythonProcess? _server;
    private static GrpcChannel? _channel;

    private protected override Interop.InteropClient Client => new(_channel!);

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        _server = await Channels.StartPythonServerAsync(context.CancellationToken);
        _channel = GrpcChannel.ForAddress(Channels.AddressOf(_server));
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        _channel?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [TestMethod]
    public async Task A_server_that_dies_in_the_middle_of_a_stream_is_unavailable()
    {
        await using var server = await Channels.StartPythonServerAsync(TestContext.CancellationToken);
        using var channel = GrpcChannel.ForAddress(Channels.AddressOf(server));
        using var call = new Interop.InteropClient(channel).WaitStream(
            new StringValue { Value = "alive" },
            deadline: Channels.PatienceEnds,
            cancellationToken: TestContext.CancellationToken
        );
        Assert.IsTrue(await call.ResponseStream.MoveNext(TestContext.CancellationToken));

        await server.KillAsync();
        var failure = await Assert.ThrowsExactlyAsync<RpcException>(() => call.ResponseStream.MoveNext(TestContext.CancellationToken));

        Assert.AreEqual(StatusCode.Unavailable, failure.StatusCode);
    }
}
