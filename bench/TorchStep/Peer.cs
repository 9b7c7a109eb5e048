using System.Diagnostics;
using System.Globalization;

namespace Federated.Bench.TorchStep;

/// <summary>Another implementation of the step in a process of its own, which works only when asked and so never beside ours.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process _process;
    private readonly string _name;

    public Peer(string name, string file, params string[] arguments)
    {
        _name = name;
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start.");
    }

    /// <returns>Nanoseconds a step, as the other process measured them.</returns>
    public double Time(string widths, int batch, int steps)
    {
        _process.StandardInput.WriteLine($"{widths} {batch} {steps}");
        var answer = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{_name} ended before it answered.");
        return double.Parse(answer, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
