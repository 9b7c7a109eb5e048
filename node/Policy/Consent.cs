using Federated.Federation;
using Federated.Federation.Policies;
using Federated.Node.Release;
using Federated.V1;

namespace Federated.Node.Policy;

/// <summary>How far a site's people have agreed to a plan.</summary>
internal enum ConsentState
{
    /// <summary>As many persons as the policy asks for, and all of it still holds.</summary>
    Approved,

    /// <summary>Nobody was asked, and the policy asks nobody.</summary>
    Automatic,

    /// <summary>Nobody has decided.</summary>
    Awaiting,

    /// <summary>One person approved, and the policy asks for two.</summary>
    AwaitingSecond,

    /// <summary>Approvals there were hold no more.</summary>
    Expired,

    /// <summary>A person rejected it.</summary>
    Rejected,

    /// <summary>A person took an approval back.</summary>
    Withdrawn,
}

/// <summary>What people's decisions on one plan come to, under a policy and at a time. Pure.</summary>
/// <param name="State">In a word.</param>
/// <param name="Decisions">Those that count now: approvals that hold, or the one refusal; for <see cref="ConsentState.Expired"/>, what held.</param>
/// <param name="Until">When it holds no more; null for no end.</param>
internal sealed record Consent(ConsentState State, IReadOnlyList<JournalEntry.Decided> Decisions, DateTimeOffset? Until = null)
{
    /// <summary>True if the plan may run, as far as people are concerned.</summary>
    internal bool IsGiven => State is ConsentState.Approved or ConsentState.Automatic;

    /// <summary>Who decided, for a log: <c>by anna and ben</c>, <c>automatic</c>.</summary>
    internal string Who => Decisions.Count == 0 ? "automatic" : $"by {string.Join(" and ", Decisions.Select(decision => decision.By))}";

    /// <summary>Reads it from what the journal knows of a plan.</summary>
    internal static Consent Of(PlanHistory history, SitePolicy policy, DateTimeOffset now)
    {
        if (history.Decision is { Approved: false } refusal)
        {
            return new Consent(refusal.IsWithdrawal ? ConsentState.Withdrawn : ConsentState.Rejected, [refusal]);
        }

        var needed = policy.Approval == ApprovalMode.TwoHumans ? 2 : 1;
        List<JournalEntry.Decided> holding = [.. history.Approvals.Where(approval => EndOf(approval, policy) is not { } end || now < end)];
        if (holding.Count >= needed)
        {
            // All but the longest needed ones may end without harm.
            var end = holding
                .Select(approval => EndOf(approval, policy) ?? DateTimeOffset.MaxValue)
                .OrderDescending()
                .ElementAt(needed - 1);
            return new Consent(ConsentState.Approved, holding, end == DateTimeOffset.MaxValue ? null : end);
        }

        return holding.Count > 0 ? new Consent(ConsentState.AwaitingSecond, holding)
            : history.Approvals.Count > 0 ? new Consent(ConsentState.Expired, history.Approvals, EndOf(history.Approvals[^1], policy))
            : new Consent(policy.Approval == ApprovalMode.Automatic ? ConsentState.Automatic : ConsentState.Awaiting, []);
    }

    /// <summary>Why the plan may not run, as far as people are concerned; null if it may.</summary>
    internal GateRefusal? Refusal(Digest plan) =>
        State switch
        {
            ConsentState.Rejected => new GateRefusal(DeclineCode.Rejected, $"{Decisions[0].By} rejected this plan: {Decisions[0].Reason}"),
            ConsentState.Withdrawn => new GateRefusal(
                DeclineCode.Rejected,
                $"{Decisions[0].By} withdrew this site from the study: {Decisions[0].Reason}",
                "WITHDRAWN"
            ),
            ConsentState.Awaiting => new GateRefusal(
                DeclineCode.AwaitingApproval,
                $"it waits for your decision: fed-node plans show {plan.Abbreviated}, then approve or reject it."
            ),
            ConsentState.AwaitingSecond => new GateRefusal(
                DeclineCode.AwaitingApproval,
                $"{Decisions[0].By} approved it, and this site's policy asks for two persons: a second one decides with fed-node plans approve {plan.Abbreviated}.",
                "AWAITING_SECOND_APPROVAL"
            ),
            ConsentState.Expired => new GateRefusal(
                DeclineCode.AwaitingApproval,
                $"the approval by {Decisions[^1].By} ended on {Timestamps.ToText(Until!.Value)}: read it again, then fed-node plans approve {plan.Abbreviated}.",
                "APPROVAL_EXPIRED"
            ),
            _ => null,
        };

    /// <summary>When an approval ends: by its own word or by the policy's, whichever comes first.</summary>
    internal static DateTimeOffset? EndOf(JournalEntry.Decided approval, SitePolicy policy)
    {
        var byPolicy = policy.ApprovalDays is { } days ? approval.At.AddDays(days) : (DateTimeOffset?)null;
        return byPolicy < approval.Until || approval.Until is null ? byPolicy : approval.Until;
    }
}
