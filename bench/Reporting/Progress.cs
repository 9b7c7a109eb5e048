using System.Diagnostics;
using System.Globalization;

namespace Federated.Bench.Reporting;

/// <summary>Says on standard error how far a long run is: one line that is rewritten on a terminal, a line every ten seconds elsewhere.</summary>
/// <param name="what">What is counted, such as "seeds".</param>
/// <param name="total">How many there will be.</param>
internal sealed class Progress(string what, int total)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _said = -Quiet;
    private int _done;

    /// <summary>One more is done.</summary>
    internal void Advance()
    {
        _done++;
        var elapsed = _watch.Elapsed;
        var rest = elapsed / _done * (total - _done);
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{_done} of {total} {what}, {elapsed.TotalSeconds:f0} s, about {rest.TotalSeconds:f0} s to go"
        );
        if (!Console.IsErrorRedirected)
        {
            Console.Error.Write($"\r{line, -72}{(_done == total ? "\n" : "")}");
        }
        else if (elapsed - _said >= Quiet || _done == total)
        {
            _said = elapsed;
            Console.Error.WriteLine(line);
        }
    }
}
