using System.Globalization;
using Federated.Federation;
using Federated.Privacy;
using Federated.Privacy.Events;
using Federated.Privacy.Ledger;

namespace Federated.Node.Ledger;

/// <summary>One thing that left this site, or was charged and then did not leave.</summary>
/// <param name="Time">When it was charged; without a charge, when the journal says that it was about to leave.</param>
/// <param name="Plan">Hash of the plan.</param>
/// <param name="Attempt">Which attempt.</param>
/// <param name="Charge">What it cost; null for a release without noise, or one whose charge is not in this ledger.</param>
/// <param name="HasLeft">True if the journal has it; false for a charge of an attempt that ended before its release.</param>
internal sealed record LeftThisSite(DateTimeOffset Time, Digest Plan, Attempt Attempt, Charge? Charge, bool HasLeft)
{
    /// <summary>All of it, in order of time: what the ledger charged, and what the journal released without a charge.</summary>
    /// <param name="journal">Lines of the journal, in order.</param>
    /// <param name="ledger">What was charged; null where no data set is registered.</param>
    internal static IReadOnlyList<LeftThisSite> Of(IReadOnlyList<JournalLine> journal, LedgerHistory? ledger)
    {
        var released = new Dictionary<(Digest, Attempt), DateTimeOffset>();
        foreach (var line in journal)
        {
            if (line.Entry is JournalEntry.Releasing releasing)
            {
                released[(releasing.Plan, releasing.Attempt)] = line.Time;
            }
        }

        List<LeftThisSite> all = [];
        foreach (var (time, charge) in ledger?.Charges ?? [])
        {
            var attempt = new Attempt(charge.Round, charge.Attempt);
            all.Add(new LeftThisSite(time, charge.Plan, attempt, charge, released.ContainsKey((charge.Plan, attempt))));
        }

        var charged = all.Select(left => (left.Plan, left.Attempt)).ToHashSet();
        all.AddRange(
            released
                .Where(release => !charged.Contains(release.Key))
                .Select(release => new LeftThisSite(release.Value, release.Key.Item1, release.Key.Item2, null, HasLeft: true))
        );
        return [.. all.OrderBy(left => left.Time)];
    }

    /// <summary>How noisy an event is, in the terms of its plan: noise multiplier, and the rate at which patients are sampled.</summary>
    internal static string Noise(PrivacyEvent released) =>
        string.Join(" + ", released.Parts.Select(part => $"{(part.Count > 1 ? $"{part.Count} x " : "")}{One(part.Event)}"));

    private static string One(PrivacyEvent released) =>
        released switch
        {
            GaussianEvent e => Of(e.NoiseMultiplier, SamplingRate.All),
            SampledGaussianEvent e => Of(e.NoiseMultiplier, e.SamplingRate),
            DiscreteGaussianEvent e => Of(e.NoiseMultiplier, e.SamplingRate),
            SumOfDiscreteGaussiansEvent e => Of(e.NoiseMultiplier, e.SamplingRate),
            FixedBatchGaussianEvent e => $"z {Short(e.NoiseMultiplier.Value)}, {e.Batch} of {e.Patients}",
            DiscreteLaplaceEvent e => $"Laplace, decay {Short(e.Decay)}",
            _ => EventJson.Write(released),
        };

    private static string Of(NoiseMultiplier noise, SamplingRate rate) =>
        $"z {Short(noise.Value)}{(rate.IsAll ? "" : $", rate {Short(rate.Value)}")}";

    private static string Short(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
