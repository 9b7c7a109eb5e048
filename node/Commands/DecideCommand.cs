using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Federated.Federation;
using Federated.Federation.Policies;
using Federated.Hosting;
using Federated.Node.Commands.Review;
using Federated.Node.Hosting;
using Federated.Node.Plans;
using Federated.Node.Policy;

namespace Federated.Node.Commands;

/// <summary><c>fed-node plans approve</c>, <c>reject</c> and <c>withdraw</c>.</summary>
internal static class DecideCommand
{
    /// <summary>More persons than any policy asks for stay in a note.</summary>
    private const int MostOthers = 8;

    internal static Command Approve()
    {
        var until = new Option<string?>("--until")
        {
            Description = "Last day, in UTC, on which the approval holds, such as 2031-12-31; your policy may end it before.",
            HelpName = "DATE",
        };
        return Create(
            "approve",
            "Let this site take part in a study. Read it first: fed-node plans show PLAN. What your policy does not allow is not approved.",
            DecisionCode.OfApproval,
            until,
            (site, hash) => RequireAllowed(site, hash)
        );
    }

    internal static Command Reject() =>
        Create(
            "reject",
            "Keep this site out of a study, or take it out of one that runs, because you do not want it.",
            DecisionCode.OfRefusal,
            until: null,
            (_, _) => { }
        );

    internal static Command Withdraw() =>
        Create(
            "withdraw",
            "Take this site out of a study that it agreed to, before its next release. What was released stays released. It holds until somebody approves the plan again.",
            DecisionCode.OfRefusal,
            until: null,
            RequireAgreed
        );

    private static Command Create(
        string name,
        string description,
        IReadOnlyList<DecisionCode> codes,
        Option<string?>? until,
        Action<PlansAtSite, Digest> require
    )
    {
        var plan = CommandOptions.Plan();
        var reason = new Option<string>("--reason")
        {
            Description = $"Why, for your own records; at most {Decision.MaxReasonLength} characters. It stays at this site.",
            DefaultValueFactory = _ => "",
        };
        var code = new Option<string>("--code")
        {
            Description = "Why, as one word that others may read.",
            DefaultValueFactory = _ => codes[0].Word,
        };
        code.AcceptOnlyFromAmong([.. codes.Select(known => known.Word)]);
        var config = CommandOptions.Config();
        var json = CommandOptions.Json();
        var command = new Command(name, description) { plan, reason, code, config, json };
        if (until is not null)
        {
            command.Add(until);
        }

        command.SetAction(parsed =>
        {
            var why = ReasonOf(parsed.GetValue(reason)!);
            var setup = CommandOptions.Setup(parsed, config);
            var site = PlansAtSite.Read(setup);
            var hash = site.Store.Find(parsed.GetRequiredValue(plan));
            require(site, hash);
            var made = new JournalEntry.Decided(
                hash,
                until is not null,
                CommandOptions.Who,
                After(site.HistoryOf(hash).Decision, site.Now),
                why
            )
            {
                IsWithdrawal = name == "withdraw",
                Code = codes.Single(known => known.Word == parsed.GetValue(code)),
                Policy = site.Policy.Policy?.Hash,
                Until = until is not null && parsed.GetValue(until) is { } day ? EndOf(day, site.Now) : null,
            };
            new OperatorNotes(setup.State).Write(new Decision(hash, [.. OtherApprovals(site.HistoryOf(hash), made), made]));
            Say(made, PlansAtSite.Read(setup), setup, parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    /// <summary>What stands beside a new approval: those by other persons. A refusal stands alone.</summary>
    private static IEnumerable<JournalEntry.Decided> OtherApprovals(PlanHistory history, JournalEntry.Decided made) =>
        made.Approved ? history.Approvals.Where(other => other.Person != made.Person).TakeLast(MostOthers) : [];

    private static void RequireAllowed(PlansAtSite site, Digest hash)
    {
        var stored = site.Store.Read(hash); // bytes that were changed are not approved; they may be rejected
        _ = site.Policy.Required;
        ImmutableArray<PolicyRule> faults = [.. site.RulesOn(stored).Where(rule => !rule.IsMet)];
        if (!faults.IsEmpty)
        {
            throw new OperatorException(
                $"This site's policy ({site.PolicyName}) does not allow plan {hash.Abbreviated}:\n{string.Join('\n', faults.Select(rule => $"  {rule}"))}",
                "reject the plan, or change the policy if it should allow this (docs/site-policy.md)"
            );
        }
    }

    private static void RequireAgreed(PlansAtSite site, Digest hash)
    {
        var history = site.HistoryOf(hash);
        if (history.Completed is not null)
        {
            throw new OperatorException($"The study of plan {hash.Abbreviated} is over: nothing more is released for it.");
        }

        if (history.Approvals.IsEmpty && site.ConsentTo(hash)?.State != ConsentState.Automatic)
        {
            throw new OperatorException(
                $"This site has not agreed to plan {hash.Abbreviated}: there is nothing to withdraw.",
                $"to keep it out for good: fed-node plans reject {hash.Abbreviated}"
            );
        }
    }

    private static string ReasonOf(string text) =>
        text.Length > Decision.MaxReasonLength || text.Any(char.IsControl)
            ? throw new OperatorException(
                $"--reason has {text.Length} characters or more than one line; it may have {Decision.MaxReasonLength} on one line."
            )
            : text;

    private static DateTimeOffset EndOf(string day, DateTimeOffset now)
    {
        if (
            !DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var last)
            || last.Year == 9999
        )
        {
            throw new OperatorException($"--until '{day}' is no day.", "write it like 2031-12-31");
        }

        var end = SitePolicy.After(last);
        return end > now ? end : throw new OperatorException($"--until {day} is over: the approval would hold for no time.");
    }

    /// <summary>Now; or, where this machine's clock was set back, just after the decision that this one follows.</summary>
    private static DateTimeOffset After(JournalEntry.Decided? known, DateTimeOffset now) =>
        known is not null && now - known.At < TimeSpan.FromMilliseconds(1) ? known.At.AddMilliseconds(1) : now;

    private static void Say(JournalEntry.Decided made, PlansAtSite site, NodeSetup setup, bool asJson)
    {
        var consent = site.ConsentTo(made.Plan);
        if (asJson)
        {
            Console.WriteLine(
                JsonSerializer.Serialize(
                    new
                    {
                        Plan = made.Plan.ToString(),
                        Decision = made.Word,
                        made.By,
                        At = Timestamps.ToText(made.At),
                        Code = made.Code?.Word,
                        Policy = made.Policy?.ToString(),
                        Until = consent?.Until is { } end ? Timestamps.ToText(end) : null,
                        Standing = site.StandingOf(made.Plan, site.Store.Load(made.Plan).Plan).InEnglish(),
                    },
                    JsonText.Options
                )
            );
            return;
        }

        var holds = consent is { IsGiven: true, Until: { } until } ? $" until {Timestamps.ToText(until)}" : "";
        var second = consent?.State == ConsentState.AwaitingSecond ? "; awaiting a second person: nothing runs before" : "";
        Console.WriteLine($"{made.Word} {made.Plan} by {made.By}{holds}{second}; {CommandOptions.WhenTakenUp(setup.State)}");
    }
}
