using System.Collections.Immutable;
using Federated.Federation.Aggregation;
using Federated.Federation.Plans;
using Federated.Federation.Policies;
using Federated.Node.Hosting;
using Federated.Node.Plans;
using Federated.Node.Policy;
using Federated.Privacy.Plans;

namespace Federated.Node.Commands.Review;

/// <summary>Everything that a person who decides on a plan is told, as figures: the languages put it into words.</summary>
internal sealed record PlanReview
{
    /// <summary>The plan.</summary>
    internal required StoredPlan Stored { get; init; }

    /// <summary>How it stands.</summary>
    internal required PlanStanding Standing { get; init; }

    /// <summary>This site's columns.</summary>
    internal required SiteColumns Columns { get; init; }

    /// <summary>Where the policy stands.</summary>
    internal required string PolicyName { get; init; }

    /// <summary>The policy, or why it does not count.</summary>
    internal required PolicyState Policy { get; init; }

    /// <summary>Its rules, held against the plan.</summary>
    internal ImmutableArray<PolicyRule> Rules { get; init; } = [];

    /// <summary>What people decided; null while the policy does not count.</summary>
    internal Consent? Consent { get; init; }

    /// <summary>What it costs; null without privacy, or where no data set is named.</summary>
    internal PlanBudget? Budget { get; init; }

    /// <summary>What was approved last of the same name by the same researcher, and by whom; null if nothing was.</summary>
    internal (StoredPlan Plan, JournalEntry.Decided Approval)? Earlier { get; init; }

    /// <summary>The plan itself.</summary>
    internal StudyPlan Plan => Stored.Plan;

    /// <summary>Fields in which it differs from <see cref="Earlier"/>.</summary>
    internal ImmutableArray<PlanChange> Changes => Earlier is { } earlier ? PlanDifference.Between(earlier.Plan.Plan, Plan) : [];

    /// <summary>Numbers that leave in each round of training.</summary>
    internal int Numbers => Plan.Shape.ParameterCount;

    /// <summary>The same in bytes, masked.</summary>
    internal long Bytes => (long)Numbers * Lanes.InputBytes;

    /// <summary>The longest that one round's work may take.</summary>
    internal TimeSpan Timeout => Plan.Aggregation.Timeout;

    /// <summary>What the plan releases, in the terms of accounting, or why it does not keep its promise; null without privacy.</summary>
    internal StudyReleasesResult? Releases => Plan.Privacy is null ? null : StudyReleases.Of(Plan);

    /// <summary>Reads it.</summary>
    internal static PlanReview Of(PlansAtSite site, StoredPlan stored, NodeSetup setup) =>
        new()
        {
            Stored = stored,
            Standing = site.StandingOf(stored.Hash, stored),
            Columns = SiteColumns.Read(setup),
            PolicyName = site.PolicyName,
            Policy = site.Policy,
            Rules = site.RulesOn(stored),
            Consent = site.ConsentTo(stored.Hash),
            Budget = site.BudgetOf(stored),
            Earlier = site.LastApprovedLike(stored),
        };
}
