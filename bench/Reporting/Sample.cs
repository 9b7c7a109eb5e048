namespace Federated.Bench.Reporting;

/// <summary>One figure over many seeds, repeats or parties.</summary>
/// <param name="Values">One of each, at least one.</param>
internal sealed record Sample(IReadOnlyList<double> Values)
{
    internal int Count => Values.Count;

    internal double Mean => Values.Average();

    /// <summary>The value in the middle, or the mean of the two there.</summary>
    internal double Median
    {
        get
        {
            double[] sorted = [.. Values.Order()];
            return (sorted[(Count - 1) / 2] + sorted[Count / 2]) / 2;
        }
    }

    /// <summary>Standard deviation of one value, with n − 1; 0 for a single one.</summary>
    internal double Deviation
    {
        get
        {
            var mean = Mean;
            return Count < 2 ? 0 : Math.Sqrt(Values.Sum(x => (x - mean) * (x - mean)) / (Count - 1));
        }
    }

    /// <summary>Standard error of <see cref="Mean"/>.</summary>
    internal double Error => Deviation / Math.Sqrt(Count);

    /// <summary>Standard error of the difference between the means of two samples that share one spread, estimated from both (Student 1908).</summary>
    internal double ErrorOfDifference(Sample other)
    {
        var freedom = Count + other.Count - 2;
        var squares = ((Count - 1) * Deviation * Deviation) + ((other.Count - 1) * other.Deviation * other.Deviation);
        return Math.Sqrt(squares / freedom * ((1.0 / Count) + (1.0 / other.Count)));
    }

    /// <summary>Standard error of the difference to a mean of <paramref name="others"/> values of which only the mean is known: they are taken to spread as these do.</summary>
    internal double ErrorOfDifference(int others) => Deviation * Math.Sqrt((1.0 / Count) + (1.0 / others));
}
