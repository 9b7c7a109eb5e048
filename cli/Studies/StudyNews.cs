using System.Runtime.CompilerServices;
using Federated.Hosting;
using Federated.V1;

namespace Federated.Cli.Studies;

/// <summary>What a watcher is told.</summary>
internal abstract record StudyNews
{
    private StudyNews() { }

    /// <summary>Something happened to the study.</summary>
    internal sealed record Event(StudyEvent What) : StudyNews;

    /// <summary>Something happened to the connection.</summary>
    internal sealed record Connection(string Text, bool IsAway) : StudyNews;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A study's events, each once and in order, until it is over, however often the coordinator restarts. A break is said once, and so is its end.
    /// </summary>
    /// <param name="watch">Opens the coordinator's stream of events, which starts with the first one each time.</param>
    /// <param name="time">The clock for the waits between two tries.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="OperatorException">
    /// The coordinator was not there in the first place, refuses, or comes back with another past than it had told before.
    /// </exception>
    internal static async IAsyncEnumerable<StudyNews> FollowAsync(
        Func<CancellationToken, IAsyncEnumerable<StudyEvent>> watch,
        TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        StudyEvent? last = null;
        var isAway = false;
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            await using var events = watch(cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await MoveNextAsync(events, wasThere: last is not null))
            {
                var what = events.Current;
                if (isAway)
                {
                    isAway = false;
                    wait = FirstWait;
                    yield return new Connection("the coordinator is back", IsAway: false);
                }

                if (IsKnown(what, last))
                {
                    continue;
                }

                last = what;
                yield return new Event(what);
                if (what.KindCase == StudyEvent.KindOneofCase.StudyDone)
                {
                    yield break;
                }
            }

            if (!isAway)
            {
                isAway = true;
                yield return new Connection(
                    "the coordinator does not answer; trying again until it does (Ctrl-C stops watching, not the study)",
                    true
                );
            }

            await Task.Delay(wait, time, cancellationToken);
        }
    }

    /// <summary>False where the stream ended or broke, which for a watcher is the same: the study is not over yet.</summary>
    private static async Task<bool> MoveNextAsync(IAsyncEnumerator<StudyEvent> events, bool wasThere)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (OperatorException e) when (wasThere && StudyClient.IsAway(e))
        {
            return false;
        }
    }

    /// <summary>True for an event that was told before a break.</summary>
    private static bool IsKnown(StudyEvent what, StudyEvent? last)
    {
        if (last is null || what.Sequence > last.Sequence)
        {
            return false;
        }

        return what.Sequence < last.Sequence || what.Equals(last)
            ? true
            : throw new OperatorException(
                $"The coordinator came back with another past: event {what.Sequence} of this study is not what it was.",
                "ask its operator whether it was restored from a backup; watch the study again to see what it has now"
            );
    }
}
