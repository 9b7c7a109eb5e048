using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Federated.Identity;
using Grpc.Net.Client;

namespace Federated.Hosting;

/// <summary>An outbound connection to the coordinator: HTTP/2 over TLS 1.3, both sides showing certificates of the consortium.</summary>
public sealed class ConsortiumChannel : IDisposable
{
    private readonly TlsIdentity _tls;
    private string? _lastRefusal;
    private byte[]? _peer; // DER; of the last connection that was accepted

    /// <param name="address">An https address.</param>
    /// <param name="tls">Own certificate and the root that the coordinator's must be under. Must outlive the channel.</param>
    public ConsortiumChannel(Uri address, TlsIdentity tls)
    {
        Address = address;
        _tls = tls;
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(10),
            KeepAlivePingDelay = TimeSpan.FromSeconds(15), // under the idle limits of hospital firewalls
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                LocalCertificateSelectionCallback = (_, _, _, _, _) => tls.Certificate,
                RemoteCertificateValidationCallback = (_, certificate, _, _) => Accept(certificate),
            },
        };
        Channel = GrpcChannel.ForAddress(
            address,
            new GrpcChannelOptions
            {
                HttpHandler = handler,
                DisposeHttpClient = true,
                MaxReceiveMessageSize = MaxMessageBytes,
            }
        );
    }

    /// <summary>Most bytes of one message, both ways: a chunk of 1 MiB and its frame.</summary>
    public const int MaxMessageBytes = 2 << 20;

    /// <summary>Where the coordinator is.</summary>
    public Uri Address { get; }

    /// <summary>For the generated clients.</summary>
    public GrpcChannel Channel { get; }

    /// <summary>Why the coordinator's certificate was refused since the last time this was asked, or null; the handshake's own exception does not say.</summary>
    public string? TakeRefusal() => Interlocked.Exchange(ref _lastRefusal, null);

    /// <summary>
    /// Why the coordinator's certificate does not count any more, or null: a connection may live for months, and a certificate that is revoked or runs
    /// out meanwhile ends it. Null before the first connection.
    /// </summary>
    public string? PeerRefusal()
    {
        if (Volatile.Read(ref _peer) is not { } der)
        {
            return null;
        }

        using var peer = X509CertificateLoader.LoadCertificate(der);
        return _tls.Refusal(peer, Role.Coordinator);
    }

    /// <inheritdoc/>
    public void Dispose() => Channel.Dispose();

    private bool Accept(X509Certificate? certificate)
    {
        var refusal = _tls.Refusal(certificate as X509Certificate2, Role.Coordinator);
        Volatile.Write(ref _lastRefusal, refusal);
        if (refusal is null)
        {
            Volatile.Write(ref _peer, certificate!.GetRawCertData());
        }

        return refusal is null;
    }
}
