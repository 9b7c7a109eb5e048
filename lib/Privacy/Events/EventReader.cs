using System.Globalization;
using Federated.Federation.Documents;

namespace Federated.Privacy.Events;

/// <summary>Reads an event from a parsed document. Every key must be there, and no other.</summary>
internal static class EventReader
{
    private static readonly string[] Types =
    [
        EventJson.Gaussian,
        EventJson.SampledGaussian,
        EventJson.FixedBatchGaussian,
        EventJson.DiscreteLaplace,
        EventJson.DiscreteGaussian,
        EventJson.SumOfDiscreteGaussians,
        EventJson.Composed,
    ];

    internal static EventResult Read(DocumentNode node)
    {
        var reader = DocumentReader.Root(node);
        var made = Event(reader, mayBeComposed: true);
        return made is null || reader.FaultCount > 0
            ? new EventResult.Rejected(string.Join('\n', reader.Faults))
            : new EventResult.Read(made);
    }

    /// <summary>Reads an event that is part of a larger document; null, with a fault in that document, if it is none.</summary>
    internal static PrivacyEvent? Event(DocumentReader reader, bool mayBeComposed)
    {
        var type = reader.Choice("type", mayBeComposed ? Types : Types[..^1]);
        Func<PrivacyEvent>? make = type switch
        {
            EventJson.Gaussian => Gaussian(reader),
            EventJson.SampledGaussian => SampledGaussian(reader),
            EventJson.FixedBatchGaussian => FixedBatchGaussian(reader),
            EventJson.DiscreteLaplace => DiscreteLaplace(reader),
            EventJson.DiscreteGaussian => DiscreteGaussian(reader),
            EventJson.SumOfDiscreteGaussians => SumOfDiscreteGaussians(reader),
            EventJson.Composed => Composed(reader),
            _ => null,
        };
        reader.RefuseUnknownKeys();
        if (make is null || reader.FaultCount > 0)
        {
            return null;
        }

        try
        {
            return make();
        }
        catch (ArgumentException e) // the constructors know the ranges, and say what is wrong in words that fit here too
        {
            reader.Fault(e.Message);
            return null;
        }
    }

    private static Func<PrivacyEvent> Gaussian(DocumentReader reader)
    {
        var noise = Decimal(reader, "noise_multiplier");
        return () => new GaussianEvent(new NoiseMultiplier(noise));
    }

    private static Func<PrivacyEvent> SampledGaussian(DocumentReader reader)
    {
        var (noise, rate) = (Decimal(reader, "noise_multiplier"), Decimal(reader, "sampling_rate"));
        return () => new SampledGaussianEvent(new NoiseMultiplier(noise), new SamplingRate(rate));
    }

    private static Func<PrivacyEvent> FixedBatchGaussian(DocumentReader reader)
    {
        var noise = Decimal(reader, "noise_multiplier");
        var (patients, batch) = (Integer(reader, "patients"), Integer(reader, "batch"));
        return () => new FixedBatchGaussianEvent(new NoiseMultiplier(noise), patients, batch);
    }

    private static Func<PrivacyEvent> DiscreteLaplace(DocumentReader reader)
    {
        var (decay, sensitivity) = (Decimal(reader, "decay"), reader.WholeNumber("sensitivity", 1, int.MaxValue));
        return () => new DiscreteLaplaceEvent(decay, sensitivity);
    }

    private static Func<PrivacyEvent> DiscreteGaussian(DocumentReader reader)
    {
        var (sigmaSquared, sensitivity) = (Decimal(reader, "sigma_squared"), Decimal(reader, "sensitivity"));
        var (dimension, rate) = (reader.WholeNumber("dimension", 1, int.MaxValue), Decimal(reader, "sampling_rate"));
        return () => new DiscreteGaussianEvent(sigmaSquared, sensitivity, dimension, new SamplingRate(rate));
    }

    private static Func<PrivacyEvent> SumOfDiscreteGaussians(DocumentReader reader)
    {
        var (shares, sigmaSquared) = (reader.WholeNumber("shares", 1, int.MaxValue), Decimal(reader, "sigma_squared"));
        var (sensitivity, dimension) = (Decimal(reader, "sensitivity"), reader.WholeNumber("dimension", 1, int.MaxValue));
        var rate = Decimal(reader, "sampling_rate");
        return () => new SumOfDiscreteGaussiansEvent(shares, sigmaSquared, sensitivity, dimension, new SamplingRate(rate));
    }

    private static Func<PrivacyEvent> Composed(DocumentReader reader)
    {
        var parts = new List<(PrivacyEvent? Event, long Count)>();
        foreach (var item in reader.Sections("parts"))
        {
            parts.Add((Event(item.Section("of"), mayBeComposed: false), Integer(item, "count")));
            item.RefuseUnknownKeys();
        }

        return () => new Composed([.. parts.Select(part => new CountedEvent(part.Event!, part.Count))]);
    }

    /// <summary>A decimal, which canonical JSON writes as a text; what is none at all reads as NaN, which every range refuses.</summary>
    private static double Decimal(DocumentReader reader, string key)
    {
        var text = reader.Text(key, expected: "a decimal in quotes");
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        reader.Fault(key, $"'{text}' is not a decimal.");
        return double.NaN;
    }

    private static long Integer(DocumentReader reader, string key)
    {
        var text = reader.Text(key, expected: "a whole number");
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        reader.Fault(key, $"'{text}' is not a whole number.");
        return 0;
    }
}
