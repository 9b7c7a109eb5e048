using Federated.Grpc.Tests.Hosting;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Federated.Grpc.Tests.Calls;

/// <summary>The ways in which a call ends otherwise than well.</summary>
public abstract partial class ServiceContract
{
    [TestMethod]
    [DynamicData(nameof(Expected.Failures), typeof(Expected))]
    public async Task A_failure_keeps_its_code_detail_and_trailers(StatusCode code)
    {
        using var call = Client.FailAsync(new Int64Value { Value = (long)code }, Options);

        var failure = await Assert.ThrowsExactlyAsync<RpcException>(async () => await call);

        Assert.AreEqual(code, failure.StatusCode);
        Assert.AreEqual(Expected.Detail, failure.Status.Detail);
        Assert.AreEqual("because", failure.Trailers.GetValue("x-reason"));
        CollectionAssert.AreEqual(Expected.AllOctets, failure.Trailers.GetValueBytes("grpc-status-details-bin"));
        Assert.AreEqual(code, call.GetStatus().StatusCode);
    }

    [TestMethod]
    public async Task A_method_that_the_server_lacks_is_unimplemented()
    {
        using var call = Client.MissingAsync(new StringValue(), Options);

        var failure = await Assert.ThrowsExactlyAsync<RpcException>(async () => await call);

        Assert.AreEqual(StatusCode.Unimplemented, failure.StatusCode);
    }

    [TestMethod]
    public async Task A_deadline_ends_the_call_at_both_ends()
    {
        var key = new StringValue { Value = nameof(A_deadline_ends_the_call_at_both_ends) };

        using var call = Client.WaitAsync(key, Options.WithDeadline(Channels.In(TimeSpan.FromSeconds(1))));
        var failure = await Assert.ThrowsExactlyAsync<RpcException>(async () => await call);

        Assert.AreEqual(StatusCode.DeadlineExceeded, failure.StatusCode);
        Assert.IsTrue((await Client.WasCancelledAsync(key, Options)).Value);
    }

    [TestMethod]
    public async Task A_cancelled_token_ends_the_call_at_both_ends()
    {
        var key = new StringValue { Value = nameof(A_cancelled_token_ends_the_call_at_both_ends) };
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var call = Client.WaitStream(key, Options.WithCancellationToken(cancellation.Token));
        Assert.IsTrue(await call.ResponseStream.MoveNext(Cancellation), "The first response shows that the server is at it.");

        await cancellation.CancelAsync();
        var failure = await Assert.ThrowsExactlyAsync<RpcException>(() => call.ResponseStream.MoveNext(Cancellation));

        Assert.AreEqual(StatusCode.Cancelled, failure.StatusCode);
        Assert.IsTrue((await Client.WasCancelledAsync(key, Options)).Value);
    }

    [TestMethod]
    public async Task A_disposed_call_is_cancelled_at_the_server()
    {
        var key = new StringValue { Value = nameof(A_disposed_call_is_cancelled_at_the_server) };
        var call = Client.WaitStream(key, Options);
        Assert.IsTrue(await call.ResponseStream.MoveNext(Cancellation), "The first response shows that the server is at it.");

        call.Dispose();

        Assert.IsTrue((await Client.WasCancelledAsync(key, Options)).Value);
    }

    [TestMethod]
    public async Task An_abort_by_the_server_comes_after_what_it_had_sent()
    {
        using var call = Client.Abort(new StringValue { Value = "so far" }, Options);

        Assert.IsTrue(await call.ResponseStream.MoveNext(Cancellation));
        Assert.AreEqual("so far", call.ResponseStream.Current.Value);
        var failure = await Assert.ThrowsExactlyAsync<RpcException>(() => call.ResponseStream.MoveNext(Cancellation));

        Assert.AreEqual(StatusCode.Aborted, failure.StatusCode);
        Assert.AreEqual("the server gave up", failure.Status.Detail);
    }
}
