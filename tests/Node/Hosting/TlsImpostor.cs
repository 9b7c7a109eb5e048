using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Federated.Hosting;

namespace Federated.Node.Tests.Hosting;

/// <summary>
/// Listens with whatever certificate it has, which the product's own server would not do; completes the handshake, then says nothing.
/// </summary>
internal sealed class TlsImpostor : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public TlsImpostor(TlsIdentity tls)
    {
        _listener.Start();
        _accepting = AcceptAsync(tls);
    }

    public Uri Address => new($"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(TlsIdentity tls)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificate = tls.Certificate,
            ApplicationProtocols = [SslApplicationProtocol.Http2],
        };
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await using var stream = new SslStream(client.GetStream());
                await stream.AuthenticateAsServerAsync(options, _stop.Token);
                await stream.ReadExactlyAsync(new byte[1], _stop.Token);
            }
            catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException)
            {
                // The client left, as it should; or the test is over.
            }
        }
    }
}
