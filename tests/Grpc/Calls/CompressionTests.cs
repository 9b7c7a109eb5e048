using System.Collections.Concurrent;
using Federated.Grpc.Tests.Hosting;
using Federated.Grpc.Tests.Wire;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;

namespace Federated.Grpc.Tests.Calls;

[TestClass]
public sealed class CompressionTests
{
    private static readonly string LongText = new('x', 100_000);

    public required TestContext TestContext { get; init; }

    [TestMethod]
    [DataRow("gzip")]
    [DataRow("deflate")]
    public async Task Our_client_and_our_server_compress_both_ways(string encoding)
    {
        await using var host = await InteropHost.StartAsync(
            TestContext.CancellationToken,
            grpc: grpc => grpc.ResponseCompressionAlgorithm = encoding
        );
        using var wire = new EncodingWitness();
        using var channel = GrpcChannel.ForAddress(host.Address, new GrpcChannelOptions { HttpHandler = wire });

        using var call = Echo(channel, encoding);

        Assert.AreEqual(LongText, (await call).Value);
        Assert.AreEqual(encoding, call.GetTrailers().GetValue("x-encoding"), "of the request, as the server saw it");
        CollectionAssert.AreEqual(new[] { encoding }, wire.Encodings.ToArray(), "of the response, as it came over the wire");
    }

    [TestMethod]
    [DataRow("gzip")]
    [DataRow("deflate")]
    public async Task Our_client_and_a_Python_server_compress_both_ways(string encoding)
    {
        await using var server = await Channels.StartPythonServerAsync(TestContext.CancellationToken, compression: encoding);
        using var wire = new EncodingWitness();
        using var channel = GrpcChannel.ForAddress(Channels.AddressOf(server), new GrpcChannelOptions { HttpHandler = wire });

        using var call = Echo(channel, encoding);

        Assert.AreEqual(LongText, (await call).Value);
        CollectionAssert.AreEqual(new[] { encoding }, wire.Encodings.ToArray(), "of the response, as it came over the wire");
    }

    [TestMethod]
    [DataRow("gzip")]
    [DataRow("deflate")]
    public async Task A_Python_client_and_our_server_compress_both_ways(string encoding)
    {
        await using var host = await InteropHost.StartAsync(
            TestContext.CancellationToken,
            grpc: grpc => grpc.ResponseCompressionAlgorithm = encoding
        );
        await using var client = await Channels.StartPythonClientAsync(host.Address, TestContext.CancellationToken, compression: encoding);

        var seen = await client.AskAsync(
            new()
            {
                ["try"] = "echo",
                ["text"] = LongText,
                ["header"] = "h",
                ["octets"] = "",
            },
            TestContext.CancellationToken
        );

        Assert.AreEqual(LongText, seen["text"]!.GetValue<string>());
        Assert.AreEqual(encoding, seen["trailers"]!["x-encoding"]!.GetValue<string>(), "of the request, as the server saw it");
    }

    private AsyncUnaryCall<StringValue> Echo(GrpcChannel channel, string encoding) =>
        new Interop.InteropClient(channel).EchoAsync(
            new StringValue { Value = LongText },
            // The client takes the encoding of its own messages from this header and does not send it.
            new Metadata { { "grpc-internal-encoding-request", encoding } },
            Channels.PatienceEnds,
            TestContext.CancellationToken
        );

    /// <summary>Notes the encoding of each response before the client decodes it.</summary>
    private sealed class EncodingWitness() : DelegatingHandler(new SocketsHttpHandler())
    {
        public ConcurrentQueue<string> Encodings { get; } = new();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            Encodings.Enqueue(string.Join(',', response.Headers.GetValues("grpc-encoding")));
            return response;
        }
    }
}
