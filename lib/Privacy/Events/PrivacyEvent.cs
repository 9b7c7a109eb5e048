using System.Collections.Immutable;

namespace Federated.Privacy.Events;

/// <summary>
/// What was released, in the terms that decide its privacy and no others. A ledger stores events; how much they cost is an accountant's business,
/// and may be counted again by a better one.
/// </summary>
/// <remarks>Immutable; equal events cost the same. Sensitivities are those of adding or removing one patient; an accountant of
/// <see cref="NeighbouringRelation.ReplaceOne"/> doubles them itself.</remarks>
public abstract record PrivacyEvent
{
    private protected PrivacyEvent() { }

    /// <summary>This event as simple events with counts: itself once, unless it is <see cref="Composed"/>.</summary>
    public virtual ImmutableArray<CountedEvent> Parts => [new CountedEvent(this, 1)];

    /// <summary>These events one after the other, each chosen after the results of those before it.</summary>
    public static Composed Compose(params IEnumerable<PrivacyEvent> events) =>
        new([.. events.Select(e => new CountedEvent(e ?? throw new ArgumentNullException(nameof(events)), 1))]);

    /// <summary>This event <paramref name="count"/> times.</summary>
    public Composed Times(long count) => new([new CountedEvent(this, count)]);
}

/// <summary>Gaussian noise on a vector: everybody takes part.</summary>
/// <param name="NoiseMultiplier">Noise divided by the L2 sensitivity of adding or removing one patient.</param>
public sealed record GaussianEvent(NoiseMultiplier NoiseMultiplier) : PrivacyEvent;

/// <summary>Gaussian noise on the sum over a Poisson-sampled batch that nobody else knows (DP-SGD).</summary>
/// <param name="NoiseMultiplier">Noise divided by the clipping norm.</param>
/// <param name="SamplingRate">Upper bound of the probability with which any patient enters the batch.</param>
public sealed record SampledGaussianEvent(NoiseMultiplier NoiseMultiplier, SamplingRate SamplingRate) : PrivacyEvent;

/// <summary>Gaussian noise on the sum over a batch of fixed size, drawn uniformly without replacement. Only RDP counts it, and only for replace-one.</summary>
public sealed record FixedBatchGaussianEvent : PrivacyEvent
{
    /// <param name="noiseMultiplier">Noise divided by the clipping norm (not by the replace-one sensitivity, which is twice that).</param>
    /// <param name="patients">Patients in all.</param>
    /// <param name="batch">Patients in a batch, 1 to <paramref name="patients"/>.</param>
    /// <exception cref="ArgumentException">The batch is empty or larger than all.</exception>
    public FixedBatchGaussianEvent(NoiseMultiplier noiseMultiplier, long patients, long batch)
    {
        if (batch < 1 || batch > patients)
        {
            throw new ArgumentException(
                $"A batch of {batch} out of {patients} patients cannot be drawn; use 1 to {patients}.",
                nameof(batch)
            );
        }

        (NoiseMultiplier, Patients, Batch) = (noiseMultiplier, patients, batch);
    }

    /// <summary>Noise divided by the clipping norm.</summary>
    public NoiseMultiplier NoiseMultiplier { get; }

    /// <summary>Patients in all.</summary>
    public long Patients { get; }

    /// <summary>Patients in a batch.</summary>
    public long Batch { get; }
}

/// <summary>Discrete Laplace noise on one integer: mass of x proportional to exp(−a·|x|).</summary>
public sealed record DiscreteLaplaceEvent : PrivacyEvent
{
    /// <param name="decay">a, 0.0001 to 100.</param>
    /// <param name="sensitivity">How far one patient moves the integer, 1 to 1 000 000.</param>
    /// <exception cref="ArgumentException">Outside these ranges.</exception>
    public DiscreteLaplaceEvent(double decay, int sensitivity)
    {
        Require.InRange(decay, 1e-4, 100, "The decay of discrete Laplace noise");
        Require.InRange(sensitivity, 1, 1_000_000, "The sensitivity of discrete Laplace noise");
        (Decay, Sensitivity) = (decay, sensitivity);
    }

    /// <summary>a, per grid unit.</summary>
    public double Decay { get; }

    /// <summary>In grid units.</summary>
    public int Sensitivity { get; }
}

/// <summary>Several events on the same patients, each with its count.</summary>
public sealed record Composed : PrivacyEvent
{
    /// <param name="parts">Any events; composed ones are opened, and equal ones counted together. Their order never matters to the cost.</param>
    /// <exception cref="ArgumentException">A count below 1, or one that overflows.</exception>
    public Composed(ImmutableArray<CountedEvent> parts)
    {
        var counts = new Dictionary<PrivacyEvent, long>();
        var order = new List<PrivacyEvent>();
        foreach (var (part, times) in parts.SelectMany(part => part.Event.Parts.Select(inner => (inner, part.Count))))
        {
            if (!counts.TryGetValue(part.Event, out var before))
            {
                order.Add(part.Event);
            }

            var count = (decimal)before + ((decimal)part.Count * times); // decimal: 96 bits hold every product of two counts
            counts[part.Event] = (long)Math.Min(count, long.MaxValue);
            if (CountedEvent.Fault(counts[part.Event]) is { } fault)
            {
                throw new ArgumentException(fault, nameof(parts));
            }
        }

        Parts = [.. order.Select(e => new CountedEvent(e, counts[e]))];
    }

    /// <inheritdoc/>
    public override ImmutableArray<CountedEvent> Parts { get; }

    /// <summary>True if both hold equal events in equal order.</summary>
    public bool Equals(Composed? other) => other is not null && Parts.AsSpan().SequenceEqual(other.Parts.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Parts.Aggregate(Parts.Length, HashCode.Combine);
}

/// <summary>One event, and how many times it happened.</summary>
public sealed record CountedEvent
{
    /// <summary>Most repetitions that are accepted.</summary>
    public const long MostTimes = 1_000_000_000;

    /// <param name="event">What happened.</param>
    /// <param name="count">From 1 to <see cref="MostTimes"/>.</param>
    /// <exception cref="ArgumentException">See <see cref="Fault"/>.</exception>
    public CountedEvent(PrivacyEvent @event, long count)
    {
        ArgumentNullException.ThrowIfNull(@event);
        if (Fault(count) is { } fault)
        {
            throw new ArgumentException(fault, nameof(count));
        }

        (Event, Count) = (@event, count);
    }

    /// <summary>What happened.</summary>
    public PrivacyEvent Event { get; }

    /// <summary>How many times.</summary>
    public long Count { get; }

    /// <summary>Why a number is no count, or null.</summary>
    public static string? Fault(long count) =>
        count is >= 1 and <= MostTimes ? null : $"An event is counted {count} times; use 1 to {MostTimes}.";
}
