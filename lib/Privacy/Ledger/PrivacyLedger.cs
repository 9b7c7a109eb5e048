using System.Collections.Immutable;
using Federated.Federation;
using Federated.Privacy.Accountants;
using Federated.Privacy.Events;

namespace Federated.Privacy.Ledger;

/// <summary>
/// The privacy ledger of one data set: what all studies together released of its patients, and whether one more release is within its cap and within what
/// its study's plan promises. Refuses first, changes after.
/// </summary>
/// <remarks>
/// Composition is that of events, never of epsilons: adaptive composition of dominating pairs (Zhu, Dong, Wang 2022, arXiv:2106.08567, theorem 10). Unit of privacy: adding or
/// removing one patient of the data set. No I/O and no clock; not thread-safe: the caller has one lock around a charge and the write of its line.
/// </remarks>
public sealed class PrivacyLedger
{
    private readonly Accounting _accounting;
    private VerifiedSpending? _cap; // of the cap and the write-offs that hold now; null after they changed
    private readonly Dictionary<Digest, (Budget Limit, VerifiedSpending Spending)> _studies = [];

    /// <summary>Without lines.</summary>
    public PrivacyLedger()
        : this(Accounting.Default) { }

    internal PrivacyLedger(Accounting accounting) => _accounting = accounting;

    /// <summary>Where it ends.</summary>
    public LedgerPosition Head { get; private set; }

    /// <summary>What its lines say together.</summary>
    public LedgerHistory History { get; private set; } = LedgerHistory.Empty;

    /// <summary>Takes a line as it lies on disk; null, or the fault and nothing is changed.</summary>
    /// <param name="bytes">Without the line feed.</param>
    public string? Read(ReadOnlyMemory<byte> bytes)
    {
        if (LedgerLine.Read(bytes, out var fault) is not { } line)
        {
            return fault;
        }

        if (line.Number != Head.Number + 1)
        {
            return $"it has the number {line.Number}; a line is missing or stands twice";
        }

        if (line.Previous != Head.Hash)
        {
            return "it does not follow the line before it: one of the two was changed";
        }

        return Take(line, Digest.Of(bytes.Span));
    }

    /// <summary>Charges one release, or refuses it and changes nothing.</summary>
    /// <param name="charge">The release.</param>
    /// <param name="limit">What the plan of the charge's study promises.</param>
    /// <param name="remaining">
    /// How many more releases like this one the study will make at most: a hint for speed, which changes no answer. The first charge of a study then costs a
    /// few computations of a privacy loss distribution, and later ones none.
    /// </param>
    /// <param name="time">Now.</param>
    /// <remarks>
    /// The caller forces the line to disk before anything leaves: a crash may then cost budget, never privacy. A caller that cannot must throw this ledger
    /// away and read it again, since it counts the charge.
    /// </remarks>
    public ChargeResult Charge(Charge charge, Budget limit, long remaining, DateTimeOffset time)
    {
        ArgumentNullException.ThrowIfNull(charge);
        ArgumentNullException.ThrowIfNull(limit);
        ArgumentOutOfRangeException.ThrowIfNegative(remaining);
        if ((Unusable(charge.Plan) ?? Malformed(charge)) is { } unusable)
        {
            return unusable;
        }

        if (History.Spent.With(charge.Plan, charge.Population, charge.Event, charge.Times) is not { } next)
        {
            return new ChargeResult.Refused(ChargeRefusal.NotCountable, TooMany);
        }

        if (Study(charge.Plan, limit).Refuse(next.OnlyOf(charge.Plan), charge, remaining) is { } overStudy)
        {
            return Refused(overStudy, ChargeRefusal.OverStudy, charge.Study, limit);
        }

        if (Cap().Refuse(next, charge, remaining) is { } overCap)
        {
            return Refused(overCap, ChargeRefusal.OverCap, charge.Study, History.Cap!);
        }

        var line = NextLine(new LedgerEntry.Charged(charge), time, out var fault);
        return line is null
            ? new ChargeResult.Refused(ChargeRefusal.NotCountable, $"The charge cannot be written: {fault}.")
            : new ChargeResult.Charged(line);
    }

    /// <summary>Whether all that a study plans would fit, on top of what was charged. Asked before anything is spent; charges and reserves nothing.</summary>
    /// <param name="plan">Hash of the study's plan.</param>
    /// <param name="limit">What it promises.</param>
    /// <param name="planned">
    /// All releases of the study, and, where the caller wants them to fit beside it, those of other studies that are running.
    /// </param>
    public AdmissionResult Admit(Digest plan, Budget limit, params IEnumerable<PlannedReleases> planned)
    {
        ArgumentNullException.ThrowIfNull(limit);
        if (Unusable(plan) is { } unusable)
        {
            return new AdmissionResult.Refused(unusable.Why, unusable.Reason);
        }

        var total = Planned(planned, out var fault);
        if (total is null)
        {
            return new AdmissionResult.Refused(ChargeRefusal.NotCountable, fault!);
        }

        var name = $"plan {plan.Abbreviated} as a whole";
        return Study(plan, limit).Weigh(total.OnlyOf(plan)) is { IsWithin: false } overStudy
                ? Of(Refused(overStudy, ChargeRefusal.OverStudy, name, limit))
            : Cap().Weigh(total) is { IsWithin: false } overCap ? Of(Refused(overCap, ChargeRefusal.OverCap, name, History.Cap!))
            : new AdmissionResult.Fits();

        static AdmissionResult.Refused Of(ChargeResult.Refused refused) => new(refused.Why, refused.Reason);
    }

    /// <summary>Writes what a person decided; null, with the fault, if it contradicts the ledger. The caller writes the line.</summary>
    public LedgerLine? Record(LedgerEntry entry, DateTimeOffset time, out string? fault)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry is LedgerEntry.Charged)
        {
            throw new ArgumentException("A charge has limits to keep; use Charge.", nameof(entry));
        }

        fault = (entry as LedgerEntry.Recovered)?.WrittenOff.Select(TooLittle).FirstOrDefault(said => said is not null);
        if (fault is not null)
        {
            return null;
        }

        return NextLine(entry, time, out fault);
    }

    private const string TooMany = "The event would be repeated more often than can be counted.";

    /// <summary>Why a study cannot have spent as little as is said of it, or null.</summary>
    private string? TooLittle(WrittenOffStudy study)
    {
        var verdict = Study(study.Plan, study.Spent).Weigh(History.Spent.OnlyOf(study.Plan));
        return verdict.IsWithin
            ? null
            : FormattableString.Invariant(
                $"plan {study.Plan.Abbreviated} has charges of epsilon {verdict.Pld:g6} here, more than {study.Spent}; write off all that its plan allows"
            );
    }

    /// <summary>What was charged and what is planned together; what was charged of the plan counts towards it.</summary>
    private Spending? Planned(IEnumerable<PlannedReleases> planned, out string? fault)
    {
        var whole = Spending.Nothing;
        foreach (var releases in planned)
        {
            fault = CountedEvent.Fault(releases.Count) ?? PldAccountant.Fault(releases.Event) ?? RdpAccountant.Fault(releases.Event);
            if (fault is not null)
            {
                return null;
            }

            if (whole.With(releases.Plan, releases.Population, releases.Event, releases.Count) is not { } more)
            {
                fault = TooMany;
                return null;
            }

            whole = more;
        }

        var total = History.Spent.UpTo(whole);
        fault = total is null ? TooMany : null;
        return total;
    }

    private LedgerLine? NextLine(LedgerEntry entry, DateTimeOffset time, out string? fault)
    {
        var line = new LedgerLine(Head.Number + 1, Head.Hash, time, entry);
        var bytes = line.ToBytes();
        // What could not be read again must not be written: it would make the whole ledger unreadable.
        fault = LedgerLine.Read(bytes, out var unreadable) is { } read ? Take(read, Digest.Of(bytes)) : unreadable;
        return fault is null ? line : null;
    }

    private string? Take(LedgerLine line, Digest hash)
    {
        if (History.With(line.Time, line.Entry, out var fault) is not { } next)
        {
            return fault;
        }

        if (line.Entry is not LedgerEntry.Charged)
        {
            _cap = null; // other limits hold now
        }

        (History, Head) = (next, new LedgerPosition(line.Number, hash));
        return null;
    }

    private ChargeResult.Refused? Unusable(Digest plan) =>
        History.Cap is null ? new(ChargeRefusal.Unregistered, "The data set is not registered: nobody has said what its patients may lose.")
        : History.IsClosed
            ? new(ChargeRefusal.Closed, "The data set was closed: nothing is released of it any more. Register another one to go on.")
        : History.WrittenOff.ContainsKey(plan)
            ? new(
                ChargeRefusal.WrittenOff,
                $"Charges of plan {plan.Abbreviated} may be lost, and all that it allows was counted as spent; it releases nothing more here."
            )
        : null;

    private ChargeResult.Refused? Malformed(Charge charge) =>
        charge.Fault() is { } fault ? new(ChargeRefusal.NotCountable, fault)
        : History.HasCharged(charge)
            ? new(
                ChargeRefusal.ChargedBefore,
                $"The {charge.Released} of round {charge.Round}, attempt {charge.Attempt} was charged before; a new attempt has a higher number."
            )
        : null;

    /// <summary>Within a study every patient is on one side of the split, which its plan fixed, so that each side is weighed alone.</summary>
    private VerifiedSpending Study(Digest plan, Budget limit)
    {
        if (!_studies.TryGetValue(plan, out var known) || known.Limit != limit)
        {
            known = (
                limit,
                new VerifiedSpending(spending =>
                    _accounting.Weigh(
                        Enum.GetValues<Population>().Select(side => spending.Of(plan, side)).OfType<PrivacyEvent>(),
                        limit.Epsilon.Value,
                        limit.Delta
                    )
                )
            );
            _studies[plan] = known;
        }

        return known.Spending;
    }

    private VerifiedSpending Cap()
    {
        var (cap, lost) = (History.Cap!, History.WrittenOff);
        return _cap ??= new VerifiedSpending(spending => Weigh(spending, cap, lost));
    }

    /// <summary>
    /// Weighs a whole spending against the cap. What was written off is known by its (ε, δ) alone: these are taken off both sides, which is basic composition
    /// (Dwork, Roth 2014, theorem 3.16), and what is left of those studies' charges is part of them.
    /// </summary>
    private Accounting.Verdict Weigh(Spending spending, Budget cap, ImmutableDictionary<Digest, Budget> lost)
    {
        var gone = lost.Values.Sum(study => study.Epsilon.Value);
        var delta = cap.Delta.Value - lost.Values.Sum(study => study.Delta.Value);
        if (!(gone <= cap.Epsilon.Value) || Delta.Fault(delta) is not null)
        {
            return new Accounting.Verdict(double.PositiveInfinity, null, IsWithin: false);
        }

        var rest = spending.Without(lost);
        if (rest.All is not { } all)
        {
            return new Accounting.Verdict(gone, null, IsWithin: true);
        }

        // Everything at once is within the limit more often than not, and one computation. Otherwise each fate for itself; not where lost charges came
        // first, since then the first study that is left was not the first.
        var epsilon = cap.Epsilon.Value - gone;
        var verdict = _accounting.Weigh([all], epsilon, new Delta(delta));
        if (!verdict.IsWithin && verdict.Contradiction is null && lost.Count == 0)
        {
            verdict = _accounting.Weigh(rest.Fates(), epsilon, new Delta(delta));
        }

        return verdict with
        {
            Pld = verdict.Pld + gone,
        };
    }

    private static ChargeResult.Refused Refused(Accounting.Verdict verdict, ChargeRefusal why, string study, Budget limit) =>
        verdict.Contradiction is { } rdp
            ? new(
                ChargeRefusal.Contradiction,
                FormattableString.Invariant(
                    $"The accountants contradict each other: loss distributions say epsilon {verdict.Pld:g6}, and Rényi divergences, which are looser, say {rdp:g6}. One of them is wrong; report it, and release nothing meanwhile."
                )
            )
            : new(
                why,
                why == ChargeRefusal.OverStudy
                    ? FormattableString.Invariant(
                        $"Study '{study}' would reach epsilon {verdict.Pld:g6} at delta {limit.Delta}, over the {limit.Epsilon} that its plan promises."
                    )
                    : FormattableString.Invariant(
                        $"With '{study}' the data set would reach epsilon {verdict.Pld:g6}, over its cap of {limit.Epsilon} at delta {limit.Delta} for all studies together. Only a person may raise the cap."
                    )
            );
}
