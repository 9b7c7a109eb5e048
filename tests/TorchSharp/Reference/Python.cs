using System.Diagnostics;
using System.Text.Json;
using static TorchSharp.torch;

namespace Federated.TorchSharp.Tests.Reference;

/// <summary>A tensor as it travels to reference.py and back.</summary>
public sealed record Wire(string Dtype, long[] Shape, string Data)
{
    public static Wire Of(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var name = tensor.dtype switch
        {
            ScalarType.Float32 => "float32",
            ScalarType.Float64 => "float64",
            ScalarType.Int64 => "int64",
            ScalarType.Int32 => "int32",
            ScalarType.Bool => "bool",
            ScalarType.Byte => "uint8",
            var other => throw new NotSupportedException($"{other} has no name on the wire."),
        };
        return new Wire(name, tensor.shape, Convert.ToBase64String(tensor.detach().to(float64).contiguous().bytes));
    }

    public double[] Values()
    {
        var bytes = Convert.FromBase64String(Data);
        var values = new double[bytes.Length / sizeof(double)];
        Buffer.BlockCopy(bytes, 0, values, 0, bytes.Length);
        return values;
    }
}

public sealed record Question(string Python, bool Gradients, Wire[] Inputs);

public sealed record Answer(Wire[]? Values, string[]? Names, Wire?[]? Gradients, string? Error);

/// <summary>Runs reference.py, once for all questions, in the distribution's Python.</summary>
public static class Python
{
    private const string Interpreter = "/usr/bin/python3";

    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web);

    /// <summary>Why there is no reference on this machine, or null if there is one.</summary>
    public static string? Missing { get; } = WhyMissing();

    public static Answer[] Ask(IReadOnlyList<Question> questions)
    {
        var (code, output, error) = Run(
            JsonSerializer.Serialize(questions, s_options),
            Path.Combine(AppContext.BaseDirectory, "reference.py")
        );
        Assert.AreEqual(0, code, error);
        return JsonSerializer.Deserialize<Answer[]>(output, s_options)!;
    }

    private static string? WhyMissing() =>
        !File.Exists(Interpreter) ? $"{Interpreter} is not installed"
        : Run("", "-c", "import torch").Code != 0 ? $"{Interpreter} has no torch (python3-torch)"
        : null;

    private static (int Code, string Output, string Error) Run(string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(Interpreter, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return (process.ExitCode, output.Result, error.Result);
    }
}
