using System.Globalization;

namespace Federated.Fixtures.Processes;

/// <summary>One process as /proc shows it.</summary>
/// <param name="Id">Its process identifier.</param>
/// <param name="Program">File name of what it executes, from its first argument.</param>
/// <param name="Arguments">All arguments.</param>
internal sealed record ProcessEntry(int Id, string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Files that it has mapped into memory.</summary>
    public string Maps => File.ReadAllText($"/proc/{Id}/maps");

    public override string ToString() => $"{Id} {string.Join(' ', Arguments)}";
}

/// <summary>
/// The machine's processes, read from /proc. Whatever a test starts has the path of its <see cref="TestFolder"/> in an argument, which tells its
/// processes from those of a neighbour.
/// </summary>
internal static class ProcessTable
{
    /// <summary>The product's daemons that have <paramref name="marker"/> (a test's own folder) in an argument.</summary>
    public static IReadOnlyList<ProcessEntry> Daemons(string marker) =>
        [
            .. All()
                .Where(process =>
                    process.Program is "fed-node" or "fed-coordinator" && process.Arguments.Any(argument => argument.Contains(marker))
                ),
        ];

    /// <summary>Waits until no daemon of a test is left.</summary>
    public static void WaitUntilNoneIsLeft(string marker) =>
        Wait.For("the daemons to end", () => Daemons(marker).Count == 0, () => string.Join('\n', Daemons(marker)));

    private static IEnumerable<ProcessEntry> All()
    {
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (
                int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id)
                && Arguments(folder) is { Length: > 0 } arguments
            )
            {
                yield return new ProcessEntry(id, Path.GetFileName(arguments[0]), arguments);
            }
        }
    }

    /// <summary>The arguments, or none: a zombie has none, and a process may end while it is looked at.</summary>
    private static string[] Arguments(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (IOException)
        {
            return [];
        }
    }
}
