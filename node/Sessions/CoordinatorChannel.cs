using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Federated.Hosting;
using Federated.V1;
using Grpc.Net.Client;

namespace Federated.Node.Sessions;

/// <summary>The node's one outbound connection: HTTP/2 over TLS 1.3, both sides showing certificates of the consortium.</summary>
internal sealed class CoordinatorChannel : IDisposable
{
    private readonly GrpcChannel _channel;
    private volatile string? _lastRefusal;

    internal CoordinatorChannel(Uri address, TlsIdentity tls)
    {
        Address = address;
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
                ClientCertificates = [tls.Certificate],
                LocalCertificateSelectionCallback = (_, _, _, _, _) => tls.Certificate,
                RemoteCertificateValidationCallback = (_, certificate, _, _) => Accept(tls, certificate),
            },
        };
        _channel = GrpcChannel.ForAddress(
            address,
            new GrpcChannelOptions
            {
                HttpHandler = handler,
                DisposeHttpClient = true,
                MaxReceiveMessageSize = 2 << 20,
            }
        );
        Client = new NodeService.NodeServiceClient(_channel);
    }

    /// <summary>Where the coordinator is.</summary>
    internal Uri Address { get; }

    /// <summary>Calls. Only the release gate may send vectors.</summary>
    internal NodeService.NodeServiceClient Client { get; }

    /// <summary>Why the coordinator's certificate was last refused; a handshake's own exception does not say.</summary>
    internal string? TakeRefusal() => Interlocked.Exchange(ref _lastRefusal, null);

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    private bool Accept(TlsIdentity tls, X509Certificate? certificate)
    {
        var refusal = tls.Refusal(certificate as X509Certificate2, Role.Coordinator);
        _lastRefusal = refusal;
        return refusal is null;
    }
}
