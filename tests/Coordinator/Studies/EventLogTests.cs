using Federated.Coordinator.Studies;
using Federated.Fixtures;
using Federated.V1;

namespace Federated.Coordinator.Tests.Studies;

[TestClass]
public sealed class EventLogTests
{
    public required TestContext TestContext { get; init; }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Every_watcher_sees_every_event_in_order_whenever_it_begins()
    {
        const int events = 3000;
        const int writers = 3;
        var log = new EventLog(TimeProvider.System);

        var watchers = Enumerable.Range(0, 6).Select(_ => Task.Run(() => ReadAllAsync(log))).ToList();
        var writing = Enumerable
            .Range(0, writers)
            .Select(writer =>
                Task.Run(() =>
                {
                    for (uint i = 0; i < events / writers; i++)
                    {
                        log.Append(
                            new StudyEvent
                            {
                                RoundStarted = new RoundStarted { Round = i, Attempt = (uint)writer },
                            }
                        );
                        log.Publish();
                    }
                })
            );
        watchers.Add(Task.Run(() => ReadAllAsync(log)));
        await Task.WhenAll(writing);
        watchers.Add(Task.Run(() => ReadAllAsync(log)));
        log.Close();
        watchers.Add(Task.Run(() => ReadAllAsync(log)));

        var seen = await Task.WhenAll(watchers);
        foreach (var one in seen)
        {
            CollectionAssert.AreEqual(Enumerable.Range(0, events).Select(i => (ulong)i).ToList(), one.Select(e => e.Sequence).ToList());
            CollectionAssert.AreEqual(seen[0], one);
        }

        for (uint writer = 0; writer < writers; writer++)
        {
            var ofOne = seen[0].Where(e => e.RoundStarted.Attempt == writer).Select(e => e.RoundStarted.Round).ToList();
            CollectionAssert.AreEqual(ofOne.Order().ToList(), ofOne, "one writer's events keep their order");
        }
    }

    [TestMethod]
    public async Task An_event_carries_the_time_at_which_it_was_appended()
    {
        var time = new ManualTime();
        var log = new EventLog(time);

        log.Append(new StudyEvent());
        log.Publish();
        time.Advance(TimeSpan.FromSeconds(2));
        log.Append(new StudyEvent());
        log.Publish();
        log.Close();

        var events = await ReadAllAsync(log);
        Assert.AreEqual(2000, events[1].TimeUnixMs - events[0].TimeUnixMs);
        Assert.AreEqual(time.GetUtcNow().ToUnixTimeMilliseconds(), events[1].TimeUnixMs);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task A_watcher_that_gives_up_is_let_go_and_disturbs_nobody()
    {
        var log = new EventLog(TimeProvider.System);
        using var stop = new CancellationTokenSource();
        await using var impatient = log.ReadAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        var waiting = impatient.MoveNextAsync();

        await stop.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await waiting);
        log.Append(new StudyEvent());
        log.Publish();
        log.Close();
        Assert.HasCount(1, await ReadAllAsync(log));
    }

    [TestMethod]
    public async Task An_event_is_seen_once_it_is_published_and_not_before()
    {
        var log = new EventLog(TimeProvider.System);
        await using var watcher = log.ReadAsync(TestContext.CancellationToken).GetAsyncEnumerator(TestContext.CancellationToken);
        var next = watcher.MoveNextAsync();

        log.Append(new StudyEvent());
        Assert.IsFalse(next.IsCompleted);
        Assert.HasCount(1, log.Unpublished());
        log.Publish();

        Assert.IsTrue(await next);
        Assert.IsEmpty(log.Unpublished());
    }

    [TestMethod]
    public async Task After_a_restart_the_numbers_go_on()
    {
        var before = new EventLog(TimeProvider.System);
        before.Append(new StudyEvent());
        before.Append(new StudyEvent());
        var log = new EventLog(TimeProvider.System, before.Unpublished());

        log.Append(new StudyEvent());
        log.Publish();
        log.Close();

        CollectionAssert.AreEqual(new ulong[] { 0, 1, 2 }, (await ReadAllAsync(log)).Select(e => e.Sequence).ToArray());
    }

    [TestMethod]
    public async Task A_closed_log_of_nothing_ends_at_once()
    {
        var log = new EventLog(TimeProvider.System);
        log.Close();

        Assert.IsEmpty(await ReadAllAsync(log));
    }

    private async Task<List<StudyEvent>> ReadAllAsync(EventLog log)
    {
        var events = new List<StudyEvent>();
        await foreach (var one in log.ReadAsync(TestContext.CancellationToken))
        {
            events.Add(one);
        }

        return events;
    }
}
