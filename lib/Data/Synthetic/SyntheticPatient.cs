using Federated.Federation.Schemas;

namespace Federated.Data.Synthetic;

/// <summary>One made-up patient: canonical values by variable, and what the hospital's file will show of them.</summary>
internal sealed class SyntheticPatient
{
    private static readonly CohortSchema Schema = CohortSchema.HeartDisease;

    private readonly double[] _values = new double[Schema.Variables.Length];
    private readonly Recording[] _recordings = new Recording[Schema.Variables.Length];

    /// <summary>How a value appears in the file.</summary>
    public enum Recording
    {
        Present,

        /// <summary>The hospital's mark for a missing value.</summary>
        Marked,

        /// <summary>A zero that means "not measured": the trap that mappings are for.</summary>
        HiddenZero,
    }

    /// <summary>The true value, in the canonical unit or as a code, recorded or not.</summary>
    public double this[string variable]
    {
        get => _values[Schema.IndexOf(variable)];
        set => _values[Schema.IndexOf(variable)] = value;
    }

    public Recording RecordingOf(string variable) => _recordings[Schema.IndexOf(variable)];

    public void Record(string variable, Recording recording) => _recordings[Schema.IndexOf(variable)] = recording;
}
