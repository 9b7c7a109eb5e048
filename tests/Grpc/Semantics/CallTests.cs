using Federated.Grpc.Tests.Wire;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Federated.Grpc.Tests.Semantics;

/// <summary>What a caller holds, apart from any transport: this is also what a test double of a generated client returns.</summary>
[TestClass]
public sealed class CallTests
{
    [TestMethod]
    public async Task A_call_made_from_finished_parts_can_be_awaited_and_disposed()
    {
        var disposed = 0;
        var headers = new Metadata { { "a", "1" } };
        var trailers = new Metadata { { "b", "2" } };
        var call = new AsyncUnaryCall<string>(
            Task.FromResult("response"),
            Task.FromResult(headers),
            () => Status.DefaultSuccess,
            () => trailers,
            () => disposed++
        );

        Assert.AreEqual("response", await call);
        Assert.AreEqual("response", await call.ConfigureAwait(false));
        Assert.AreEqual("response", await call.ResponseAsync);
        Assert.AreSame(headers, await call.ResponseHeadersAsync);
        Assert.AreSame(trailers, call.GetTrailers());
        Assert.AreEqual(StatusCode.OK, call.GetStatus().StatusCode);

        call.Dispose();
        Assert.AreEqual(1, disposed);
    }

    [TestMethod]
    public async Task A_call_hands_its_state_to_the_functions_of_its_transport()
    {
        var asked = new List<object>();
        var state = new object();
        var call = new AsyncClientStreamingCall<string, string>(
            new NoWriter(),
            Task.FromResult("response"),
            s => Note(s, Task.FromResult(Metadata.Empty)),
            s => Note(s, Status.DefaultCancelled),
            s => Note(s, Metadata.Empty),
            asked.Add,
            state
        );

        _ = await call.ResponseHeadersAsync;
        _ = call.GetTrailers();
        Assert.AreEqual(StatusCode.Cancelled, call.GetStatus().StatusCode);
        call.Dispose();

        CollectionAssert.AreEqual(Enumerable.Repeat(state, 4).ToArray(), asked);

        T Note<T>(object given, T answer)
        {
            asked.Add(given);
            return answer;
        }
    }

    [TestMethod]
    public void Each_option_can_be_changed_alone()
    {
        using var cancellation = new CancellationTokenSource();
        var headers = new Metadata { { "a", "1" } };
        var deadline = new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var writeOptions = new WriteOptions(WriteFlags.NoCompress);

        var options = new CallOptions()
            .WithHeaders(headers)
            .WithDeadline(deadline)
            .WithCancellationToken(cancellation.Token)
            .WithWriteOptions(writeOptions)
            .WithWaitForReady();

        Assert.AreSame(headers, options.Headers);
        Assert.AreEqual(deadline, options.Deadline);
        Assert.AreEqual(cancellation.Token, options.CancellationToken);
        Assert.AreEqual(WriteFlags.NoCompress, options.WriteOptions?.Flags);
        Assert.IsTrue(options.IsWaitForReady);
        Assert.IsFalse(options.WithWaitForReady(false).IsWaitForReady);
        Assert.AreSame(headers, options.WithDeadline(deadline.AddDays(1)).Headers);
    }

    [TestMethod]
    public void A_client_without_a_channel_does_nothing_that_was_not_overridden()
    {
        var client = new Double();

        Assert.AreEqual("double", client.Echo(new StringValue(), new CallOptions()).Value);
        Assert.ThrowsExactly<NotImplementedException>(() => client.Fail(new Int64Value(), new CallOptions()));
    }

    [TestMethod]
    public async Task A_writer_that_cannot_be_cancelled_says_so_rather_than_ignore_the_token()
    {
        using var cancellation = new CancellationTokenSource();
        IAsyncStreamWriter<string> writer = new NoWriter();

        await writer.WriteAsync("a", CancellationToken.None);

        await Assert.ThrowsExactlyAsync<NotSupportedException>(() => writer.WriteAsync("a", cancellation.Token));
    }

    private sealed class Double : Interop.InteropClient
    {
        public override StringValue Echo(StringValue request, CallOptions options) => new() { Value = "double" };
    }

    private sealed class NoWriter : IClientStreamWriter<string>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(string message) => Task.CompletedTask;

        public Task CompleteAsync() => Task.CompletedTask;
    }
}
