using System.Diagnostics;

namespace Federated.Fixtures.Processes;

/// <summary>How a process ended, and all that it said.</summary>
internal sealed record Ended(int ExitCode, string Output, string Errors)
{
    public override string ToString() => $"exit code {ExitCode}\n--- output\n{Output}\n--- errors\n{Errors}";
}

/// <summary>A process that a test started. Disposal kills it and its daemons if it still runs.</summary>
internal sealed class Started : IDisposable
{
    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly List<string> _output = []; // guarded by _lock
    private readonly List<string> _errors = []; // guarded by _lock

    private Started(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Add(_errors, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Options for setpriv: root without the privilege to read what its owner may not.</summary>
    public static string[] WithoutPrivilege => Environment.IsPrivilegedProcess ? ["--bounding-set=-dac_override,-dac_read_search"] : [];

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output => Text(_output);

    public string Errors => Text(_errors);

    /// <summary>Starts a program with an environment of its own: temporary files go to the test's folder.</summary>
    public static Started Run(TestFolder scratch, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = scratch.Root,
        };
        start.Environment["TMPDIR"] = scratch.Root;
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new Started(new Process { StartInfo = start });
    }

    /// <summary>Starts the product's command line.</summary>
    public static Started Fed(TestFolder scratch, params string[] arguments) => Run(scratch, Checkout.Program("fed"), arguments);

    /// <summary>Runs the product's command line to its end.</summary>
    public static Ended FedToEnd(TestFolder scratch, params string[] arguments)
    {
        using var fed = Fed(scratch, arguments);
        return fed.WaitForEnd();
    }

    /// <summary>Types into its standard input.</summary>
    public void Type(string text)
    {
        _process.StandardInput.Write(text);
        _process.StandardInput.Flush();
    }

    /// <summary>The first line that contains <paramref name="text"/>, waited for; a failure if the process ends without it.</summary>
    public string WaitForLine(string text) =>
        Wait.Find(
            $"a line with '{text}'",
            () =>
            {
                var ended = _process.HasExited;
                if (LineWith(text) is { } line)
                {
                    return line;
                }

                return ended ? throw new AssertFailedException($"'{text}' never came: {WaitForEnd()}") : null;
            },
            () => $"{Output}\n{Text(_errors)}"
        );

    /// <summary>Waits for the process's own end.</summary>
    public Ended WaitForEnd()
    {
        if (!_process.WaitForExit(Wait.Bound))
        {
            Assert.Fail($"{_process.StartInfo.FileName} did not end.\n{Output}\n{Text(_errors)}");
        }

        _process.WaitForExit(); // once more without a bound: only then have all lines been read
        return new Ended(_process.ExitCode, Output, Text(_errors));
    }

    public void Send(int signal) => Signals.Send(Id, signal);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private string? LineWith(string text)
    {
        lock (_lock)
        {
            return _output.Concat(_errors).FirstOrDefault(line => line.Contains(text));
        }
    }

    private void Add(List<string> lines, string? line)
    {
        if (line is not null)
        {
            lock (_lock)
            {
                lines.Add(line);
            }
        }
    }

    private string Text(List<string> lines)
    {
        lock (_lock)
        {
            return string.Join('\n', lines);
        }
    }
}
