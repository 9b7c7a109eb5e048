using Federated.Cli.Studies;
using Federated.Hosting;
using Federated.V1;
using Grpc.Core;

namespace Federated.Cli.Tests.Studies;

/// <summary>Following a study over breaks of the connection. A stream always starts with the first event, as the coordinator's does.</summary>
[TestClass]
public sealed class StudyNewsTests
{
    public required TestContext TestContext { get; init; }

    [TestMethod]
    public async Task After_a_break_the_events_go_on_where_they_were_and_none_comes_twice()
    {
        var news = await FollowAsync(Stream(Away(), 0, 1, 2), Stream(Away()), Stream(Away(), 0, 1, 2, 3), Stream(null, 0, 1, 2, 3, 4));

        CollectionAssert.AreEqual(
            new[] { "0", "1", "2", "away", "back", "3", "away", "back", "4" },
            news.Select(item =>
                    item is StudyNews.Event e ? $"{e.What.Sequence}"
                    : ((StudyNews.Connection)item).IsAway ? "away"
                    : "back"
                )
                .ToArray()
        );
    }

    [TestMethod]
    public async Task A_stream_that_ends_before_the_study_does_is_a_break()
    {
        var news = await FollowAsync(Stream(null, 0, 1), Stream(null, 0, 1, 4));

        Assert.AreEqual(4UL, ((StudyNews.Event)news[^1]).What.Sequence);
    }

    [TestMethod]
    public async Task A_coordinator_that_was_never_there_is_an_error_at_once()
    {
        var refused = await Assert.ThrowsExactlyAsync<OperatorException>(() => FollowAsync(Stream(Away())));

        Assert.AreEqual("away", refused.Message);
    }

    [TestMethod]
    public async Task A_refusal_after_a_break_is_not_tried_again()
    {
        var refusal = new OperatorException("revoked", inner: new RpcException(new Status(StatusCode.Unauthenticated, "")));

        var refused = await Assert.ThrowsExactlyAsync<OperatorException>(() => FollowAsync(Stream(Away(), 0), Stream(refusal)));

        Assert.AreEqual("revoked", refused.Message);
    }

    [TestMethod]
    public async Task A_coordinator_that_comes_back_with_another_past_is_named()
    {
        async IAsyncEnumerable<StudyEvent> AnotherPast()
        {
            yield return Event(0);
            await Task.Yield();
            yield return new StudyEvent
            {
                Sequence = 1,
                SiteLeft = new SiteLeft { Site = "nord" },
            };
        }

        var refused = await Assert.ThrowsExactlyAsync<OperatorException>(() => FollowAsync(Stream(Away(), 0, 1), AnotherPast()));

        Assert.AreEqual("The coordinator came back with another past: event 1 of this study is not what it was.", refused.Message);
    }

    private static OperatorException Away() => new("away", inner: new RpcException(new Status(StatusCode.Unavailable, "")));

    /// <summary>Number 4 is the end of the study.</summary>
    private static StudyEvent Event(ulong sequence) =>
        sequence == 4
            ? new StudyEvent
            {
                Sequence = 4,
                StudyDone = new StudyDone { Completed = true },
            }
            : new StudyEvent
            {
                Sequence = sequence,
                SiteJoined = new SiteJoined { Site = $"s{sequence}" },
            };

    private static async IAsyncEnumerable<StudyEvent> Stream(OperatorException? end, params ulong[] sequences)
    {
        foreach (var sequence in sequences)
        {
            await Task.Yield();
            yield return Event(sequence);
        }

        if (end is not null)
        {
            throw end;
        }
    }

    private async Task<List<StudyNews>> FollowAsync(params IAsyncEnumerable<StudyEvent>[] streams)
    {
        var next = 0;
        var news = new List<StudyNews>();
        await foreach (var item in StudyNews.FollowAsync(_ => streams[next++], TimeProvider.System, TestContext.CancellationToken))
        {
            news.Add(item);
        }

        return news;
    }
}
