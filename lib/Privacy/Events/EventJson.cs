using System.Text;
using Federated.Federation.Documents;

namespace Federated.Privacy.Events;

/// <summary>Events as canonical JSON (RFC 8785), one text for one event, for a ledger that is hashed.</summary>
public static class EventJson
{
    internal const string Gaussian = "gaussian";
    internal const string SampledGaussian = "sampled_gaussian";
    internal const string FixedBatchGaussian = "fixed_batch_gaussian";
    internal const string DiscreteLaplace = "discrete_laplace";
    internal const string DiscreteGaussian = "discrete_gaussian";
    internal const string SumOfDiscreteGaussians = "sum_of_discrete_gaussians";
    internal const string Composed = "composed";

    /// <summary>Writes an event.</summary>
    public static string Write(PrivacyEvent @event) => Document(@event).ToString();

    /// <summary>Reads what <see cref="Write"/> wrote, and nothing else: a second spelling of an event would have a second hash.</summary>
    public static EventResult Read(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (CanonicalJson.Parse(Encoding.UTF8.GetBytes(json), out var fault) is not { } node)
        {
            return new EventResult.Rejected($"The event cannot be read. {fault}");
        }

        var result = EventReader.Read(node);
        return result is EventResult.Read read && Write(read.Event) != json
            ? new EventResult.Rejected($"The event is not in canonical form; write it as {Write(read.Event)}.")
            : result;
    }

    /// <summary>An event as a part of a larger document.</summary>
    internal static CanonicalJson Document(PrivacyEvent @event) =>
        @event switch
        {
            GaussianEvent e => Typed(Gaussian).AddDecimal("noise_multiplier", e.NoiseMultiplier.Value),
            SampledGaussianEvent e => Typed(SampledGaussian)
                .AddDecimal("noise_multiplier", e.NoiseMultiplier.Value)
                .AddDecimal("sampling_rate", e.SamplingRate.Value),
            FixedBatchGaussianEvent e => Typed(FixedBatchGaussian)
                .AddDecimal("noise_multiplier", e.NoiseMultiplier.Value)
                .Add("patients", e.Patients)
                .Add("batch", e.Batch),
            DiscreteLaplaceEvent e => Typed(DiscreteLaplace).AddDecimal("decay", e.Decay).Add("sensitivity", e.Sensitivity),
            DiscreteGaussianEvent e => Typed(DiscreteGaussian)
                .AddDecimal("sigma_squared", e.SigmaSquared)
                .AddDecimal("sensitivity", e.Sensitivity)
                .Add("dimension", e.Dimension)
                .AddDecimal("sampling_rate", e.SamplingRate.Value),
            SumOfDiscreteGaussiansEvent e => Typed(SumOfDiscreteGaussians)
                .Add("shares", e.Shares)
                .AddDecimal("sigma_squared", e.SigmaSquared)
                .AddDecimal("sensitivity", e.Sensitivity)
                .Add("dimension", e.Dimension)
                .AddDecimal("sampling_rate", e.SamplingRate.Value),
            Composed e => Typed(Composed)
                .Add("parts", e.Parts.Select(part => new CanonicalJson().Add("count", part.Count).Add("of", Document(part.Event)))),
            _ => throw new ArgumentException($"There is no JSON of a {@event?.GetType().Name}.", nameof(@event)),
        };

    private static CanonicalJson Typed(string type) => new CanonicalJson().Add("type", type);
}

/// <summary>An event that was read, or why not.</summary>
public abstract record EventResult
{
    private EventResult() { }

    /// <summary>The event.</summary>
    public sealed record Read(PrivacyEvent Event) : EventResult;

    /// <summary>Every fault, and what to do.</summary>
    public sealed record Rejected(string Fault) : EventResult;
}
