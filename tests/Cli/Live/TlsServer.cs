using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Federated.Hosting;

namespace Federated.Cli.Tests.Live;

/// <summary>As much of a coordinator as a client sees before it judges the certificate: a TLS handshake.</summary>
internal sealed class TlsServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _accepting;

    /// <param name="identity">What to show. The server's from now on.</param>
    public TlsServer(TlsIdentity identity)
    {
        Identity = identity;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public TlsIdentity Identity { get; }

    public string Address => $"https://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public void Dispose()
    {
        _listener.Stop();
        _accepting.Wait();
        Identity.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificate = Identity.Certificate,
                        EnabledSslProtocols = SslProtocols.Tls13,
                        ApplicationProtocols = [SslApplicationProtocol.Http2],
                    }
                );
                // In TLS 1.3 the server is done first: it hears of the client's refusal only when it reads.
                await tls.ReadExactlyAsync(new byte[1]);
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                // The client refused, as it should.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return; // stopped
            }
        }
    }
}
