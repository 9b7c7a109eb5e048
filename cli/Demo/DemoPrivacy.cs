using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Federated.Cli.Studies;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.Privacy;
using Federated.Privacy.Accountants;
using Federated.Privacy.Evaluation;
using Federated.Privacy.Events;
using Federated.Privacy.Ledger;

namespace Federated.Cli.Demo;

/// <summary>What the nodes' ledgers say that the study released and cost, each figure computed anew from the events that stand there.</summary>
/// <param name="Epsilon">By the accountant that decides, the worst of all sites and of both kinds of patients.</param>
/// <param name="CrossCheck">The same by the other accountant, which is never below.</param>
/// <param name="Floor">Should all others work together against one site; null if that has no bound.</param>
/// <param name="Plan">The promise.</param>
/// <param name="Evaluation">What was released of held-out patients.</param>
/// <param name="Releases">Every charge of every site, in order.</param>
internal sealed record DemoPrivacy(
    double Epsilon,
    double CrossCheck,
    double? Floor,
    PrivacyPlan Plan,
    ReleasedEvaluation Evaluation,
    IReadOnlyList<JsonObject> Releases
)
{
    /// <summary>Registers a node's patients, as its operator would: the promise itself is the cap.</summary>
    /// <exception cref="OperatorException">The node's own command refuses it.</exception>
    internal static async Task RegisterAsync(string nodeConfig, PrivacyPlan privacy, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Installation.PathOf("fed-node")) { RedirectStandardError = true, RedirectStandardOutput = true };
        string[] arguments =
        [
            "ledger",
            "register",
            DemoFolder.DataSet,
            "--config",
            nodeConfig,
            "--epsilon",
            privacy.Epsilon.ToString("R", CultureInfo.InvariantCulture),
            "--delta",
            privacy.Delta.ToString("R", CultureInfo.InvariantCulture),
            "--reason",
            "demonstration",
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start) ?? throw new OperatorException($"{start.FileName} could not be started.");
        var said = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
        await said;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new OperatorException($"The node's patients could not be registered: {errors.Trim()}");
        }
    }

    /// <summary>Reads the ledgers.</summary>
    /// <exception cref="OperatorException">One cannot be read, or is no whole chain.</exception>
    internal static DemoPrivacy Of(StudyPlan plan, ReleasedEvaluation evaluation, IReadOnlyList<(SiteName Site, string Ledger)> sites)
    {
        var privacy = plan.Privacy!;
        var delta = new Delta(privacy.Delta);
        var releases = new List<JsonObject>();
        var (pld, rdp, floor) = (0.0, 0.0, 0.0);
        foreach (var (site, file) in sites)
        {
            var charges = Read(file);
            releases.AddRange(charges.Select(charge => JsonOf(site, charge)));
            foreach (var patients in charges.GroupBy(charge => charge.Population))
            {
                var seen = PrivacyEvent.Compose(patients.Select(charge => (PrivacyEvent)charge.Event.Times(charge.Times)));
                var alone = PrivacyEvent.Compose(patients.Select(charge => (PrivacyEvent)charge.Floor.Times(charge.Times)));
                pld = Math.Max(pld, PldAccountant.Bound(seen, delta).Epsilon.Value);
                rdp = Math.Max(rdp, RdpAccountant.Default.Bound(seen, delta).Epsilon.Value);
                floor = Math.Max(floor, PldAccountant.Bound(alone, delta).Epsilon.Value);
            }
        }

        return new DemoPrivacy(pld, rdp, double.IsFinite(floor) ? floor : null, privacy, evaluation, releases);
    }

    /// <summary>For programs.</summary>
    internal JsonObject Json() =>
        new()
        {
            ["unit"] = Plan.Unit,
            ["epsilon"] = Epsilon,
            ["epsilon_rdp"] = CrossCheck,
            ["epsilon_floor"] = Floor,
            ["epsilon_promised"] = Plan.Epsilon,
            ["delta"] = Plan.Delta,
            ["noise_multiplier"] = Plan.NoiseMultiplier,
            ["evaluation"] = JsonSerializer.SerializeToNode(EvaluationCommand.Figures(Evaluation)),
            ["releases"] = new JsonArray([.. Releases]),
        };

    /// <summary>For people.</summary>
    internal IEnumerable<string> Lines()
    {
        foreach (var line in EvaluationCommand.Lines(Evaluation))
        {
            yield return line;
        }

        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"privacy  epsilon {Epsilon:0.###} of {Plan.Epsilon} at delta {Plan.Delta:r}, from {Releases.Count} charges in the nodes' ledgers (by the other accountant {CrossCheck:0.###});"
        );
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"         should all other sites work together against one: {(Floor is { } floor ? $"epsilon {floor:0.###}" : "no bound")}; noise multiplier {Plan.NoiseMultiplier}"
        );
    }

    private static IReadOnlyList<Charge> Read(string file)
    {
        var ledger = new PrivacyLedger();
        try
        {
            foreach (var line in File.ReadLines(file))
            {
                if (ledger.Read(Encoding.UTF8.GetBytes(line)) is { } fault)
                {
                    throw new OperatorException($"{file} is no whole ledger: {fault}.");
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"{file} cannot be read: {e.Message}", "look at the nodes' logs", e);
        }

        return [.. ledger.History.Charges.Select(entry => entry.Charge)];
    }

    private static JsonObject JsonOf(SiteName site, Charge charge) =>
        new()
        {
            ["site"] = site.Value,
            ["round"] = charge.Round.Value,
            ["attempt"] = charge.Attempt.Value,
            ["released"] = charge.Released,
            ["numbers"] = charge.Numbers,
            ["patients"] = charge.Population == Population.Training ? "training" : "test",
            ["times"] = charge.Times,
            ["event"] = JsonNode.Parse(Federated.Privacy.Events.EventJson.Write(charge.Event)),
            ["floor_event"] = JsonNode.Parse(Federated.Privacy.Events.EventJson.Write(charge.Floor)),
        };
}
