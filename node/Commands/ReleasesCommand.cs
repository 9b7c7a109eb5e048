using System.CommandLine;
using System.Text.Json;
using Federated.Federation;
using Federated.Hosting;
using Federated.Node.Journal;
using Federated.Node.Ledger;
using Federated.Privacy.Events;
using Federated.Privacy.Ledger;

namespace Federated.Node.Commands;

/// <summary><c>fed-node releases show</c>: what left this hospital. Reads only; the daemon may run.</summary>
internal static class ReleasesCommand
{
    internal static Command Create() => new("releases", "What left this site.") { Show() };

    private static Command Show()
    {
        var plan = new Option<string?>("--plan")
        {
            Description = "Only this study: its plan hash, or at least the first six digits.",
            HelpName = "PLAN",
        };
        var config = CommandOptions.Config();
        var json = CommandOptions.Json();
        var command = new Command(
            "show",
            "List what left this site: when, for which study and round, how many numbers, and how noisy they were."
        )
        {
            plan,
            config,
            json,
        };
        command.SetAction(parsed =>
        {
            var setup = CommandOptions.Setup(parsed, config);
            var journal = new List<JournalLine>();
            using (var tls = setup.LoadTls(TimeProvider.System))
            {
                JournalFile.Read(setup.State.Journal, setup.Self(tls).Name, journal.Add);
            }

            var ledger = setup.DataSet is { } name ? LedgerFile.Read(DataSetLedger.PathOf(setup.State, name), name).Ledger.History : null;
            var wanted = parsed.GetValue(plan);
            var left = LeftThisSite.Of(journal, ledger).Where(one => wanted is null || IsOf(one.Plan, wanted)).ToList();
            Console.WriteLine(
                parsed.GetValue(json) ? Json(left)
                : left.Count == 0 ? "nothing has left this site"
                : ForeignText.CleanLines(string.Join('\n', Lines(left)))
            );
            return 0;
        });
        return command;
    }

    private static bool IsOf(Digest plan, string wanted) =>
        wanted.Length >= 6
            ? plan.ToString().StartsWith(wanted, StringComparison.OrdinalIgnoreCase)
            : throw new OperatorException(
                $"'{ForeignText.Clean(wanted)}' is too short for a plan hash.",
                "give at least its first six digits"
            );

    private static IEnumerable<string> Lines(IReadOnlyList<LeftThisSite> all)
    {
        yield return $"{"time", -24}  {"plan", -12}  {"round", 7}  {"what", -12}  {"of patients", -11}  {"numbers", 9}  noise (z: standard deviation / what one patient moves)";
        foreach (var left in all)
        {
            var round = $"{left.Attempt.Round}.{left.Attempt.Number}";
            yield return left.Charge is { } charge
                ? $"{Timestamps.ToText(left.Time)}  {left.Plan.Abbreviated}  {round, 7}  {charge.Released, -12}  {Word(charge.Population), -11}  {charge.Numbers, 9}  "
                    + $"{Noise(charge)}  '{charge.Study}'{(left.HasLeft ? "" : "  CHARGED, DID NOT LEAVE")}"
                : $"{Timestamps.ToText(left.Time)}  {left.Plan.Abbreviated}  {round, 7}  {"update", -12}  {"", -11}  {"", 9}  NO CHARGE: no noise was counted";
        }
    }

    private static string Noise(Charge charge) =>
        $"{(charge.Times > 1 ? $"{charge.Times} x " : "")}{LeftThisSite.Noise(charge.Event)}; alone {LeftThisSite.Noise(charge.Floor)}";

    private static string Word(Population population) => JsonNamingPolicy.SnakeCaseLower.ConvertName(population.ToString());

    private static string Json(IReadOnlyList<LeftThisSite> all) =>
        JsonSerializer.Serialize(
            new
            {
                Releases = all.Select(left => new
                {
                    Time = Timestamps.ToText(left.Time),
                    Plan = left.Plan.ToString(),
                    Round = left.Attempt.Round.Value,
                    Attempt = left.Attempt.Number.Value,
                    Charged = left.Charge is not null,
                    Left = left.HasLeft,
                    left.Charge?.Study,
                    left.Charge?.Released,
                    Population = left.Charge is { } charge ? Word(charge.Population) : null,
                    left.Charge?.Numbers,
                    left.Charge?.Times,
                    Event = Event(left.Charge?.Event),
                    FloorEvent = Event(left.Charge?.Floor),
                }),
            },
            JsonText.Options
        );

    private static JsonElement? Event(PrivacyEvent? released) => released is null ? null : JsonElement.Parse(EventJson.Write(released));
}
