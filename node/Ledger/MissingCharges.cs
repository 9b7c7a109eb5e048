using System.Collections.Immutable;
using Federated.Federation;
using Federated.Privacy.Ledger;

namespace Federated.Node.Ledger;

/// <summary>Studies of which a node's journal knows releases that its ledger does not have, or whose last charges may be among lost lines.</summary>
internal static class MissingCharges
{
    /// <summary>Plans with a release that was never charged.</summary>
    /// <param name="journal">What the node did.</param>
    /// <param name="ledger">What it charged.</param>
    /// <param name="isPrivate">Whether a plan's releases have to be charged; true where that is not known.</param>
    internal static IEnumerable<Digest> Uncharged(JournalHistory journal, LedgerHistory ledger, Func<Digest, bool> isPrivate) =>
        journal
            .Plans.Where(plan => Released(plan.Value).Any(attempt => !ledger.HasCharge(plan.Key, attempt.Round, attempt.Number)))
            .Select(plan => plan.Key)
            .Where(isPrivate)
            .Order(Comparer<Digest>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString())));

    /// <summary>Plans that the ledger charged and that had not ended, so that lost lines may be theirs.</summary>
    internal static IEnumerable<Digest> Unfinished(JournalHistory journal, LedgerHistory ledger) =>
        ledger
            .Charges.Select(line => line.Charge.Plan)
            .Distinct()
            .Where(plan => journal.Of(plan).Completed is null && !ledger.WrittenOff.ContainsKey(plan));

    private static ImmutableHashSet<Attempt> Released(PlanHistory plan) =>
        plan.Advanced == default ? plan.Released : plan.Released.Add(plan.Advanced);
}
