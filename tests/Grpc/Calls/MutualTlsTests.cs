using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Federated.Grpc.Tests.Hosting;
using Federated.Grpc.Tests.Wire;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;

namespace Federated.Grpc.Tests.Calls;

/// <summary>Each side shows a certificate; whoever shows none, or one of another authority, is refused.</summary>
[TestClass]
public sealed class MutualTlsTests : IDisposable
{
    private readonly TestAuthority _authority = new("Test authority");
    private readonly TestAuthority _stranger = new("Another authority");

    public required TestContext TestContext { get; init; }

    private CancellationToken Cancellation => TestContext.CancellationToken;

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
    }

    [TestMethod]
    public async Task A_Python_server_learns_who_our_client_is()
    {
        await using var server = await Channels.StartPythonServerAsync(Cancellation, _authority.ForPython(_authority.IssueServer()));
        using var channel = Channels.Secure(Channels.AddressOf(server, "https"), _authority, _authority.IssueClient("site-a"));

        Assert.AreEqual("site-a", await PeerAsync(channel));
    }

    [TestMethod]
    public async Task Our_server_learns_who_our_client_is()
    {
        await using var host = await InteropHost.StartAsync(Cancellation, InteropHost.MutualTls(_authority));
        using var channel = Channels.Secure(host.Address, _authority, _authority.IssueClient("site-a"));

        Assert.AreEqual("site-a", await PeerAsync(channel));
    }

    [TestMethod]
    public async Task Our_server_learns_who_a_Python_client_is()
    {
        await using var host = await InteropHost.StartAsync(Cancellation, InteropHost.MutualTls(_authority));

        var seen = await PythonEchoAsync(host.Address, _authority.ForPython(_authority.IssueClient("site-b")));

        Assert.AreEqual("site-b", seen["trailers"]?["x-peer"]?.GetValue<string>(), seen.ToJsonString());
    }

    [TestMethod]
    public async Task Call_credentials_go_with_each_call_over_a_secured_channel()
    {
        await using var server = await Channels.StartPythonServerAsync(Cancellation, _authority.ForPython(_authority.IssueServer()));
        var called = new List<string>();
        var credentials = CallCredentials.Compose(
            CallCredentials.FromInterceptor(
                (context, metadata) =>
                {
                    called.Add(context.MethodName);
                    metadata.Add("x-echo", "first");
                    return Task.CompletedTask;
                }
            ),
            CallCredentials.FromInterceptor(
                (_, metadata) =>
                {
                    metadata.Add("x-echo-bin", [1, 2, 3]);
                    return Task.CompletedTask;
                }
            )
        );
        using var channel = Channels.Secure(
            Channels.AddressOf(server, "https"),
            _authority,
            _authority.IssueClient("site-a"),
            ChannelCredentials.Create(ChannelCredentials.SecureSsl, credentials)
        );

        using var call = Echo(channel);
        await call;

        CollectionAssert.AreEqual(new[] { "Echo" }, called);
        Assert.AreEqual("first", call.GetTrailers().GetValue("x-echo"));
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, call.GetTrailers().GetValueBytes("x-echo-bin"));
    }

    [TestMethod]
    [DataRow(false, false, DisplayName = "our server, no certificate")]
    [DataRow(false, true, DisplayName = "our server, a certificate of another authority")]
    [DataRow(true, false, DisplayName = "a Python server, no certificate")]
    [DataRow(true, true, DisplayName = "a Python server, a certificate of another authority")]
    public async Task Our_client_is_refused_without_a_certificate_that_the_server_trusts(bool python, bool showStranger)
    {
        await using var server = python ? await StartPythonAsync() : await StartOursAsync();
        using var channel = Channels.Secure(server.Address, _authority, StrangerOrNone(showStranger));

        var failure = await Assert.ThrowsExactlyAsync<RpcException>(async () => await Echo(channel));

        Assert.AreEqual(StatusCode.Unavailable, failure.StatusCode, failure.ToString());
    }

    [TestMethod]
    [DataRow(false, DisplayName = "no certificate")]
    [DataRow(true, DisplayName = "a certificate of another authority")]
    public async Task A_Python_client_is_refused_without_a_certificate_that_our_server_trusts(bool showStranger)
    {
        await using var host = await InteropHost.StartAsync(Cancellation, InteropHost.MutualTls(_authority));

        var seen = await PythonEchoAsync(host.Address, _authority.ForPython(StrangerOrNone(showStranger)));

        Assert.AreEqual((int)StatusCode.Unavailable, seen["failed"]?["code"]?.GetValue<int>(), seen.ToJsonString());
    }

    [TestMethod]
    [DataRow(false, DisplayName = "our server")]
    [DataRow(true, DisplayName = "a Python server")]
    public async Task Our_client_refuses_a_server_of_another_authority(bool python)
    {
        await using var server = python ? await StartPythonAsync() : await StartOursAsync();
        using var channel = Channels.Secure(server.Address, trusted: _stranger, _authority.IssueClient("site-a"));

        var failure = await Assert.ThrowsExactlyAsync<RpcException>(async () => await Echo(channel));

        Assert.IsInstanceOfType<System.Security.Authentication.AuthenticationException>(failure.Status.DebugException?.InnerException);
    }

    private X509Certificate2? StrangerOrNone(bool stranger) => stranger ? _stranger.IssueClient("site-a") : null;

    private AsyncUnaryCall<StringValue> Echo(GrpcChannel channel) =>
        new Interop.InteropClient(channel).EchoAsync(
            new StringValue { Value = "who am I?" },
            deadline: Channels.PatienceEnds,
            cancellationToken: Cancellation
        );

    private async Task<string?> PeerAsync(GrpcChannel channel)
    {
        using var call = Echo(channel);
        await call;
        return call.GetTrailers().GetValue("x-peer");
    }

    private async Task<JsonNode> PythonEchoAsync(Uri address, JsonObject tls)
    {
        await using var client = await Channels.StartPythonClientAsync(address, Cancellation, tls);
        return await client.AskAsync(
            new()
            {
                ["try"] = "echo",
                ["text"] = "who am I?",
                ["header"] = "h",
                ["octets"] = "",
            },
            Cancellation
        );
    }

    private async Task<Listening> StartOursAsync()
    {
        var host = await InteropHost.StartAsync(Cancellation, InteropHost.MutualTls(_authority));
        return new Listening(host.Address, host);
    }

    private async Task<Listening> StartPythonAsync()
    {
        var server = await Channels.StartPythonServerAsync(Cancellation, _authority.ForPython(_authority.IssueServer()));
        return new Listening(Channels.AddressOf(server, "https"), server);
    }

    /// <summary>A server of either kind.</summary>
    private sealed record Listening(Uri Address, IAsyncDisposable Server) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
