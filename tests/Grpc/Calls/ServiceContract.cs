using System.Security.Cryptography;
using Federated.Grpc.Tests.Hosting;
using Federated.Grpc.Tests.Wire;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Federated.Grpc.Tests.Calls;

/// <summary>What our client must see of any server of interop.proto, whoever wrote it.</summary>
public abstract partial class ServiceContract
{
    /// <summary>Gives each test its cancellation.</summary>
    public required TestContext TestContext { get; init; }

    /// <summary>A client connected to the server under test.</summary>
    private protected abstract Interop.InteropClient Client { get; }

    private CancellationToken Cancellation => TestContext.CancellationToken;

    private CallOptions Options => new(deadline: Channels.PatienceEnds, cancellationToken: Cancellation);

    [TestMethod]
    public async Task A_unary_call_returns_its_response_headers_and_trailers()
    {
        var headers = new Metadata { { "X-Echo", "one two" }, { "x-echo-bin", Expected.AllOctets } };

        using var call = Client.EchoAsync(new StringValue { Value = "santé 心 \0" }, Options.WithHeaders(headers));
        var response = await call;

        Assert.AreEqual("santé 心 \0", response.Value);
        Assert.AreEqual("one two", (await call.ResponseHeadersAsync).GetValue("x-echo"));
        Assert.AreEqual("one two", call.GetTrailers().GetValue("x-echo"));
        CollectionAssert.AreEqual(Expected.AllOctets, call.GetTrailers().GetValueBytes("x-echo-bin"));
        Assert.AreEqual(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [TestMethod]
    public void A_blocking_call_returns_its_response()
    {
        var response = Client.Echo(new StringValue { Value = "wait for it" }, Options);

        Assert.AreEqual("wait for it", response.Value);
    }

    [TestMethod]
    public async Task A_client_stream_reaches_the_server_whole()
    {
        using var call = Client.Sum(Options);

        for (var number = 1; number <= 1000; number++)
        {
            await call.RequestStream.WriteAsync(new Int64Value { Value = number }, Cancellation);
        }

        await call.RequestStream.CompleteAsync();

        Assert.AreEqual(500_500, (await call).Value);
    }

    [TestMethod]
    [DataRow(0, DisplayName = "no message at all")]
    [DataRow(1, DisplayName = "one message")]
    [DataRow(1000, DisplayName = "many messages")]
    public async Task A_server_stream_arrives_whole_and_in_order(int count)
    {
        using var call = Client.Count(new Int64Value { Value = count }, Options);

        var numbers = new List<long>();
        while (await call.ResponseStream.MoveNext(Cancellation))
        {
            numbers.Add(call.ResponseStream.Current.Value);
        }

        CollectionAssert.AreEqual(Enumerable.Range(1, count).Select(i => (long)i).ToList(), numbers);
        Assert.AreEqual(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [TestMethod]
    public async Task A_duplex_stream_answers_each_message_before_the_next_is_sent()
    {
        using var call = Client.Shout(Options);

        foreach (var text in new[] { "a", "bc", "", "déjà" })
        {
            await call.RequestStream.WriteAsync(new StringValue { Value = text }, Cancellation);
            Assert.IsTrue(await call.ResponseStream.MoveNext(Cancellation));
            Assert.AreEqual(text.ToUpperInvariant(), call.ResponseStream.Current.Value);
        }

        await call.RequestStream.CompleteAsync();

        Assert.IsFalse(await call.ResponseStream.MoveNext(Cancellation));
    }

    [TestMethod]
    public async Task An_upload_of_64_MiB_arrives_unchanged()
    {
        using var call = Client.Upload(Options);

        foreach (var chunk in ChunkedBytes.Of(ChunkedBytes.Large))
        {
            await call.RequestStream.WriteAsync(new BytesValue { Value = chunk }, Cancellation);
        }

        await call.RequestStream.CompleteAsync();

        CollectionAssert.AreEqual(ChunkedBytes.Digest(ChunkedBytes.Large), (await call).Value.ToByteArray());
    }

    [TestMethod]
    public async Task A_download_of_64_MiB_arrives_unchanged()
    {
        using var call = Client.Download(new Int64Value { Value = ChunkedBytes.Large }, Options);

        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (var chunk in call.ResponseStream.ReadAllAsync(Cancellation))
        {
            digest.AppendData(chunk.Value.Span);
        }

        CollectionAssert.AreEqual(ChunkedBytes.Digest(ChunkedBytes.Large), digest.GetHashAndReset());
    }
}
