using Federated.Privacy.Ledger;

namespace Federated.Node.Commands.Review;

/// <summary>What a plan would cost the budget of this site's data set.</summary>
/// <param name="DataSet">Whose patients.</param>
/// <param name="Ledger">The file of its ledger.</param>
/// <param name="Fault">Why the ledger cannot be relied on; null if it can.</param>
/// <param name="Cap">What all studies together may cost; null while nobody registered the data set.</param>
/// <param name="Before">ε at the cap's δ of all that was charged, of this plan too; infinite without a bound.</param>
/// <param name="After">The same with all that this plan may still release; null where nobody can tell.</param>
internal sealed record PlanBudget(DataSetName DataSet, string Ledger, string? Fault, Budget? Cap, double Before, double? After)
{
    /// <summary>What remains of the cap before this plan.</summary>
    internal double RemainsBefore => Remains(Before);

    /// <summary>What remains of it after the plan; null where nobody can tell.</summary>
    internal double? RemainsAfter => After is { } after ? Remains(after) : null;

    /// <summary>True if the ledger would refuse the plan as a whole.</summary>
    internal bool IsOver => !(After <= Cap?.Epsilon.Value);

    private double Remains(double spent) => Cap is { } cap ? Math.Max(0, cap.Epsilon.Value - spent) : 0;
}
