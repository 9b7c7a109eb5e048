using System.Threading.Channels;
using Federated.Coordinator.Hosting;
using Federated.Coordinator.Tests.Studies;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Federated.Coordinator.Tests.Hosting;

/// <summary>There is memory for one input, and d, one of four sites of which three are enough, hangs in the middle of its own.</summary>
[TestClass]
public sealed class StalledUploadTests
{
    private const int InputBytes = 16;

    public required TestContext TestContext { get; init; }

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task A_site_that_hangs_in_the_middle_of_its_input_gives_its_memory_to_those_who_wait()
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"), room: InputBytes);
        using var uploads = new Uploads(bench);
        var sites = await bench.JoinAsync("a", "b", "c", "d");
        var hanging = uploads.Begin(sites[3], [1000, 0, 0, 0]);
        await hanging.HangsAsync(Stop);
        var others = sites[..3].Select((site, i) => uploads.Begin(site, [(int)Math.Pow(10, i), 0, 0, 0])).ToArray();
        Array.ForEach(others, other => other.SendBytes());
        await UntilAsync(() => bench.Context.Room.IsAwaited);

        bench.Time.Advance(bench.Study.Plan.Aggregation.Timeout / 10);

        var ended = await Assert.ThrowsExactlyAsync<RpcException>(() => hanging.Serving.WaitAsync(Stop));
        Assert.AreEqual(StatusCode.ResourceExhausted, ended.StatusCode);
        Assert.AreEqual(
            "no further byte came after 0, and other sites wait for the memory; send it again, from where the coordinator then is.",
            ended.Status.Detail
        );
        await Task.WhenAll(others.Select(other => other.Serving)).WaitAsync(Stop);
        await bench.PassDeadlineAsync();
        Assert.AreEqual("a b c", bench.SurvivorsOf(1));
        CollectionAssert.AreEqual(new long[] { 111, 0, 0, 0 }, bench.SumOf(1));
        Assert.AreEqual(0, bench.Context.Room.Taken);
        Assert.HasCount(
            1,
            bench.Log.All.Where(line => line.StartsWith("Warning: Site d's masked input for round 1, attempt 1 was refused: "))
        );
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task A_slow_site_is_not_hurried_while_nobody_waits_for_its_memory()
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"), room: InputBytes);
        using var uploads = new Uploads(bench);
        var sites = await bench.JoinAsync("a", "b", "c", "d");
        var slow = uploads.Begin(sites[3], [1000, 0, 0, 0]);
        for (var i = 0; i < 2; i++) // before the timers of earlier stages come due, which would be counted wrongly
        {
            await slow.HangsAsync(Stop);
            bench.Time.Advance(bench.Study.Plan.Aggregation.Timeout / 10);
        }

        slow.SendBytes();

        await slow.Serving.WaitAsync(Stop);
        Assert.AreEqual(MaskedInputProgress.KindOneofCase.Receipt, slow.Answers[^1].KindCase);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Delay(5);
        }
    }

    /// <summary>The product's own server of inputs, over the bench's study and clock.</summary>
    private sealed class Uploads(StudyBench bench) : IDisposable
    {
        private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);
        private InputUploads? _server;

        /// <summary>A call that has its header, and no byte yet.</summary>
        public Call Begin(ScriptedSite site, int[] lanes)
        {
            _server ??= new InputUploads(bench.Context, bench.Context.Log, bench.Context.Metrics, _lifetime);
            return new Call(bench, _server, site, lanes);
        }

        public void Dispose() => _lifetime.StopApplication();
    }

    private sealed class Call : IAsyncStreamReader<MaskedInputMessage>, IServerStreamWriter<MaskedInputProgress>
    {
        private readonly Channel<MaskedInputMessage> _requests = Channel.CreateUnbounded<MaskedInputMessage>();
        private readonly StudyBench _bench;
        private readonly ReadOnlyMemory<byte> _bytes;
        private readonly int _timers;

        public Call(StudyBench bench, InputUploads server, ScriptedSite site, int[] lanes)
        {
            var input = site.Mask(1, 1, lanes)!;
            _bench = bench;
            _bytes = input.Bytes;
            _timers = bench.Time.Timers;
            Send(new MaskedInputMessage { Header = input.Header.ToWire(bench.Study.PlanHash, new(1), new(1)) });
            Serving = server.ServeAsync(site.Name, (_, _) => bench.Study, this, this, CancellationToken.None);
        }

        public Task Serving { get; }

        public List<MaskedInputProgress> Answers { get; } = [];

        public MaskedInputMessage Current { get; private set; } = new();

        public WriteOptions? WriteOptions { get; set; }

        public void SendBytes() => Send(new MaskedInputMessage { Chunk = new Chunk { Data = ByteString.CopyFrom(_bytes.Span) } });

        /// <summary>Until the coordinator waits for bytes, and has set the clock for it.</summary>
        public async Task HangsAsync(CancellationToken cancellationToken)
        {
            while (_bench.Time.Timers <= _timers)
            {
                await Task.WhenAny(Serving, Task.Delay(5, cancellationToken));
                Assert.IsFalse(Serving.IsCompleted, $"it ended: {Serving.Exception}");
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            Current = await _requests.Reader.ReadAsync(cancellationToken);
            return true;
        }

        public Task WriteAsync(MaskedInputProgress message)
        {
            Answers.Add(message);
            return Task.CompletedTask;
        }

        public Task WriteAsync(MaskedInputProgress message, CancellationToken cancellationToken) => WriteAsync(message);

        private void Send(MaskedInputMessage message) => Assert.IsTrue(_requests.Writer.TryWrite(message));
    }
}
