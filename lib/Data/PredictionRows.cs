using Federated.Federation.Schemas;

namespace Federated.Data;

/// <summary>Patients as a finished model takes them: inputs without labels, each with where it stands in the file.</summary>
/// <remarks>Real patients with their keys: never serialized, never logged; prints its shape only. Immutable.</remarks>
public sealed class PredictionRows
{
    private readonly int[] _lines;
    private readonly string[] _keys;
    private readonly float[] _inputs;

    internal PredictionRows(FeatureLayout layout, int[] lines, string[] keys, float[] inputs)
    {
        Layout = layout;
        (_lines, _keys, _inputs) = (lines, keys, inputs);
    }

    /// <summary>What the inputs mean.</summary>
    public FeatureLayout Layout { get; }

    /// <summary>Number of rows, at least 1.</summary>
    public int Count => _lines.Length;

    /// <summary>Line in the file of each row, from 1.</summary>
    public ReadOnlySpan<int> Lines => _lines;

    /// <summary>Patient key of each row as the file writes it; empty where the mapping names no such column.</summary>
    public ReadOnlySpan<string> Keys => _keys;

    /// <summary>All inputs, row after row, shape [<see cref="Count"/>, width of <see cref="Layout"/>].</summary>
    public ReadOnlyMemory<float> Inputs => _inputs;

    public override string ToString() => FormattableString.Invariant($"{Count} rows of {Layout.Width} inputs");
}

/// <summary>What came of reading a file for prediction.</summary>
public abstract record PredictionResult
{
    private PredictionResult() { }

    /// <summary>Every row can be given a risk.</summary>
    public sealed record Read(PredictionRows Rows, IReadOnlyList<DataWarning> Warnings) : PredictionResult;

    /// <summary>Some row cannot; nothing is used, because a row silently left out is a patient silently left out.</summary>
    public sealed record Rejected(DataFaults Faults) : PredictionResult;
}
