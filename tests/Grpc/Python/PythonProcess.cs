using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Federated.Grpc.Tests.Python;

/// <summary>One of the scripts beside this file, run by the distribution's Python and spoken to in lines of JSON.</summary>
/// <remarks>The script ends with its standard input, so that even a killed test run leaves nothing behind.</remarks>
internal sealed class PythonProcess : IAsyncDisposable
{
    private const string Interpreter = "/usr/bin/python3";

    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private PythonProcess(Process process)
    {
        _process = process;
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
            {
                _errors.AppendLine(line.Data);
            }
        };
        _process.BeginErrorReadLine();
    }

    /// <summary>What the script said when it was ready.</summary>
    public JsonNode Greeting { get; private set; } = new JsonObject();

    /// <summary>Starts a script and hands it its configuration; fails the test, naming the package, when the machine lacks one.</summary>
    public static async Task<PythonProcess> StartAsync(string script, JsonObject configuration, CancellationToken cancellationToken)
    {
        if (!File.Exists(Interpreter))
        {
            Assert.Fail($"{Interpreter} is missing. Install the Debian packages python3, python3-grpcio and python3-protobuf.");
        }

        var start = new ProcessStartInfo(Interpreter)
        {
            // Unbuffered; no environment of the developer's own; no __pycache__ beside the test assembly.
            ArgumentList = { "-u", "-E", "-B", Path.Combine(AppContext.BaseDirectory, "Python", script) },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        var python = new PythonProcess(Process.Start(start)!);
        try
        {
            python.Greeting = await python.AskAsync(configuration, cancellationToken);
            if (python.Greeting["missing"] is { } package)
            {
                Assert.Fail($"{Interpreter} lacks a library. Install the Debian package {package}.");
            }

            return python;
        }
        catch
        {
            await python.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends one line and waits for the one that answers it.</summary>
    public async Task<JsonNode> AskAsync(JsonObject request, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(request.ToJsonString().AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        var line = await _process.StandardOutput.ReadLineAsync(cancellationToken);
        if (line is null)
        {
            await _process.WaitForExitAsync(cancellationToken);
            throw new InvalidOperationException($"The Python script ended with code {_process.ExitCode}:\n{_errors}");
        }

        return JsonNode.Parse(line) ?? throw new JsonException("The Python script answered null.");
    }

    /// <summary>Ends the process at once, as a crash would.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }
}
