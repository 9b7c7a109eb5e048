using System.Diagnostics;

namespace Federated.Fixtures.Processes;

/// <summary>Waiting for what must come, with a bound that only a hang reaches: far above what a slow machine needs.</summary>
internal static class Wait
{
    /// <summary>When waiting turns into a failure.</summary>
    public static TimeSpan Bound { get; } = TimeSpan.FromSeconds(150);

    /// <summary>The same for a study of so many rounds: a long one is no hang.</summary>
    public static TimeSpan BoundOf(int rounds) => Bound + TimeSpan.FromSeconds(rounds);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Polls until <paramref name="condition"/> holds.</summary>
    /// <param name="what">Ends the sentence "Waited in vain for …".</param>
    /// <param name="condition">Asked again and again.</param>
    /// <param name="details">Added to the failure; what an engineer would look at first.</param>
    /// <param name="bound">When waiting turns into a failure; <see cref="Bound"/> if none is given.</param>
    public static void For(string what, Func<bool> condition, Func<string>? details = null, TimeSpan? bound = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > (bound ?? Bound))
            {
                Assert.Fail($"Waited in vain for {what}.\n{details?.Invoke()}");
            }

            Task.Delay(Pause).Wait();
        }
    }

    /// <summary>Polls until <paramref name="find"/> finds something.</summary>
    public static T Find<T>(string what, Func<T?> find, Func<string>? details = null)
        where T : class
    {
        T? found = null;
        For(what, () => (found = find()) is not null, details);
        return found!;
    }
}
