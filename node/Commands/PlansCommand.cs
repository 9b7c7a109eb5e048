using System.CommandLine;
using System.Text.Json;
using Federated.Federation;
using Federated.Hosting;
using Federated.Node.Hosting;
using Federated.Node.Plans;

namespace Federated.Node.Commands;

/// <summary><c>fed-node plans</c>: what was offered to this site, and what its operator decides.</summary>
internal static class PlansCommand
{
    internal static Command Create() =>
        new("plans", "Studies that were offered to this site, and your decisions on them.")
        {
            List(),
            Show(),
            Decide("approve", "Let this site take part in a study. Read it first: fed-node plans show PLAN.", approved: true),
            Decide("reject", "Keep this site out of a study, or take it out of one that runs.", approved: false),
        };

    private static Command List()
    {
        var config = CommandOptions.Config();
        var json = CommandOptions.Json();
        var command = new Command("list", "List every plan that was offered, with its standing.") { config, json };
        command.SetAction(parsed =>
        {
            var setup = CommandOptions.Setup(parsed, config);
            var store = CommandOptions.Store(setup);
            var standings = new PlanStandings(setup.Options, new OperatorNotes(setup.State), CommandOptions.History(setup));
            var rows = store.Hashes().Select(hash => Row.Of(hash, store, standings)).ToList();
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new { plans = rows }, JsonText.Options));
            }
            else
            {
                Console.WriteLine(
                    rows.Count == 0
                        ? "no plan was offered to this site yet"
                        : string.Join('\n', rows.Select(row => ForeignText.Clean(row.Text, most: 2000)))
                );
            }

            return 0;
        });
        return command;
    }

    private static Command Show()
    {
        var plan = CommandOptions.Plan();
        var config = CommandOptions.Config();
        var json = CommandOptions.Json();
        var command = new Command("show", "Say in plain words what a plan asks of this site, after checking its bytes and signature again.")
        {
            plan,
            config,
            json,
        };
        command.SetAction(parsed =>
        {
            var setup = CommandOptions.Setup(parsed, config);
            var store = CommandOptions.Store(setup);
            var stored = store.Read(store.Find(parsed.GetRequiredValue(plan)));
            var standings = new PlanStandings(setup.Options, new OperatorNotes(setup.State), CommandOptions.History(setup));
            var text = new PlanText(stored, standings.Of(stored.Hash), SiteColumns.Read(setup));
            Console.WriteLine(
                parsed.GetValue(json) ? text.ToJson() : string.Join('\n', text.Lines().Select(line => ForeignText.Clean(line, most: 2000)))
            );
            return 0;
        });
        return command;
    }

    private static Command Decide(string name, string description, bool approved)
    {
        var plan = CommandOptions.Plan();
        var reason = new Option<string>("--reason")
        {
            Description = $"Why, for your own records; at most {Decision.MaxReasonLength} characters.",
            DefaultValueFactory = _ => "",
        };
        var config = CommandOptions.Config();
        var json = CommandOptions.Json();
        var command = new Command(name, description) { plan, reason, config, json };
        command.SetAction(parsed =>
        {
            var why = parsed.GetValue(reason)!;
            if (why.Length > Decision.MaxReasonLength || why.Any(char.IsControl))
            {
                throw new OperatorException(
                    $"--reason has {why.Length} characters or more than one line; it may have {Decision.MaxReasonLength} on one line."
                );
            }

            var setup = CommandOptions.Setup(parsed, config);
            var store = CommandOptions.Store(setup);
            var hash = store.Find(parsed.GetRequiredValue(plan));
            if (approved)
            {
                store.Read(hash); // bytes that were changed are not approved; they may be rejected
            }

            var decision = new Decision(hash, approved, CommandOptions.Who, After(CommandOptions.History(setup).Of(hash).Decision), why);
            new OperatorNotes(setup.State).Write(decision);
            var word = approved ? "approved" : "rejected";
            Console.WriteLine(
                parsed.GetValue(json)
                    ? JsonSerializer.Serialize(
                        new
                        {
                            plan = hash.ToString(),
                            decision = word,
                            by = decision.By,
                            at = Timestamps.ToText(decision.At),
                        }
                    )
                    : $"{word} {hash} by {decision.By}; {CommandOptions.WhenTakenUp(setup.State)}"
            );
            return 0;
        });
        return command;
    }

    /// <summary>Now; or, where this machine's clock was set back, just after the decision that this one replaces.</summary>
    private static DateTimeOffset After(JournalEntry.Decided? known)
    {
        var now = TimeProvider.System.GetUtcNow();
        return known is not null && now - known.At < TimeSpan.FromMilliseconds(1) ? known.At.AddMilliseconds(1) : now;
    }

    /// <summary>One line of the list.</summary>
    private sealed record Row(string Plan, string Standing, string? Researcher, string? Name, string? Fault)
    {
        [System.Text.Json.Serialization.JsonIgnore]
        public string Text =>
            Fault is null
                ? $"{Plan[..12]}  {Standing, -28}  {Researcher, -20}  '{Name}'"
                : $"{Plan[..12]}  {Standing, -28}  DOES NOT COUNT: {Fault}";

        public static Row Of(Digest hash, PlanStore store, PlanStandings standings)
        {
            var (plan, refusal) = store.Load(hash);
            return new Row(hash.ToString(), standings.Of(hash), plan?.Researcher.Value, plan?.Plan.Name, refusal?.Reason);
        }
    }
}

/// <summary>How plans stand, for people: the operator's word if it was not taken up yet, or else the journal's.</summary>
internal sealed class PlanStandings(NodeOptions options, OperatorNotes notes, JournalHistory journal)
{
    internal string Of(Digest plan)
    {
        var history = journal.Of(plan);
        var note = notes.DecisionOn(plan, out _); // a note that cannot be read is the daemon's to name; what held before holds
        var approved = note?.IsLaterThan(history.Decision) == true ? note.Approved : history.Decision?.Approved;
        return history.Completed is { } completed ? (completed ? "completed" : "ended")
            : approved is { } decided ? (decided ? "approved" : "rejected")
            : options.ApprovesAutomatically ? "approved (automatic)"
            : "awaiting your decision";
    }
}
