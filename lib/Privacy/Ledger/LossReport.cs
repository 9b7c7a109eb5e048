using System.Collections.Immutable;
using Federated.Federation;
using Federated.Privacy.Accountants;
using Federated.Privacy.Events;

namespace Federated.Privacy.Ledger;

/// <summary>What a ledger's releases come to, for people: the same events, counted by both accountants.</summary>
/// <param name="Cap">What may be spent.</param>
/// <param name="Total">Everything together, what was written off included.</param>
/// <param name="Studies">Each study for itself, in the order of their first charges; their epsilons do not add up to the total, which is less.</param>
/// <param name="WrittenOff">Studies whose charges may be lost, each at all that its plan allows.</param>
public sealed record LossReport(Budget Cap, Loss Total, ImmutableArray<StudyLoss> Studies, ImmutableArray<WrittenOffStudy> WrittenOff)
{
    /// <summary>Cap less total; 0 where the cap was lowered below what was spent. What still fits is decided by composing, and is more than this.</summary>
    public double Remaining => Math.Max(0, Cap.Epsilon.Value - Total.Pld);

    /// <summary>Counts a ledger at its cap's δ; null while nothing is registered.</summary>
    public static LossReport? Of(LedgerHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        if (history.Cap is not { } cap)
        {
            return null;
        }

        var lost = history.WrittenOff;
        var gone = lost.Values.Sum(study => study.Epsilon.Value);
        var delta = cap.Delta.Value - lost.Values.Sum(study => study.Delta.Value);
        var total = Delta.Fault(delta) is null
            ? Loss.Of(Together(history.Spent, lost), Together(history.Floor, lost), new Delta(delta))
            : new Loss(double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity);
        return new LossReport(
            cap,
            new Loss(total.Pld + gone, total.Rdp + gone, total.Floor + gone),
            [.. history.Charges.GroupBy(line => line.Charge.Plan).Select(study => Study(study, history, cap.Delta))],
            [.. lost.Select(study => new WrittenOffStudy(study.Key, study.Value))]
        );
    }

    /// <summary>
    /// ε at a δ of everything that was charged and of what is planned besides, composed as one; infinite where no accountant can bound it. What was charged of the planned releases
    /// counts once.
    /// </summary>
    /// <param name="history">Of a registered data set.</param>
    /// <param name="delta">δ.</param>
    /// <param name="planned">All releases of a study, spare ones included.</param>
    public static double EpsilonWith(LedgerHistory history, Delta delta, params IEnumerable<PlannedReleases> planned)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(planned);
        var whole = planned.Aggregate(
            (Spending?)Spending.Nothing,
            (sum, next) => sum?.With(next.Plan, next.Population, next.Event, next.Count)
        );
        var lost = history.WrittenOff;
        var rest = delta.Value - lost.Values.Sum(study => study.Delta.Value);
        return whole is null || history.Spent.UpTo(whole) is not { } all || Delta.Fault(rest) is not null
            ? double.PositiveInfinity
            : Loss.Of(Together(all, lost), [], new Delta(rest)).Pld + lost.Values.Sum(study => study.Epsilon.Value);
    }

    private static StudyLoss Study(IGrouping<Digest, (DateTimeOffset Time, Charge Charge)> study, LedgerHistory history, Delta delta) =>
        new(
            study.Key,
            study.Last().Charge.Study,
            study.Count(),
            study.Last().Time,
            Loss.Of(Sides(history.Spent, study.Key), Sides(history.Floor, study.Key), delta)
        );

    private static IEnumerable<PrivacyEvent> Together(Spending spending, ImmutableDictionary<Digest, Budget> lost) =>
        lost.Count == 0 ? spending.Fates()
        : spending.Without(lost).All is { } all ? [all]
        : [];

    private static IEnumerable<PrivacyEvent> Sides(Spending spending, Digest plan) =>
        Enum.GetValues<Population>().Select(side => spending.Of(plan, side)).OfType<PrivacyEvent>();
}

/// <summary>Losses at one δ. Infinite where there is no bound.</summary>
/// <param name="Pld">ε by privacy loss distributions, which decides, against the coordinator and as many sites as the plan's threshold allows.</param>
/// <param name="Rdp">The same by Rényi divergences.</param>
/// <param name="Floor">ε should all other sites and the coordinator collude.</param>
public sealed record Loss(double Pld, double Rdp, double Floor)
{
    /// <summary>The worst of some alternatives each; 0 for none.</summary>
    internal static Loss Of(IEnumerable<PrivacyEvent> stated, IEnumerable<PrivacyEvent> floor, Delta delta)
    {
        List<PrivacyEvent> alternatives = [.. stated];
        return new Loss(Worst(alternatives, delta, ByPld), Worst(alternatives, delta, ByRdp), Worst(floor, delta, ByPld));
    }

    private static double Worst(IEnumerable<PrivacyEvent> alternatives, Delta delta, Func<PrivacyEvent, Delta, double> epsilon) =>
        alternatives.Select(alternative => epsilon(alternative, delta)).DefaultIfEmpty(0).Max();

    // The floor's noise may be too coarse for a loss distribution; what RDP says then is a bound as well.
    private static double ByPld(PrivacyEvent @event, Delta delta) =>
        PldAccountant.Fault(@event) is null ? PldAccountant.Bound(@event, delta).Epsilon.Value : ByRdp(@event, delta);

    private static double ByRdp(PrivacyEvent @event, Delta delta) =>
        RdpAccountant.Fault(@event) is null ? RdpAccountant.Default.Bound(@event, delta).Epsilon.Value : double.PositiveInfinity;
}

/// <summary>What one study's releases come to.</summary>
/// <param name="Plan">Hash of its plan.</param>
/// <param name="Name">Its name.</param>
/// <param name="Releases">Charges.</param>
/// <param name="Last">When the last of them was charged.</param>
/// <param name="Loss">At the cap's δ: the larger of what its training and its test patients lose.</param>
public sealed record StudyLoss(Digest Plan, string Name, int Releases, DateTimeOffset Last, Loss Loss);
