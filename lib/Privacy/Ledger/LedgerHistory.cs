using System.Collections.Immutable;
using Federated.Federation;

namespace Federated.Privacy.Ledger;

/// <summary>What all lines of a ledger say together. Immutable.</summary>
public sealed record LedgerHistory
{
    /// <summary>Of a ledger without lines.</summary>
    public static LedgerHistory Empty { get; } = new();

    /// <summary>The first line; null while there is none.</summary>
    public LedgerEntry.Registered? Registration { get; private init; }

    /// <summary>The cap that holds now; null while nothing is registered.</summary>
    public Budget? Cap { get; private init; }

    /// <summary>True if a person closed the data set: nothing is charged any more.</summary>
    public bool IsClosed { get; private init; }

    /// <summary>Every charge, in order, with the time of its line.</summary>
    public ImmutableList<(DateTimeOffset Time, Charge Charge)> Charges { get; private init; } = [];

    /// <summary>What people decided after the registration, in order, with the time of its line.</summary>
    public ImmutableList<(DateTimeOffset Time, LedgerEntry Entry)> Acts { get; private init; } = [];

    /// <summary>Studies whose charges may be lost, each counted at all that its plan allows.</summary>
    public ImmutableDictionary<Digest, Budget> WrittenOff { get; private init; } = ImmutableDictionary<Digest, Budget>.Empty;

    /// <summary>Events at the stated threshold of colluders.</summary>
    internal Spending Spent { get; private init; } = Spending.Nothing;

    /// <summary>Events should everybody else collude.</summary>
    internal Spending Floor { get; private init; } = Spending.Nothing;

    private ImmutableHashSet<(Digest, RoundNumber, AttemptNumber, string)> Keys { get; init; } = [];

    private ImmutableHashSet<(Digest, RoundNumber, AttemptNumber)> Attempts { get; init; } = [];

    /// <summary>True if something of this attempt was charged, or the whole of its study was written off.</summary>
    public bool HasCharge(Digest plan, RoundNumber round, AttemptNumber attempt) =>
        WrittenOff.ContainsKey(plan) || Attempts.Contains((plan, round, attempt));

    /// <summary>True if this very release was charged.</summary>
    internal bool HasCharged(Charge charge) => Keys.Contains(charge.Key);

    /// <summary>The history with one more entry; null, with the fault, if the entry contradicts it.</summary>
    public LedgerHistory? With(DateTimeOffset time, LedgerEntry entry, out string? fault)
    {
        fault = null;
        switch (entry)
        {
            case LedgerEntry.Registered registered when Registration is null:
                return this with { Registration = registered, Cap = registered.Cap };
            case LedgerEntry.Registered:
                fault = "the data set is registered a second time";
                return null;
            case var _ when Registration is null:
                fault = "the ledger does not begin with the line that names its format and data set";
                return null;
            case LedgerEntry.Charged charged:
                return Charged(time, charged.Charge, out fault);
            case LedgerEntry.Capped capped:
                return this with { Cap = capped.Cap, Acts = Acts.Add((time, entry)) };
            case LedgerEntry.Recovered recovered
                when recovered.WrittenOff.Any(s =>
                    WrittenOff.TryGetValue(s.Plan, out var before)
                    && !(s.Spent.Epsilon.Value >= before.Epsilon.Value && s.Spent.Delta.Value >= before.Delta.Value)
                ):
                fault = "it writes off less of a study than was written off before";
                return null;
            case LedgerEntry.Recovered recovered:
                return this with
                {
                    IsClosed = IsClosed || recovered.Recovery == Recovery.Closed,
                    WrittenOff = WrittenOff.SetItems(recovered.WrittenOff.Select(s => KeyValuePair.Create(s.Plan, s.Spent))),
                    Acts = Acts.Add((time, entry)),
                };
            default:
                throw new ArgumentException($"A {entry.GetType().Name} is no entry of a ledger.", nameof(entry));
        }
    }

    private LedgerHistory? Charged(DateTimeOffset time, Charge charge, out string? fault)
    {
        fault =
            IsClosed ? "it charges a data set that was closed"
            : HasCharged(charge) ? $"it charges {charge.Released} of round {charge.Round}, attempt {charge.Attempt} a second time"
            : null;
        if (fault is not null)
        {
            return null;
        }

        if (
            Spent.With(charge.Plan, charge.Population, charge.Event, charge.Times) is not { } spent
            || Floor.With(charge.Plan, charge.Population, charge.Floor, charge.Times) is not { } floor
        )
        {
            fault = "it brings an event to more repetitions than can be counted";
            return null;
        }

        return this with
        {
            Charges = Charges.Add((time, charge)),
            Spent = spent,
            Floor = floor,
            Keys = Keys.Add(charge.Key),
            Attempts = Attempts.Add((charge.Plan, charge.Round, charge.Attempt)),
        };
    }
}
