namespace Federated.SecureAggregation.Tests.Fuzz;

/// <summary>How long to look, and what was found on the way.</summary>
internal sealed class FuzzCases
{
    private readonly SortedDictionary<string, int> _reached = new(StringComparer.Ordinal);

    /// <summary>FEDERATED_FUZZ_CASES, or a few seconds' worth.</summary>
    public static int Count(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("FEDERATED_FUZZ_CASES"), out var cases) ? cases : usual;

    public IEnumerable<string> Reached => _reached.Keys;

    public void Add(string what) => _reached[what] = _reached.GetValueOrDefault(what) + 1;

    /// <summary>The table of what was reached, and how often.</summary>
    public void Print(TestContext context)
    {
        foreach (var (what, count) in _reached)
        {
            context.WriteLine($"{count, 9}  {what}");
        }
    }

    /// <summary>Runs one case and fails if it allocates more than it may.</summary>
    /// <param name="most">Bytes.</param>
    /// <param name="what">For the message.</param>
    /// <param name="run">The case.</param>
    public static T Bounded<T>(long most, Func<string> what, Func<T> run)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = run();
        var used = GC.GetAllocatedBytesForCurrentThread() - before;
        if (used > most)
        {
            Assert.Fail($"{used} bytes were allocated, of at most {most}, for {what()}.");
        }

        return result;
    }
}
