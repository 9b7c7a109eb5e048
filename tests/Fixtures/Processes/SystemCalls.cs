using System.Globalization;
using System.Text.RegularExpressions;

namespace Federated.Fixtures.Processes;

/// <summary>Which files each process opened, from a log of <c>strace -f</c>.</summary>
/// <remarks>
/// strace names threads, not processes, so the log must hold every execve, clone and fork as well: a thread belongs to the thread that made
/// it, up to the one that executed a program.
/// </remarks>
internal sealed partial class SystemCalls
{
    /// <summary>The calls that <see cref="Read"/> needs.</summary>
    public const string Traced = "open,openat,openat2,execve,clone,clone3,fork,vfork";

    private readonly Dictionary<int, int> _makers = [];
    private readonly Dictionary<int, string> _programs = [];
    private readonly List<(int Thread, string File)> _opened = [];

    /// <summary>Reads a whole log.</summary>
    public static SystemCalls Read(IEnumerable<string> lines)
    {
        var calls = new SystemCalls();
        foreach (var line in lines)
        {
            calls.Add(line);
        }

        return calls;
    }

    /// <summary>For each process that executed <paramref name="program"/>, the files it opened with success.</summary>
    public IReadOnlyDictionary<int, HashSet<string>> OpenedBy(string program) =>
        _programs
            .Where(pair => Path.GetFileName(pair.Value) == program)
            .ToDictionary(
                pair => pair.Key,
                pair => _opened.Where(open => ProcessOf(open.Thread) == pair.Key).Select(open => open.File).ToHashSet()
            );

    private void Add(string line)
    {
        if (Made().Match(line) is { Success: true } made)
        {
            _makers[Number(made, "made")] = Number(made, "thread");
        }
        else if (Executed().Match(line) is { Success: true } executed)
        {
            // Whether it failed does not matter: a process that failed to execute opens nothing afterwards.
            _programs[Number(executed, "thread")] = executed.Groups["file"].Value;
        }
        else if (Opened().Match(line) is { Success: true } opened)
        {
            _opened.Add((Number(opened, "thread"), opened.Groups["file"].Value));
        }
    }

    private int ProcessOf(int thread)
    {
        while (!_programs.ContainsKey(thread) && _makers.TryGetValue(thread, out var maker))
        {
            thread = maker;
        }

        return thread;
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<thread>\d+) .*(clone|clone3|fork|vfork)\b.* = (?<made>\d+)$")]
    private static partial Regex Made();

    [GeneratedRegex("^(?<thread>\\d+) +execve\\(\"(?<file>[^\"]*)\"")]
    private static partial Regex Executed();

    /// <summary>Also a call that another thread's line interrupted: then its result is not on this line, and the file counts as opened.</summary>
    [GeneratedRegex("^(?<thread>\\d+) +open(at2?)?\\((AT_FDCWD, |\\d+, )?\"(?<file>[^\"]*)\".*( = \\d+|<unfinished \\.\\.\\.>)$")]
    private static partial Regex Opened();
}
