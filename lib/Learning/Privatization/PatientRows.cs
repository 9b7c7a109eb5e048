using Federated.Data;

namespace Federated.Learning.Privatization;

/// <summary>Which rows are whose: patients are numbered from 0 by their first row, and each is one unit however many rows there are.</summary>
internal sealed class PatientRows
{
    private readonly int[] _rows;
    private readonly int[] _starts;

    internal PatientRows(EncodedRows rows)
    {
        var numbers = new Dictionary<PatientDigest, int>(rows.Count);
        var patientOf = new int[rows.Count];
        for (var i = 0; i < patientOf.Length; i++)
        {
            var digest = rows.Patients[i];
            if (!numbers.TryGetValue(digest, out patientOf[i]))
            {
                numbers.Add(digest, patientOf[i] = numbers.Count);
            }
        }

        _rows = [.. Enumerable.Range(0, rows.Count).OrderBy(i => patientOf[i])]; // stable: a patient's rows keep their order
        _starts = new int[numbers.Count + 1];
        foreach (var patient in patientOf)
        {
            _starts[patient + 1]++;
        }

        for (var p = 0; p < numbers.Count; p++)
        {
            Most = Math.Max(Most, _starts[p + 1]);
            _starts[p + 1] += _starts[p];
        }
    }

    /// <summary>Number of patients.</summary>
    internal int Count => _starts.Length - 1;

    /// <summary>Most rows of one patient; 0 if there is none.</summary>
    internal int Most { get; }

    /// <summary>Positions of a patient's rows, ascending.</summary>
    internal ReadOnlySpan<int> Of(int patient) => _rows.AsSpan(_starts[patient].._starts[patient + 1]);
}
