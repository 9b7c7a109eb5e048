using Federated.Federation;
using Federated.Hosting;
using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;

namespace Federated.Coordinator.Hosting;

/// <summary>Who calls, by certificate. Every service method begins with <see cref="Require"/>.</summary>
/// <remarks>
/// The TLS layer asks for a certificate and takes any: a handshake that fails tells a hospital's operator nothing, a status does. A chain is
/// built once a connection, since that costs more than a small round.
/// </remarks>
internal sealed class Callers(TlsIdentity tls, CoordinatorLog log)
{
    private static readonly object IdentityKey = new();

    /// <summary>The caller's name, if its certificate is of this consortium and of the right role.</summary>
    /// <exception cref="RpcException">UNAUTHENTICATED or PERMISSION_DENIED, with what the operator should do.</exception>
    internal SiteName Require(Role role, ServerCallContext call)
    {
        var http = call.GetHttpContext();
        var items = http.Features.Get<IConnectionItemsFeature>()!.Items;
        object? known;
        lock (items) // two calls of one connection may come at once
        {
            if (!items.TryGetValue(IdentityKey, out known))
            {
                var certificate = http.Connection.ClientCertificate;
                var refusal = tls.Refusal(certificate, expected: null);
                known = refusal is null && PeerIdentity.TryRead(certificate!, out var read, out refusal) ? read : refusal;
                items[IdentityKey] = known;
            }
        }

        if (known is not PeerIdentity identity)
        {
            log.CallRefused(call.Method, call.Peer, (string)known!);
            throw new RpcException(
                new Status(StatusCode.Unauthenticated, $"The coordinator does not know you: {known} Ask the consortium for a certificate.")
            );
        }

        if (identity.Role != role)
        {
            var reason =
                $"'{identity.Name}' is a {identity.Role.ToString().ToLowerInvariant()}; only a {role.ToString().ToLowerInvariant()} may call {call.Method}.";
            log.CallRefused(call.Method, call.Peer, reason);
            throw new RpcException(new Status(StatusCode.PermissionDenied, reason));
        }

        return identity.Name;
    }
}
