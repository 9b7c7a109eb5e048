using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace Federated.Fixtures;

/// <summary>The distribution's Python as the second, independent implementation: a program's text, JSON in, JSON out.</summary>
internal static class Python
{
    private const string Interpreter = "/usr/bin/python3";

    /// <summary>Runs a program to its end and reads what it printed as JSON.</summary>
    /// <param name="program">Reads one JSON document from standard input and prints one.</param>
    /// <param name="input">What it reads.</param>
    public static JsonNode Run(string program, JsonNode input)
    {
        var (code, output, errors) = RunToEnd(program, input.ToJsonString());
        Assert.AreEqual(0, code, errors);
        return JsonNode.Parse(output)!;
    }

    /// <summary>Runs a program to its end, whatever it comes to.</summary>
    /// <param name="program">Its text.</param>
    /// <param name="input">What it reads from standard input; null for nothing.</param>
    /// <param name="arguments">What it is called with.</param>
    public static (int Code, string Output, string Errors) RunToEnd(string program, string? input, params IEnumerable<string> arguments)
    {
        if (!File.Exists(Interpreter))
        {
            Assert.Fail($"{Interpreter} is missing. Install the Debian packages python3, python3-cryptography and python3-torch.");
        }

        var start = new ProcessStartInfo(Interpreter, ["-E", "-B", "-c", program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
