using System.Collections.Immutable;
using Federated.Federation;
using Federated.Federation.Policies;
using Federated.Node.Hosting;
using Federated.Node.Ledger;
using Federated.Node.Plans;
using Federated.Node.Policy;
using Federated.Privacy.Ledger;

namespace Federated.Node.Commands.Review;

/// <summary>
/// What a command knows of this site's plans, read once from its files: journal, decisions that the daemon has not taken up yet, policy, and ledger. Nothing is written.
/// </summary>
internal sealed class PlansAtSite
{
    private readonly NodeSetup _setup;
    private readonly OperatorNotes _notes;
    private readonly JournalHistory _journal;
    private readonly LedgerHistory? _ledger;
    private readonly string? _ledgerFault;

    private PlansAtSite(NodeSetup setup, DateTimeOffset now)
    {
        (_setup, Now) = (setup, now);
        _notes = new OperatorNotes(setup.State);
        _journal = CommandOptions.History(setup);
        Store = CommandOptions.Store(setup);
        (PolicyName, Policy) = (setup.Policy.Name, setup.Policy.Read());
        if (setup.DataSet is { } name)
        {
            _ledger = DataSetLedger.Examine(DataSetLedger.PathOf(setup.State, name), name, setup.Anchor, out _ledgerFault).Ledger.History;
        }
    }

    /// <summary>The plans.</summary>
    internal PlanStore Store { get; }

    /// <summary>The policy as it lies there now, or why it does not count.</summary>
    internal PolicyState Policy { get; }

    /// <summary>Where the policy stands.</summary>
    internal string PolicyName { get; }

    /// <summary>When all of this was read.</summary>
    internal DateTimeOffset Now { get; }

    /// <summary>Reads all of it.</summary>
    internal static PlansAtSite Read(NodeSetup setup) => new(setup, TimeProvider.System.GetUtcNow());

    /// <summary>What the journal remembers of a plan, as it will be once the daemon has taken up what people decided since.</summary>
    internal PlanHistory HistoryOf(Digest plan)
    {
        var history = _journal.Of(plan);
        var news = _notes.DecisionOn(plan, out _)?.NewerThan(history); // a note that cannot be read is the daemon's to name; what held before holds
        return (news ?? []).Aggregate(history, (known, made) => known.With(made, out _) ?? known);
    }

    /// <summary>What people have said of a plan; null while no policy says how many of them it takes.</summary>
    internal Consent? ConsentTo(Digest plan) => Policy.Policy is { } policy ? Consent.Of(HistoryOf(plan), policy, Now) : null;

    /// <summary>Every rule of the policy, held against a plan; none while the policy does not count.</summary>
    internal ImmutableArray<PolicyRule> RulesOn(StoredPlan stored)
    {
        if (Policy.Policy is not { } policy)
        {
            return [];
        }

        var all = policy.Total is { } total ? PlanCost.EpsilonWith(_ledger, stored.Plan, stored.Hash, total.Delta) : null;
        return policy.Rules(stored.Plan, stored.Researcher, all, Now);
    }

    /// <summary>How a plan stands.</summary>
    internal PlanStanding StandingOf(Digest hash, StoredPlan? stored)
    {
        var history = HistoryOf(hash);
        return history.Completed is { } completed ? (completed ? PlanStanding.Completed : PlanStanding.Ended)
            : history.Decision is { Approved: false, IsWithdrawal: var isWithdrawal }
                ? (isWithdrawal ? PlanStanding.Withdrawn : PlanStanding.Rejected)
            : ConsentTo(hash) is not { } consent ? PlanStanding.PolicyBroken
            : stored is not null && RulesOn(stored).Any(rule => !rule.IsMet) ? PlanStanding.AgainstPolicy
            : consent.State switch
            {
                ConsentState.Approved => PlanStanding.Approved,
                ConsentState.Automatic => PlanStanding.Automatic,
                ConsentState.AwaitingSecond => PlanStanding.AwaitingSecond,
                ConsentState.Expired => PlanStanding.Expired,
                _ => PlanStanding.Awaiting,
            };
    }

    /// <summary>What a private plan costs which budget; null without privacy, or where no data set is named.</summary>
    internal PlanBudget? BudgetOf(StoredPlan stored)
    {
        if (stored.Plan.Privacy is null || _setup.DataSet is not { } name)
        {
            return null;
        }

        var (path, cap) = (DataSetLedger.PathOf(_setup.State, name), _ledger?.Cap);
        return cap is null
            ? new PlanBudget(name, path, _ledgerFault, null, 0, null)
            : new PlanBudget(
                name,
                path,
                _ledgerFault,
                cap,
                LossReport.EpsilonWith(_ledger!, cap.Delta),
                PlanCost.EpsilonWith(_ledger, stored.Plan, stored.Hash, cap.Delta.Value)
            );
    }

    /// <summary>The plan of the same name by the same researcher that people here approved last; null if there is none.</summary>
    internal (StoredPlan Plan, JournalEntry.Decided Approval)? LastApprovedLike(StoredPlan stored) =>
        Store
            .Hashes()
            .Where(hash => hash != stored.Hash)
            .Select(hash => (Approval: HistoryOf(hash).LastApproval, Hash: hash))
            .Where(other => other.Approval is not null)
            .OrderByDescending(other => other.Approval!.At)
            .Select(other => (Store.Load(other.Hash).Plan, other.Approval!))
            .Where(other => other.Plan is { } plan && plan.Plan.Name == stored.Plan.Name && plan.Researcher == stored.Researcher)
            .Select(other => ((StoredPlan, JournalEntry.Decided)?)(other.Plan!, other.Item2))
            .FirstOrDefault();
}
