using System.Text.Json.Nodes;
using Federated.Grpc.Tests.Hosting;
using Federated.Grpc.Tests.Python;
using Grpc.Core;

namespace Federated.Grpc.Tests.Calls;

/// <summary>A stock Python client against our server: the client says what it saw, the tests know what it should have seen.</summary>
[TestClass]
public sealed class PythonClientTests
{
    private static InteropHost? _host;
    private static PythonProcess? _client;

    public required TestContext TestContext { get; init; }

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        _host = await InteropHost.StartAsync(context.CancellationToken);
        _client = await Channels.StartPythonClientAsync(_host.Address, context.CancellationToken);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }

        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }

    [TestMethod]
    public async Task A_unary_call_returns_its_response_headers_and_trailers()
    {
        var octets = Convert.ToBase64String(Expected.AllOctets);

        var seen = await TryAsync(
            "echo",
            new()
            {
                ["text"] = "santé 心",
                ["header"] = "one two",
                ["octets"] = octets,
            }
        );

        Assert.AreEqual("santé 心", Text(seen, "text"));
        Assert.AreEqual("one two", Text(seen["headers"]!, "x-echo"));
        Assert.AreEqual("one two", Text(seen["trailers"]!, "x-echo"));
        Assert.AreEqual(octets, Text(seen["trailers"]!, "x-echo-bin"));
        AssertCode(StatusCode.OK, seen);
    }

    [TestMethod]
    public async Task A_client_stream_reaches_the_server_whole()
    {
        var seen = await TryAsync("sum", new() { ["numbers"] = Numbers(1000) });

        Assert.AreEqual(500_500, seen["number"]!.GetValue<long>());
    }

    [TestMethod]
    [DataRow(0, DisplayName = "no message at all")]
    [DataRow(1, DisplayName = "one message")]
    [DataRow(1000, DisplayName = "many messages")]
    public async Task A_server_stream_arrives_whole_and_in_order(int count)
    {
        var seen = await TryAsync("count", new() { ["number"] = count });

        Assert.AreEqual(Numbers(count).ToJsonString(), seen["numbers"]!.ToJsonString());
    }

    [TestMethod]
    public async Task A_duplex_stream_answers_each_message_before_the_next_is_sent()
    {
        var seen = await TryAsync("shout", new() { ["texts"] = new JsonArray("a", "bc", "", "d") });

        Assert.AreEqual("""["A","BC","","D"]""", seen["texts"]!.ToJsonString());
        Assert.IsTrue(seen["ended"]!.GetValue<bool>());
        AssertCode(StatusCode.OK, seen);
    }

    [TestMethod]
    [DynamicData(nameof(Expected.Failures), typeof(Expected))]
    public async Task A_failure_keeps_its_code_detail_and_trailers(StatusCode code)
    {
        var seen = await TryAsync("fail", new() { ["code"] = (int)code });

        AssertCode(code, seen);
        Assert.AreEqual(Expected.Detail, Text(seen, "detail"));
        Assert.AreEqual("because", Text(seen["trailers"]!, "x-reason"));
        Assert.AreEqual(Convert.ToBase64String(Expected.AllOctets), Text(seen["trailers"]!, "grpc-status-details-bin"));
    }

    [TestMethod]
    public async Task A_method_that_the_server_lacks_is_unimplemented()
    {
        var seen = await TryAsync("missing", []);

        AssertCode(StatusCode.Unimplemented, seen);
    }

    [TestMethod]
    public async Task A_deadline_ends_the_call_at_both_ends()
    {
        var seen = await TryAsync("deadline", new() { ["key"] = "deadline", ["seconds"] = 1 });

        AssertCode(StatusCode.DeadlineExceeded, seen);
        Assert.IsTrue(seen["cancelled"]!.GetValue<bool>());
    }

    [TestMethod]
    public async Task A_cancelled_stream_ends_at_both_ends()
    {
        var seen = await TryAsync("cancel", new() { ["key"] = "cancel" });

        Assert.AreEqual("cancel", Text(seen, "first"));
        AssertCode(StatusCode.Cancelled, seen);
        Assert.IsTrue(seen["cancelled"]!.GetValue<bool>());
    }

    [TestMethod]
    public async Task An_abort_by_the_server_comes_after_what_it_had_sent()
    {
        var seen = await TryAsync("abort", new() { ["text"] = "so far" });

        Assert.AreEqual("""["so far"]""", seen["texts"]!.ToJsonString());
        AssertCode(StatusCode.Aborted, seen);
        Assert.AreEqual("the server gave up", Text(seen, "detail"));
    }

    [TestMethod]
    public async Task An_upload_of_64_MiB_arrives_unchanged()
    {
        var seen = await TryAsync("upload", new() { ["total"] = ChunkedBytes.Large });

        var digest = Convert.ToHexStringLower(ChunkedBytes.Digest(ChunkedBytes.Large));
        Assert.AreEqual(digest, Text(seen, "sent"), "Both sides must make the same bytes.");
        Assert.AreEqual(digest, Text(seen, "received"));
    }

    [TestMethod]
    public async Task A_download_of_64_MiB_arrives_unchanged()
    {
        var seen = await TryAsync("download", new() { ["total"] = ChunkedBytes.Large });

        Assert.AreEqual(ChunkedBytes.Large, seen["count"]!.GetValue<long>());
        Assert.AreEqual(Convert.ToHexStringLower(ChunkedBytes.Digest(ChunkedBytes.Large)), Text(seen, "received"));
    }

    private static JsonArray Numbers(int count) => [.. Enumerable.Range(1, count).Select(number => (JsonNode)number)];

    private static string Text(JsonNode node, string name) =>
        node[name]?.GetValue<string>() ?? throw new AssertFailedException($"No '{name}' in {node.ToJsonString()}.");

    private static void AssertCode(StatusCode expected, JsonNode seen) =>
        Assert.AreEqual(expected, (StatusCode)seen["code"]!.GetValue<int>(), seen.ToJsonString());

    private async Task<JsonNode> TryAsync(string what, JsonObject arguments)
    {
        arguments["try"] = what;
        var seen = await _client!.AskAsync(arguments, TestContext.CancellationToken);
        Assert.IsNull(seen["failed"], seen.ToJsonString());
        return seen;
    }
}
