using System.Security.Authentication;
using Federated.Federation;
using Federated.Hosting;
using Grpc.Core;
using Grpc.Net.Client;

namespace Federated.Cli.Studies;

/// <summary>A connection to a coordinator, as whoever the certificate names; what a call can end with becomes what a person can act on.</summary>
internal sealed class CoordinatorCalls : IDisposable
{
    private readonly ConsortiumChannel _channel;

    /// <exception cref="OperatorException">The certificate cannot be used.</exception>
    internal CoordinatorCalls(Uri address, TlsFiles tls)
    {
        Tls = TlsIdentity.Load(tls, TimeProvider.System);
        if (Tls.OwnFault() is { } fault)
        {
            Tls.Dispose();
            throw new OperatorException($"Your certificate {tls.Certificate} cannot be used: {fault}");
        }

        _channel = new ConsortiumChannel(address, Tls);
    }

    /// <summary>Who we are, and the root that we know.</summary>
    internal TlsIdentity Tls { get; }

    /// <summary>For the generated clients.</summary>
    internal GrpcChannel Channel => _channel.Channel;

    /// <summary>Host and port.</summary>
    internal string Authority => _channel.Address.Authority;

    /// <summary>True if the coordinator did not answer, or went away while it did: another try may find it back.</summary>
    internal static bool IsAway(OperatorException e) => e.InnerException is RpcException { StatusCode: StatusCode.Unavailable };

    /// <summary>True if the coordinator serves others first: another try may find it free.</summary>
    internal static bool IsBusy(OperatorException e) => e.InnerException is RpcException { StatusCode: StatusCode.ResourceExhausted };

    /// <summary>True if the coordinator broke a call off that it had begun to answer.</summary>
    internal static bool IsCutOff(OperatorException e) => e.InnerException is RpcException { StatusCode: StatusCode.Cancelled };

    /// <summary>Turns what a call can end with into what a person can act on.</summary>
    /// <param name="call">The call.</param>
    /// <param name="whenDenied">The hint if the coordinator does not let this caller do it; null where it says all itself.</param>
    /// <exception cref="OperatorException">The call failed.</exception>
    internal async Task<T> Guard<T>(Func<Task<T>> call, string? whenDenied = null)
    {
        try
        {
            return await call();
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled)
        {
            throw new OperationCanceledException("The call was cancelled.", e);
        }
        catch (RpcException e)
        {
            // Why we refused the coordinator's certificate: for gRPC that is just one more address that does not answer.
            throw _channel.TakeRefusal() is { } refusal
                ? new OperatorException(
                    $"The certificate of {_channel.Address} was refused: {ForeignText.Clean(refusal)}",
                    "if this machine's clock and root.pem are right, tell the coordinator's operator; do not go on without",
                    new AuthenticationException(refusal, e)
                )
                : new OperatorException($"{Authority}: {DetailOf(e.Status)}", HintFor(e.StatusCode, whenDenied), e);
        }
    }

    public void Dispose()
    {
        _channel.Dispose();
        Tls.Dispose();
    }

    /// <summary>What the coordinator said, line by line; or, where it said nothing, what the network did.</summary>
    private static string DetailOf(Status status) =>
        status is { StatusCode: StatusCode.Unavailable, DebugException: { } cause }
            ? $"no answer ({cause.GetBaseException().Message})"
            : ForeignText.CleanLines(status.Detail);

    private static string? HintFor(StatusCode status, string? whenDenied) =>
        status switch
        {
            StatusCode.PermissionDenied => whenDenied,
            StatusCode.Unavailable => "check the address, and that the coordinator runs",
            StatusCode.Unimplemented => "this coordinator is of an earlier version; ask its operator",
            StatusCode.NotFound => "fed study list shows what the coordinator has",
            _ => null,
        };
}
