using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Federated.Identity;

namespace Federated.Hosting;

/// <summary>
/// The way to a coordinator, one step at a time, so that an operator learns which one fails: name, port, TLS. Sends nothing but the handshake.
/// Each step returns null, or what is wrong with it.
/// </summary>
public static class CoordinatorProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Resolves the name.</summary>
    public static async Task<(IReadOnlyList<IPAddress> Addresses, string? Fault)> ResolveAsync(
        Uri coordinator,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(coordinator.DnsSafeHost, cancellationToken)
                .WaitAsync(Patience, cancellationToken)
                .ConfigureAwait(false);
            return (addresses, addresses.Length > 0 ? null : $"{coordinator.Host} has no address.");
        }
        catch (Exception e) when (e is SocketException or TimeoutException)
        {
            return ([], $"{coordinator.Host} cannot be resolved: {e.Message}");
        }
    }

    /// <summary>Opens the port, and closes it again.</summary>
    public static async Task<string?> ConnectAsync(Uri coordinator, CancellationToken cancellationToken)
    {
        try
        {
            using var socket = await OpenAsync(coordinator, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (e is SocketException or TimeoutException)
        {
            return $"{coordinator.Host}, TCP port {coordinator.Port}: {e.Message}";
        }
    }

    /// <summary>Shakes hands, each side showing its certificate, and closes the connection again.</summary>
    public static async Task<string?> HandshakeAsync(Uri coordinator, TlsIdentity tls, CancellationToken cancellationToken)
    {
        string? refusal = null;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = coordinator.Host,
            EnabledSslProtocols = SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            LocalCertificateSelectionCallback = (_, _, _, _, _) => tls.Certificate,
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                refusal = tls.Refusal(certificate as X509Certificate2, Role.Coordinator);
                return refusal is null;
            },
        };
        try
        {
            using var socket = await OpenAsync(coordinator, cancellationToken).ConfigureAwait(false);
            await using var stream = new SslStream(new NetworkStream(socket));
            await stream.AuthenticateAsClientAsync(options, cancellationToken).WaitAsync(Patience, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or SocketException or TimeoutException)
        {
            return refusal is null ? $"the TLS 1.3 handshake failed: {e.Message}" : $"the coordinator's certificate was refused: {refusal}";
        }
    }

    private static async Task<Socket> OpenAsync(Uri coordinator, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket
                .ConnectAsync(coordinator.DnsSafeHost, coordinator.Port, cancellationToken)
                .AsTask()
                .WaitAsync(Patience, cancellationToken)
                .ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
