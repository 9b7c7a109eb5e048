using System.Globalization;
using System.Text.Json;
using Federated.Federation.Aggregation;
using Federated.Federation.Plans;
using Federated.Federation.Schemas;
using Federated.Node.Plans;
using Federated.Privacy.Plans;

namespace Federated.Node.Commands;

/// <summary>A plan in words that a hospital's data protection officer can decide on.</summary>
internal sealed class PlanText(StoredPlan stored, string standing, SiteColumns columns)
{
    private readonly StudyPlan _plan = stored.Plan;

    private int Numbers => _plan.Shape.ParameterCount;

    private long Bytes => (long)Numbers * Lanes.InputBytes;

    internal IEnumerable<string> Lines()
    {
        yield return $"plan         {stored.Hash}";
        yield return $"study        {_plan.Name}";
        yield return $"signed by    researcher '{stored.Researcher}', whose certificate and signature were checked just now";
        yield return $"standing     {standing}";
        yield return $"purpose      {_plan.Purpose}";
        yield return "";
        foreach (var (line, i) in ReleaseWords.Lines(_plan).Select((line, i) => (line, i)))
        {
            yield return $"{(i == 0 ? "PRIVACY" : ""), -12} {line}";
        }

        if (PlanWords.Warning(_plan) is { } warning)
        {
            yield return $"PAIR         {warning}";
        }

        foreach (var (line, i) in PlanWords.Masking(_plan).Select((line, i) => (line, i)))
        {
            yield return $"{(i == 0 ? "masking" : ""), -12} {line}";
        }

        yield return "";
        yield return $"leaves here  in each of {_plan.Training.Rounds} rounds: {Numbers} numbers ({Bytes} bytes), the change that training made to the model, masked.";
        yield return $"             No row, label, count or score of a patient. A round that fails is asked for again, at most {_plan.Aggregation.HighestAttempt} times.";
        yield return "comes here   the sums of all sites' numbers; every site computes the same model from them.";
        yield return "";
        yield return $"sites        {_plan.Sites.Length}, of which at least {_plan.Aggregation.MinimumSites} in each round; weight in brackets";
        yield return $"             {string.Join(", ", _plan.Sites.Select(site => $"{site.Name} ({Decimal(site.Weight)})"))}";
        yield return $"reads        schema {_plan.Schema}, from your file:";
        foreach (var feature in _plan.Features)
        {
            yield return $"             {feature.Variable, -12} {columns.ColumnOf(feature.Variable), -24} {Missing(feature)}".TrimEnd();
        }

        yield return $"predicts     {_plan.Outcome.Variable} above {Decimal(_plan.Outcome.PositiveAbove)}, from {columns.ColumnOf(_plan.Outcome.Variable)}";
        if (columns.Fault is { } fault)
        {
            yield return $"             YOUR MAPPING CANNOT BE READ: {fault.ReplaceLineEndings(" ")}";
        }

        yield return $"keeps back   {Decimal(_plan.Holdout.Fraction * 100)} % of your patients for scoring, which stays here (metrics.jsonl)";
        yield return "";
        yield return $"model        {Model()}, {Numbers} parameters";
        yield return $"training     {Training()}";
    }

    internal string ToJson() =>
        JsonSerializer.Serialize(
            new
            {
                Plan = stored.Hash.ToString(),
                _plan.Name,
                Researcher = stored.Researcher.Value,
                Standing = standing,
                _plan.Purpose,
                Privacy = _plan.PrivacyInWords,
                _plan.Training.Rounds,
                NumbersPerRound = Numbers,
                BytesPerRound = Bytes,
                _plan.Aggregation.HighestAttempt,
                Sites = _plan.Sites.Select(site => new { Name = site.Name.Value, site.Weight }),
                _plan.Aggregation.MinimumSites,
                _plan.Aggregation.Colluders,
                _plan.Aggregation.AllowPair,
                _plan.Aggregation.Suite,
                _plan.Schema,
                Features = _plan.Features.Select(feature => new
                {
                    feature.Variable,
                    Column = columns.Of.GetValueOrDefault(feature.Variable),
                    feature.Missing,
                    feature.MissingIndicator,
                }),
                Outcome = new
                {
                    _plan.Outcome.Variable,
                    Column = columns.Of.GetValueOrDefault(_plan.Outcome.Variable),
                    _plan.Outcome.PositiveAbove,
                },
                HoldoutFraction = _plan.Holdout.Fraction,
                Model = new { _plan.Model.Kind, Hidden = _plan.Model.Hidden.ToArray() },
            },
            JsonText.Options
        );

    private string Model() =>
        _plan.Model.Kind == "logistic" ? "logistic regression" : $"network with hidden layers of {string.Join(", ", _plan.Model.Hidden)}";

    private string Training() =>
        _plan.Training.Mode == "fedavg"
            ? $"{_plan.Training.LocalEpochs} passes over your patients a round, at most {_plan.Aggregation.Timeout.TotalSeconds:0.###} s"
            : $"one gradient a round, at most {_plan.Aggregation.Timeout.TotalSeconds:0.###} s";

    private static string Missing(FeatureSpec feature) =>
        feature.Missing is { } constant
            ? $"missing: {Decimal(constant)}{(feature.MissingIndicator ? ", and marked as missing" : "")}"
            : "patients without it are left out";

    private static string Decimal(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
