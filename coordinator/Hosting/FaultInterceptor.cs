using Federated.Hosting;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Federated.Coordinator.Hosting;

/// <summary>A fault that the operator must mend, such as a full disk, met while answering: the caller hears that much, and the coordinator stops in good order.</summary>
internal sealed class FaultInterceptor(FatalFault fault) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request,
        ServerCallContext context,
        UnaryServerMethod<TRequest, TResponse> continuation
    ) => GuardAsync(() => continuation(request, context));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation
    ) => GuardAsync(() => continuation(requestStream, context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation
    ) => GuardAsync(() => DoneAsync(continuation(request, responseStream, context)));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation
    ) => GuardAsync(() => DoneAsync(continuation(requestStream, responseStream, context)));

    private async Task<T> GuardAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (OperatorException e)
        {
            fault.Stop(e);
            throw new RpcException(
                new Status(
                    StatusCode.Unavailable,
                    "The coordinator met a fault that its operator must mend, and stops; its own output says which. What was confirmed is safe; try again later."
                )
            );
        }
    }

    private static async Task<bool> DoneAsync(Task task)
    {
        await task.ConfigureAwait(false);
        return true;
    }
}
