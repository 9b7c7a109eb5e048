using Federated.Federation;
using Federated.Federation.Policies;
using Federated.Node.Hosting;
using Federated.Node.Journal;
using Federated.Node.Plans;
using Federated.Node.Release;
using Federated.V1;

namespace Federated.Node.Policy;

/// <summary>
/// What this site's policy and its people allow now: asked before a study is joined, before every attempt, at every message of one, and twice in the release gate. Where the answer is not
/// known, it is no. Thread-safe.
/// </summary>
internal sealed class PolicyDesk(
    PolicyInForce policy,
    PlanStore store,
    SiteJournal journal,
    PrivacyBudget budget,
    NodeLog log,
    TimeProvider time
)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Digest, StoredPlan> _plans = []; // guarded by _lock; what a hash names never changes
    private readonly Dictionary<Digest, (SitePolicy Policy, long Others, GateRefusal? Refusal)> _totals = []; // guarded by _lock
    private readonly Dictionary<Digest, ConsentState?> _seen = []; // this and the next: used by Look alone, which never runs twice at once
    private bool _hasLooked;
    private string? _closed = ""; // likewise; "": nobody was told yet

    /// <summary>The policy that holds, or why none does.</summary>
    internal PolicyState State => policy.State;

    /// <summary>What this site's people have said of a plan; null while no policy says how many of them it takes.</summary>
    internal Consent? ConsentTo(Digest plan) => policy.State.Policy is { } now ? Consent.Of(journal.Of(plan), now, time.GetUtcNow()) : null;

    /// <summary>Why nothing may be released for a plan now, or null: it is not wanted, or local work is paused, or not at this time.</summary>
    internal GateRefusal? NoWork(Digest plan) => Unwanted(plan) ?? Closed();

    /// <summary>The same but for the time: what is asked where nothing is released, such as computing rounds that others did.</summary>
    internal GateRefusal? Unwanted(Digest plan)
    {
        var history = journal.History;
        return Refusal(plan, history.Of(plan))
            ?? (
                history.IsPaused
                    ? new GateRefusal(DeclineCode.Paused, "local work is paused at this site; fed-node resume ends that.")
                    : null
            );
    }

    /// <summary>Why nothing is released at this time, whatever the plan, or null.</summary>
    internal GateRefusal? Closed()
    {
        var now = time.GetUtcNow();
        return policy.State.Policy is not { } held ? Broken()
            : held.RuleOnDay(now) is { IsMet: false } expired
                ? new GateRefusal(
                    DeclineCode.Paused,
                    $"this site's policy has ended ({policy.Name}: {expired}) Nothing is released until somebody renews it.",
                    "POLICY_EXPIRED"
                )
            : held.Windows is not { } windows || windows.IsOpen(now) ? null
            : new GateRefusal(
                DeclineCode.OutsideHours,
                $"this site releases only in its windows ({windows}); the next one opens {(windows.OpensAt(now) is { } next ? $"at {windows.OnTheWall(next)}" : "after more than a week")}, and it goes on by itself then.",
                "OUTSIDE_WINDOW"
            );
    }

    /// <summary>Why a plan costs more than the policy lets all studies together spend, or null. What the ledger's own cap says is for the ledger.</summary>
    internal GateRefusal? OverTotal(Digest planHash)
    {
        if (policy.State.Policy is not { Total: { } total } held || PlanOf(planHash) is not { Plan: { Privacy: not null } plan })
        {
            return null;
        }

        var others = budget.ChargesOfOthers(planHash);
        lock (_lock)
        {
            if (!_totals.TryGetValue(planHash, out var known) || known.Policy != held || known.Others != others)
            {
                var rules = held.RulesOnTotal(plan, budget.EpsilonWith(plan, planHash, total.Delta));
                _totals[planHash] = known = (held, others, Against([.. rules.Where(rule => !rule.IsMet)]));
            }

            return known.Refusal;
        }
    }

    /// <summary>Looks at the policy's file and at the clock, and logs what changed.</summary>
    /// <param name="plans">Plans whose standing may change with the time.</param>
    /// <returns>True if some answer may be another than before.</returns>
    internal bool Look(IEnumerable<Digest> plans)
    {
        var isOther = policy.LookAgain();
        if (isOther || !_hasLooked)
        {
            LogPolicy();
        }

        var closed = Closed() is { Name: not "POLICY_BROKEN" } refusal ? refusal : null;
        var changed = isOther;
        if (_closed != closed?.Name)
        {
            changed = true;
            if (closed is not null)
            {
                log.ReleasesClosed(closed.Name, closed.Reason);
            }
            else if (_closed?.Length > 0)
            {
                log.ReleasesOpen();
            }

            _closed = closed?.Name;
        }

        foreach (var plan in plans)
        {
            var state = ConsentTo(plan)?.State;
            changed |= _seen.TryGetValue(plan, out var before) && before != state; // a plan that is new is answered when it is offered
            _seen[plan] = state;
        }

        changed &= _hasLooked; // the first look finds how things are
        _hasLooked = true;
        return changed;
    }

    private GateRefusal? Refusal(Digest plan, PlanHistory history)
    {
        if (policy.State.Policy is not { } held)
        {
            return history.Decision is { Approved: false }
                ? Consent.Of(history, new SitePolicy(), time.GetUtcNow()).Refusal(plan)
                : Broken();
        }

        var consent = Consent.Of(history, held, time.GetUtcNow());
        return consent.State is ConsentState.Rejected or ConsentState.Withdrawn ? consent.Refusal(plan)
            : PlanOf(plan) is not { } stored
                ? new GateRefusal(DeclineCode.PlanUnknown, $"its stored plan {store.FolderOf(plan)} does not count.")
            : Against([.. held.RulesOn(stored.Plan, stored.Researcher).Where(rule => !rule.IsMet)]) ?? consent.Refusal(plan);
    }

    private GateRefusal Broken() =>
        new(
            DeclineCode.Paused,
            $"this site's policy does not count, and nothing is released without one: {policy.State.Fault}",
            "POLICY_BROKEN"
        );

    private GateRefusal? Against(IReadOnlyList<PolicyRule> broken) =>
        broken.Count == 0
            ? null
            : new GateRefusal(
                broken.Any(rule => rule.Key == SitePolicy.WithoutPrivacyKey) ? DeclineCode.NoPrivacy
                    : broken.All(rule => rule.Key.StartsWith("privacy.study.", StringComparison.Ordinal) || rule.Key == SitePolicy.TotalKey)
                        ? DeclineCode.Budget
                    : DeclineCode.Rejected,
                $"this site's policy ({policy.Name}) does not allow it: {string.Join(" ", broken)}",
                "AGAINST_POLICY"
            );

    private StoredPlan? PlanOf(Digest hash)
    {
        lock (_lock)
        {
            if (!_plans.TryGetValue(hash, out var plan) && store.Load(hash).Plan is { } read)
            {
                _plans[hash] = plan = read;
            }

            return plan;
        }
    }

    private void LogPolicy()
    {
        if (policy.State is { Policy: { } held })
        {
            log.PolicyTaken(policy.Name, held.Hash.Abbreviated, held.Approval.Word());
        }
        else
        {
            log.PolicyBroken(policy.State.Fault!);
        }
    }
}
