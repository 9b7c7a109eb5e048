using System.Collections.Concurrent;
using Federated.Grpc.Tests.Hosting;
using Federated.Grpc.Tests.Wire;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Federated.Grpc.Tests.Calls;

/// <summary>Ways of setting up our server and channel that the other tests do not take.</summary>
[TestClass]
public sealed class ServerTests
{
    public required TestContext TestContext { get; init; }

    [TestMethod]
    public async Task An_interceptor_stands_before_every_kind_of_method()
    {
        var witness = new Witness();
        await using var host = await InteropHost.StartAsync(
            TestContext.CancellationToken,
            grpc: grpc => grpc.Interceptors.Add<Witness>(),
            services: services => services.AddSingleton(witness)
        );
        using var channel = GrpcChannel.ForAddress(host.Address);

        await CallEachKindAsync(new Interop.InteropClient(channel));

        CollectionAssert.AreEqual(new[] { "unary", "client", "server", "duplex" }, witness.Seen.ToArray());
    }

    [TestMethod]
    public async Task A_service_can_be_mapped_by_its_definition()
    {
        var definition = Interop.BindService(new InteropService());
        await using var host = await InteropHost.StartAsync(TestContext.CancellationToken, map: app => app.MapGrpcService(definition));
        using var channel = GrpcChannel.ForAddress(host.Address);

        await CallEachKindAsync(new Interop.InteropClient(channel));
    }

    [TestMethod]
    public void A_definition_has_each_method_once()
    {
        var method = new Method<string, string>(MethodType.Unary, "s", "m", Marshallers.StringMarshaller, Marshallers.StringMarshaller);
        UnaryServerMethod<string, string> handler = (request, _) => Task.FromResult(request);
        var builder = ServerServiceDefinition.CreateBuilder().AddMethod(method, handler);

        Assert.ThrowsExactly<ArgumentException>(() => builder.AddMethod(method, handler));
    }

    [TestMethod]
    public async Task A_channel_tells_whether_it_is_connected()
    {
        await using var host = await InteropHost.StartAsync(TestContext.CancellationToken);
        var channel = GrpcChannel.ForAddress(host.Address);
        Assert.AreEqual(ConnectivityState.Idle, channel.State);

        await channel.ConnectAsync(TestContext.CancellationToken);
        Assert.AreEqual(ConnectivityState.Ready, channel.State);

        channel.Dispose();
        Assert.AreEqual(ConnectivityState.Shutdown, channel.State);
    }

    [TestMethod]
    public async Task A_server_that_nobody_runs_is_unavailable()
    {
        var host = await InteropHost.StartAsync(TestContext.CancellationToken);
        var address = host.Address;
        await host.DisposeAsync();
        using var channel = GrpcChannel.ForAddress(address);

        using var call = new Interop.InteropClient(channel).EchoAsync(new StringValue(), deadline: Channels.PatienceEnds);
        var failure = await Assert.ThrowsExactlyAsync<RpcException>(async () => await call);

        Assert.AreEqual(StatusCode.Unavailable, failure.StatusCode);
    }

    private async Task CallEachKindAsync(Interop.InteropClient client)
    {
        var cancellation = TestContext.CancellationToken;
        var options = new CallOptions(deadline: Channels.PatienceEnds, cancellationToken: cancellation);

        Assert.AreEqual("a", (await client.EchoAsync(new StringValue { Value = "a" }, options)).Value);

        using var sum = client.Sum(options);
        await sum.RequestStream.CompleteAsync();
        Assert.AreEqual(0, (await sum).Value);

        using var count = client.Count(new Int64Value { Value = 1 }, options);
        Assert.IsTrue(await count.ResponseStream.MoveNext(cancellation));
        Assert.IsFalse(await count.ResponseStream.MoveNext(cancellation));

        using var shout = client.Shout(options);
        await shout.RequestStream.CompleteAsync();
        Assert.IsFalse(await shout.ResponseStream.MoveNext(cancellation));
    }

    /// <summary>Notes the kind of each call and lets it pass.</summary>
    private sealed class Witness : Interceptor
    {
        public ConcurrentQueue<string> Seen { get; } = new();

        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request,
            ServerCallContext context,
            UnaryServerMethod<TRequest, TResponse> continuation
        )
        {
            Seen.Enqueue("unary");
            return base.UnaryServerHandler(request, context, continuation);
        }

        public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            ServerCallContext context,
            ClientStreamingServerMethod<TRequest, TResponse> continuation
        )
        {
            Seen.Enqueue("client");
            return base.ClientStreamingServerHandler(requestStream, context, continuation);
        }

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation
        )
        {
            Seen.Enqueue("server");
            return base.ServerStreamingServerHandler(request, responseStream, context, continuation);
        }

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation
        )
        {
            Seen.Enqueue("duplex");
            return base.DuplexStreamingServerHandler(requestStream, responseStream, context, continuation);
        }
    }
}
