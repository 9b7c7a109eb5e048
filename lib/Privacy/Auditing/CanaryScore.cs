using Federated.Privacy.Numerics;

namespace Federated.Privacy.Auditing;

/// <summary>How an attacker who knows everything but one canary's presence weighs what was released. Pure; thread-safe.</summary>
public static class CanaryScore
{
    /// <summary>
    /// ln of how much likelier a coordinate of one release is with the canary than without: ln(1 − q + q·e^((2x − 1)/2σ²)). Of several steps, add them: no other test
    /// tells the two worlds apart better (Neyman, Pearson).
    /// </summary>
    /// <param name="seen">x: the coordinate in units of the canary, so that it is 0 or 1 before noise.</param>
    /// <param name="noise">σ in the same units, above 0.</param>
    /// <param name="rate">q: with what probability the canary is in a step's batch.</param>
    public static double LogRatio(double seen, double noise, SamplingRate rate)
    {
        Require.InRange(noise, double.Epsilon, double.MaxValue, "The noise");
        var inside = ((2 * seen) - 1) / (2 * noise * noise);
        return rate.Value >= 1 ? inside : Elementary.LogAdd(Elementary.LogOnePlus(-rate.Value), Math.Log(rate.Value) + inside);
    }
}
