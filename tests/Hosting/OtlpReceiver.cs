using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Federated.Hosting.Tests;

/// <summary>As much of an OpenTelemetry collector as a test needs: takes OTLP over gRPC without TLS and keeps the bytes.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, byte[]> _received = new();

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2)
        );
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.MapPost("/opentelemetry.proto.collector.{signal}.v1.{service}/Export", receiver.ExportAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>The last export of a signal, with its gRPC frame.</summary>
    public byte[] Received(string signal) => _received.GetValueOrDefault(signal) ?? [];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ExportAsync(HttpContext http, string signal)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        _received[signal] = body.ToArray();

        // An empty message and status OK, by hand: a byte for "not compressed" and a length of 0.
        http.Response.ContentType = "application/grpc";
        http.Response.AppendTrailer("grpc-status", "0");
        await http.Response.Body.WriteAsync(new byte[5], http.RequestAborted);
    }
}
