using Federated.Federation;
using Federated.Hosting;
using Federated.Identity;
using Grpc.Core;

namespace Federated.Coordinator.Hosting;

/// <summary>Who calls, by certificate. Every service method begins with <see cref="Require"/>.</summary>
/// <remarks>
/// The TLS layer asks for a certificate and takes any: a handshake that fails tells a hospital's operator nothing, a status does. Judged
/// anew at each call, so that a revocation counts at once; <see cref="TlsIdentity"/> remembers which chains it has built.
/// </remarks>
internal sealed class Callers(TlsIdentity tls, TimeProvider time, CoordinatorLog log)
{
    /// <summary>How long a revoked certificate's open call may live on.</summary>
    private static readonly TimeSpan RecheckEvery = TimeSpan.FromSeconds(5);

    /// <summary>The caller's name, if its certificate is of this consortium, still valid, not revoked, and of one of these roles.</summary>
    /// <exception cref="RpcException">UNAUTHENTICATED or PERMISSION_DENIED, with what the operator should do.</exception>
    internal SiteName Require(ServerCallContext call, params ReadOnlySpan<Role> roles)
    {
        var http = call.GetHttpContext();
        var certificate = http.Connection.ClientCertificate;
        if (tls.Refusal(certificate, expected: null) is { } refusal)
        {
            log.CallRefused(call.Method, call.Peer, refusal);
            throw new RpcException(new Status(StatusCode.Unauthenticated, $"The coordinator does not let you in: {refusal}"));
        }

        if (!PeerIdentity.TryRead(certificate!, out var identity, out var fault))
        {
            throw new RpcException(new Status(StatusCode.Unauthenticated, fault));
        }

        if (!roles.Contains(identity.Role))
        {
            var allowed = string.Join(" or ", roles.ToArray().Select(Roles.NameOf));
            var reason =
                $"'{identity.Name}' is {(identity.Role == Role.Auditor ? "an" : "a")} {Roles.NameOf(identity.Role)}; only {(roles[0] == Role.Auditor ? "an" : "a")} {allowed} may call {call.Method}.";
            log.CallRefused(call.Method, call.Peer, reason);
            throw new RpcException(new Status(StatusCode.PermissionDenied, reason));
        }

        return identity.Name;
    }

    /// <summary>For calls that may last for months: a certificate that is revoked or runs out meanwhile ends them.</summary>
    /// <returns>Never in good order: it ends with <see cref="Require"/>'s refusal, or cancelled.</returns>
    internal async Task KeepRequiringAsync(ServerCallContext call, Role[] roles, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(RecheckEvery, time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            Require(call, roles);
        }
    }
}
