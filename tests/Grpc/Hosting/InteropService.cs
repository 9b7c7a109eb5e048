using System.Collections.Concurrent;
using System.Security.Cryptography;
using Federated.Grpc.Tests.Calls;
using Federated.Grpc.Tests.Wire;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Federated.Grpc.Tests.Hosting;

/// <summary>Our side of interop.proto, which says what each method does.</summary>
internal sealed class InteropService : Interop.InteropBase
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _cancelled = new();

    public override async Task<StringValue> Echo(StringValue request, ServerCallContext context)
    {
        if (context.RequestHeaders.GetValue("x-echo") is { } text)
        {
            await context.WriteResponseHeadersAsync(new Metadata { { "x-echo", text } });
            context.ResponseTrailers.Add("x-echo", text);
        }

        if (context.RequestHeaders.GetValueBytes("x-echo-bin") is { } bytes)
        {
            context.ResponseTrailers.Add("x-echo-bin", bytes);
        }

        foreach (var name in context.AuthContext.FindPropertiesByName("x509_common_name"))
        {
            context.ResponseTrailers.Add("x-peer", name.Value);
        }

        if (context.GetHttpContext().Request.Headers["grpc-encoding"].ToString() is { Length: > 0 } encoding)
        {
            context.ResponseTrailers.Add("x-encoding", encoding);
        }

        return request;
    }

    public override async Task<Int64Value> Sum(IAsyncStreamReader<Int64Value> requestStream, ServerCallContext context)
    {
        var sum = 0L;
        await foreach (var number in requestStream.ReadAllAsync(context.CancellationToken))
        {
            sum += number.Value;
        }

        return new Int64Value { Value = sum };
    }

    public override async Task Count(Int64Value request, IServerStreamWriter<Int64Value> responseStream, ServerCallContext context)
    {
        for (var number = 1L; number <= request.Value; number++)
        {
            await responseStream.WriteAsync(new Int64Value { Value = number }, context.CancellationToken);
        }
    }

    public override async Task Shout(
        IAsyncStreamReader<StringValue> requestStream,
        IServerStreamWriter<StringValue> responseStream,
        ServerCallContext context
    )
    {
        await foreach (var text in requestStream.ReadAllAsync(context.CancellationToken))
        {
            await responseStream.WriteAsync(new StringValue { Value = text.Value.ToUpperInvariant() }, context.CancellationToken);
        }
    }

    public override Task<StringValue> Fail(Int64Value request, ServerCallContext context)
    {
        var trailers = new Metadata { { "x-reason", "because" }, { "grpc-status-details-bin", Expected.AllOctets } };
        throw new RpcException(new Status((StatusCode)request.Value, Expected.Detail), trailers);
    }

    public override async Task<StringValue> Wait(StringValue request, ServerCallContext context)
    {
        await AwaitCancellationAsync(request.Value, context.CancellationToken);
        return request;
    }

    public override async Task WaitStream(StringValue request, IServerStreamWriter<StringValue> responseStream, ServerCallContext context)
    {
        await responseStream.WriteAsync(request, context.CancellationToken);
        await AwaitCancellationAsync(request.Value, context.CancellationToken);
    }

    public override async Task Abort(StringValue request, IServerStreamWriter<StringValue> responseStream, ServerCallContext context)
    {
        await responseStream.WriteAsync(request, context.CancellationToken);
        throw new RpcException(new Status(StatusCode.Aborted, "the server gave up"));
    }

    public override async Task<BoolValue> WasCancelled(StringValue request, ServerCallContext context)
    {
        await Cancelled(request.Value).Task.WaitAsync(context.CancellationToken);
        return new BoolValue { Value = true };
    }

    public override async Task<BytesValue> Upload(IAsyncStreamReader<BytesValue> requestStream, ServerCallContext context)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (var chunk in requestStream.ReadAllAsync(context.CancellationToken))
        {
            digest.AppendData(chunk.Value.Span);
        }

        return new BytesValue { Value = ByteString.CopyFrom(digest.GetHashAndReset()) };
    }

    public override async Task Download(Int64Value request, IServerStreamWriter<BytesValue> responseStream, ServerCallContext context)
    {
        foreach (var chunk in ChunkedBytes.Of(request.Value))
        {
            await responseStream.WriteAsync(new BytesValue { Value = chunk }, context.CancellationToken);
        }
    }

    private TaskCompletionSource Cancelled(string key) =>
        _cancelled.GetOrAdd(key, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task AwaitCancellationAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            Cancelled(key).SetResult();
        }
    }
}
