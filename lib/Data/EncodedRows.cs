using Federated.Federation.Schemas;

namespace Federated.Data;

/// <summary>Rows as a model takes them: inputs and labels, with the row and the patient each belongs to.</summary>
/// <remarks>Real patients: never serialized, never logged; prints its shape only. Immutable, so it may be read from several threads.</remarks>
public sealed class EncodedRows
{
    private readonly float[] _inputs;
    private readonly float[] _labels;
    private readonly int[] _rowIds;
    private readonly PatientDigest[] _patients;

    internal EncodedRows(FeatureLayout layout, float[] inputs, float[] labels, int[] rowIds, PatientDigest[] patients)
    {
        Layout = layout;
        (_inputs, _labels, _rowIds, _patients) = (inputs, labels, rowIds, patients);
    }

    /// <summary>What the inputs mean.</summary>
    public FeatureLayout Layout { get; }

    /// <summary>Inputs per row.</summary>
    public int Width => Layout.Width;

    /// <summary>Number of rows; may be 0.</summary>
    public int Count => _labels.Length;

    /// <summary>All inputs, row after row, shape [<see cref="Count"/>, <see cref="Width"/>].</summary>
    public ReadOnlyMemory<float> Inputs => _inputs;

    /// <summary>1 for a positive row, 0 for a negative one; shape [<see cref="Count"/>].</summary>
    public ReadOnlyMemory<float> Labels => _labels;

    /// <summary>Position of each row in the <see cref="CohortTable"/> it came from, from 0.</summary>
    public ReadOnlySpan<int> RowIds => _rowIds;

    /// <summary>Whose row each is. Rows of equal digest are one patient and must be clipped together.</summary>
    public ReadOnlySpan<PatientDigest> Patients => _patients;

    /// <summary>Inputs of one row, shape [<see cref="Width"/>].</summary>
    public ReadOnlySpan<float> Row(int index) => _inputs.AsSpan(index * Width, Width);

    /// <summary>The rows at these positions, in this order.</summary>
    /// <param name="positions">Each from 0, below <see cref="Count"/>.</param>
    public EncodedRows Select(IReadOnlyList<int> positions)
    {
        var inputs = new float[positions.Count * Width];
        for (var i = 0; i < positions.Count; i++)
        {
            Row(positions[i]).CopyTo(inputs.AsSpan(i * Width));
        }

        return new EncodedRows(
            Layout,
            inputs,
            [.. positions.Select(p => _labels[p])],
            [.. positions.Select(p => _rowIds[p])],
            [.. positions.Select(p => _patients[p])]
        );
    }

    /// <summary>The rows of all other patients, in their order; the very same where none of these has a row.</summary>
    /// <param name="patients">Who is left out, with all rows.</param>
    public EncodedRows Without(IReadOnlySet<PatientDigest> patients)
    {
        int[] kept = [.. Enumerable.Range(0, Count).Where(i => !patients.Contains(_patients[i]))];
        return kept.Length == Count ? this : Select(kept);
    }

    /// <summary>The same rows with other inputs: for comparisons with published work that standardizes by itself.</summary>
    /// <param name="inputs">Row after row, shape [<see cref="Count"/>, <see cref="Width"/>]. Copied.</param>
    public EncodedRows WithInputs(ReadOnlySpan<float> inputs) =>
        inputs.Length == _inputs.Length
            ? new EncodedRows(Layout, inputs.ToArray(), _labels, _rowIds, _patients)
            : throw new ArgumentException($"{inputs.Length} inputs do not fill {this}.", nameof(inputs));

    /// <summary>Rows of several tables of one layout, one after the other; row identifiers keep the meaning they had in their own table.</summary>
    /// <param name="parts">At least one.</param>
    public static EncodedRows Concatenate(params IReadOnlyList<EncodedRows> parts)
    {
        if (parts.Count == 0 || parts.Any(part => part.Width != parts[0].Width))
        {
            throw new ArgumentException("Only rows of one width can stand under each other.", nameof(parts));
        }

        return new EncodedRows(
            parts[0].Layout,
            [.. parts.SelectMany(part => part._inputs)],
            [.. parts.SelectMany(part => part._labels)],
            [.. parts.SelectMany(part => part._rowIds)],
            [.. parts.SelectMany(part => part._patients)]
        );
    }

    public override string ToString() => FormattableString.Invariant($"{Count} rows of {Width} inputs");
}
