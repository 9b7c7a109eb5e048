using Federated.Privacy.Events;

namespace Federated.Privacy.Ledger;

/// <summary>
/// Remembers the largest spending that was weighed and found within a limit. What is within it needs no weighing: a mechanism that releases less is the
/// larger one with some of its results thrown away, and throwing away tells nobody more. So the bound that was computed once holds for it as well.
/// </summary>
/// <param name="weigh">Weighs a spending against the limit.</param>
/// <remarks>It reserves nothing: another study's charges may use up what was looked ahead. Not thread-safe.</remarks>
internal sealed class VerifiedSpending(Func<Spending, Accounting.Verdict> weigh)
{
    private Spending _verified = Spending.Nothing;

    /// <summary>Weighs a spending, and remembers it if it is within the limit.</summary>
    internal Accounting.Verdict Weigh(Spending spending)
    {
        var verdict = weigh(spending);
        if (verdict.IsWithin)
        {
            _verified = spending;
        }

        return verdict;
    }

    /// <summary>Null if a spending is within the limit.</summary>
    /// <param name="next">With the charge.</param>
    /// <param name="charge">The charge.</param>
    /// <param name="remaining">How many more like it the caller expects, at least 0; a hint that changes no answer.</param>
    internal Accounting.Verdict? Refuse(Spending next, Charge charge, long remaining)
    {
        if (next.IsWithin(_verified))
        {
            return null;
        }

        // All that is left of the study at once, with what was looked ahead for other studies; then without that.
        if (remaining > 0 && Ahead(next, charge, remaining) is { } whole)
        {
            if ((whole.UpTo(_verified) is { } both && Weigh(both).IsWithin) || Weigh(whole).IsWithin)
            {
                return null;
            }
        }

        var verdict = Weigh(next);
        if (!verdict.IsWithin)
        {
            return verdict;
        }

        // The study does not fit whole: half of what is left, and so on, so that charges up to the limit need few computations between them.
        for (var some = remaining / 2; some > 0; some /= 2)
        {
            if (Ahead(next, charge, some) is { } part && Weigh(part).IsWithin)
            {
                break;
            }
        }

        return null;
    }

    private static Spending? Ahead(Spending next, Charge charge, long more) =>
        (decimal)more * charge.Times <= CountedEvent.MostTimes
            ? next.With(charge.Plan, charge.Population, charge.Event, more * charge.Times)
            : null;
}
