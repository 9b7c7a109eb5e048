namespace Federated.Data;

/// <summary>One reason why a mapping or a hospital's file cannot be used, for the people at that hospital to mend.</summary>
/// <param name="Source">Name of the file, as the caller gave it.</param>
/// <param name="Line">Line in it, from 1; 0 if the fault is the whole file's.</param>
/// <param name="Field">Key of the mapping, or variable and column; empty if the fault is the whole line's.</param>
/// <param name="Message">What is wrong: the value, the limit.</param>
/// <param name="Hint">What to do about it, or null.</param>
/// <remarks>
/// These files are patients. A fault shows at most the one value it is about, shortened, never the row around it and never a patient key. Even
/// so, faults stay at the site: show them to its operators, send them nowhere.
/// </remarks>
public sealed record DataFault(string Source, int Line, string Field, string Message, string? Hint = null)
{
    /// <summary>"file:line: field: message", then the hint on a line of its own.</summary>
    public override string ToString() =>
        Where(Source, Line) + (Field.Length == 0 ? "" : $": {Field}") + $": {Message}" + (Hint is null ? "" : $"\n  hint: {Hint}");

    internal static string Where(string source, int line) => line == 0 ? source : FormattableString.Invariant($"{source}:{line}");
}

/// <summary>Something an operator should look at, though the file can be used. Stays at the site, as a <see cref="DataFault"/> does.</summary>
/// <param name="Source">Name of the file, as the caller gave it.</param>
/// <param name="Line">Line in it, from 1; 0 if it is about the whole file.</param>
/// <param name="Message">What was seen, and what was done about it.</param>
public sealed record DataWarning(string Source, int Line, string Message)
{
    /// <summary>"file:line: message".</summary>
    public override string ToString() => $"{DataFault.Where(Source, Line)}: {Message}";
}

/// <summary>All faults of one file: the first of them, and how many more there were.</summary>
/// <param name="Shown">In the order found, at most <see cref="MostShown"/>.</param>
/// <param name="More">Faults found beyond those; 0 if all are shown.</param>
public sealed record DataFaults(IReadOnlyList<DataFault> Shown, int More)
{
    /// <summary>Faults kept in full: a file with a wrong unit has one per row, and the first fifty say it all.</summary>
    public const int MostShown = 50;

    /// <summary>One fault per line or two, then "and N more".</summary>
    public override string ToString() => string.Join('\n', Shown) + (More == 0 ? "" : FormattableString.Invariant($"\nand {More} more"));
}

/// <summary>Collects faults up to the limit and counts the rest. One per file; not thread-safe.</summary>
internal sealed class FaultList(string source)
{
    private readonly List<DataFault> _shown = [];

    public string Source => source;

    public int Count { get; private set; }

    public void Add(int line, string field, string message, string? hint = null)
    {
        Count++;
        if (_shown.Count < DataFaults.MostShown)
        {
            _shown.Add(new DataFault(source, line, field, message, hint));
        }
    }

    public DataFaults ToFaults() => new([.. _shown], Count - _shown.Count);
}
