namespace Federated.Privacy.Auditing;

/// <summary>A membership test that was tried on many releases without a patient and on many with that patient.</summary>
/// <remarks>
/// Whatever says "in" with probability F without the patient and T with it proves that no (ε, δ) holds with T &gt; e^ε·F + δ, nor with 1 − F &gt; e^ε·(1 − T) + δ
/// (Kairouz, Oh, Viswanath 2015, arXiv:1311.0776, theorem 2.1). F and T are bounded by <see cref="ClopperPearson"/>. The test's threshold must be fixed before the releases are
/// seen. Pure; thread-safe.
/// </remarks>
public sealed record TwoWorldTest
{
    /// <param name="without">Releases without the patient, at least 1.</param>
    /// <param name="falseAlarms">Of these, those that the test took for one with.</param>
    /// <param name="with">Releases with the patient, at least 1.</param>
    /// <param name="detections">Of these, those that the test recognized.</param>
    /// <exception cref="ArgumentException">More answers than releases, or no release.</exception>
    public TwoWorldTest(int without, int falseAlarms, int with, int detections)
    {
        Require.InRange(without, 1, int.MaxValue - 1, "The number of releases without the patient");
        Require.InRange(falseAlarms, 0, without, "The number of false alarms");
        Require.InRange(with, 1, int.MaxValue - 1, "The number of releases with the patient");
        Require.InRange(detections, 0, with, "The number of detections");
        (Without, FalseAlarms, With, Detections) = (without, falseAlarms, with, detections);
    }

    /// <summary>Releases without the patient.</summary>
    public int Without { get; }

    /// <summary>Of these, those that the test took for one with.</summary>
    public int FalseAlarms { get; }

    /// <summary>Releases with the patient.</summary>
    public int With { get; }

    /// <summary>Of these, those that the test recognized.</summary>
    public int Detections { get; }

    /// <summary>An ε that the releases surely exceed: above the true one with probability at most 1 − <paramref name="confidence"/>.</summary>
    /// <param name="delta">δ of the guarantee that is tested.</param>
    /// <param name="confidence">Above 0, below 1.</param>
    public Epsilon LowerBound(Delta delta, double confidence)
    {
        Require.InRange(confidence, double.Epsilon, Math.BitDecrement(1), "The confidence");
        var error = (1 - confidence) / 2; // either bound may be the one that fails
        var alarms = ClopperPearson.Upper(FalseAlarms, Without, error);
        var misses = ClopperPearson.Upper(With - Detections, With, error);
        var recognized = Log(1 - misses - delta.Value, alarms);
        var cleared = Log(1 - alarms - delta.Value, misses);
        return new Epsilon(Math.Max(0, Math.Max(recognized, cleared)));
    }

    /// <summary>ln(a/b), or nothing learnt where a is not positive.</summary>
    private static double Log(double a, double b) => a > 0 ? Math.Log(a / b) : double.NegativeInfinity;
}
