using System.CommandLine;
using System.Text.Json;
using Federated.Federation;
using Federated.Node.Commands.Review;

namespace Federated.Node.Commands;

/// <summary><c>fed-node plans</c>: what was offered to this site, and what its people decide.</summary>
internal static class PlansCommand
{
    private const int MostOfALine = 2000;

    internal static Command Create() =>
        new("plans", "Studies that were offered to this site, and your decisions on them.")
        {
            List(),
            Show(),
            DecideCommand.Approve(),
            DecideCommand.Reject(),
            DecideCommand.Withdraw(),
        };

    private static Command List()
    {
        var config = CommandOptions.Config();
        var json = CommandOptions.Json();
        var command = new Command("list", "List every plan that was offered, with its standing.") { config, json };
        command.SetAction(parsed =>
        {
            var site = PlansAtSite.Read(CommandOptions.Setup(parsed, config));
            var rows = site.Store.Hashes().Select(hash => Row.Of(hash, site)).ToList();
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new { plans = rows }, JsonText.Options));
            }
            else
            {
                Console.WriteLine(
                    rows.Count == 0
                        ? "no plan was offered to this site yet"
                        : string.Join('\n', rows.SelectMany(row => row.Lines).Select(line => ForeignText.Clean(line, MostOfALine)))
                );
            }

            return 0;
        });
        return command;
    }

    private static Command Show()
    {
        var plan = CommandOptions.Plan();
        var language = CommandOptions.Language();
        var config = CommandOptions.Config();
        var json = CommandOptions.Json();
        var command = new Command(
            "show",
            "Say in plain words what a plan asks of this site, what it costs, what your policy says of it, and what is new in it, after checking its bytes and signature again."
        )
        {
            plan,
            language,
            config,
            json,
        };
        command.SetAction(parsed =>
        {
            var setup = CommandOptions.Setup(parsed, config);
            var site = PlansAtSite.Read(setup);
            var review = PlanReview.Of(site, site.Store.Read(site.Store.Find(parsed.GetRequiredValue(plan))), setup);
            var lines =
                parsed.GetValue(language) == CommandOptions.InFrench ? new FrenchReview(review).Lines() : new EnglishReview(review).Lines();
            Console.WriteLine(
                parsed.GetValue(json)
                    ? ReviewJson.Of(review)
                    : string.Join('\n', lines.Select(line => ForeignText.Clean(line, MostOfALine)))
            );
            return 0;
        });
        return command;
    }

    /// <summary>One plan of the list.</summary>
    private sealed record Row(
        string Plan,
        string Standing,
        string? Researcher,
        string? Name,
        string? Fault,
        IReadOnlyList<string> AgainstPolicy
    )
    {
        [System.Text.Json.Serialization.JsonIgnore]
        public IEnumerable<string> Lines =>
            [
                Fault is null
                    ? $"{Plan[..12]}  {Standing, -28}  {Researcher, -20}  '{Name}'"
                    : $"{Plan[..12]}  {Standing, -28}  DOES NOT COUNT: {Fault}",
                .. AgainstPolicy.Select(rule => $"              {rule}"),
            ];

        public static Row Of(Digest hash, PlansAtSite site)
        {
            var (stored, refusal) = site.Store.Load(hash);
            var standing = site.StandingOf(hash, stored);
            return new Row(
                hash.ToString(),
                standing.InEnglish(),
                stored?.Researcher.Value,
                stored?.Plan.Name,
                refusal?.Reason,
                standing == PlanStanding.AgainstPolicy
                    ? [.. site.RulesOn(stored!).Where(rule => !rule.IsMet).Select(rule => rule.ToString())]
                    : []
            );
        }
    }
}
