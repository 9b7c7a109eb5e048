using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Federation.Policies;
using Federated.Federation.Schemas;
using Federated.Privacy.Plans;

namespace Federated.Node.Commands.Review;

/// <summary>A plan in English words that a hospital's data protection officer can decide on.</summary>
internal sealed class EnglishReview(PlanReview review)
{
    private const int Width = 12;

    private static readonly ReviewNumbers Numbers = ReviewNumbers.English;

    private readonly StudyPlan _plan = review.Plan;

    internal IEnumerable<string> Lines() =>
        [
            $"plan         {review.Stored.Hash}",
            $"study        {_plan.Name}",
            $"signed by    researcher '{review.Stored.Researcher}', whose certificate and signature were checked just now",
            $"standing     {review.Standing.InEnglish()}",
            .. Under("decided", Decisions()),
            $"purpose      {_plan.Purpose}",
            "",
            .. Under("PRIVACY", ReleaseWords.Lines(_plan)),
            .. Under("PAIR", PlanWords.Warning(_plan) is { } warning ? [warning] : []),
            .. Under("masking", PlanWords.Masking(_plan)),
            "",
            .. Under("leaves here", Leaves()),
            "comes here   the sums of all sites' numbers; every site computes the same model from them.",
            .. Under("budget", Budget()),
            .. Under("lasts", Lasts()),
            "",
            .. Under("sites", Sites()),
            .. Reads(),
            "",
            $"model        {Model()}, {review.Numbers} parameters",
            $"training     {Training()}",
            "",
            .. Under("policy", Policy()),
            .. Under("changes", Changes()),
        ];

    private static IEnumerable<string> Under(string heading, IEnumerable<string> lines) =>
        lines.Select((line, i) => $"{(i == 0 ? heading : ""), -Width} {line}");

    private IEnumerable<string> Decisions()
    {
        foreach (var made in review.Consent?.Decisions ?? [])
        {
            yield return $"{made.Word} by {made.By} on {Timestamps.ToText(made.At)}{(made.Policy is { } policy ? $", under policy {policy.Abbreviated}" : "")}{(made.Reason.Length > 0 ? $": {made.Reason}" : "")}";
        }
    }

    private IEnumerable<string> Leaves()
    {
        yield return $"in each of {_plan.Training.Rounds} rounds: {review.Numbers} numbers ({review.Bytes} bytes), the change that training made to the model, masked.";
        if (_plan.Privacy?.Evaluation is { } evaluation)
        {
            yield return $"After them, once: {evaluation.Dimension} counts of held-out patients by score, with noise, masked.";
        }

        yield return $"No row, label, count or score of a patient. A round that fails is asked for again, at most {_plan.Aggregation.HighestAttempt} times.";
    }

    private IEnumerable<string> Budget()
    {
        if (_plan.Privacy is null)
        {
            yield break;
        }

        if (review.Budget is not { } budget)
        {
            yield return "NO DATA SET IS NAMED at this site (node.dataSet): the node does not take this plan.";
            yield break;
        }

        if (budget.Fault is { } fault)
        {
            yield return $"THE LEDGER CANNOT BE RELIED ON: {fault}";
        }

        if (budget.Cap is not { } cap)
        {
            yield return $"data set {budget.DataSet} is NOT REGISTERED in a ledger: the node does not take this plan.";
            yield break;
        }

        yield return $"data set {budget.DataSet}, ledger {budget.Ledger}";
        yield return $"all studies together may cost epsilon {Numbers.Epsilon(cap.Epsilon.Value)} at delta {Numbers.Exact(cap.Delta.Value)}";
        yield return $"spent so far {Numbers.Epsilon(budget.Before)}, which leaves {Numbers.Epsilon(budget.RemainsBefore)}";
        yield return budget.After is not { } after
            ? "what this study costs cannot be told: it does not keep its own promise"
            : $"with all of this study {Numbers.Epsilon(after)} at most, which leaves {Numbers.Epsilon(budget.RemainsAfter!.Value)}{(budget.IsOver ? "; THAT IS OVER THE CAP, and the node does not take this plan" : "")}";
    }

    private IEnumerable<string> Lasts()
    {
        yield return $"{_plan.Rounds} rounds, each of at most {Numbers.Short(review.Timeout.TotalSeconds)} s of work here; when they take place is the coordinator's choice";
        if (review.Consent is { IsGiven: true, Until: { } until })
        {
            yield return $"this site's approval ends on {Timestamps.ToText(until)}";
        }

        if (review.Policy.Policy is { ApprovalDays: { } days })
        {
            yield return $"an approval holds for {days} days at most, by this site's policy";
        }

        if (review.Policy.Policy?.Windows is { } windows)
        {
            yield return $"releases take place only at these times: {windows}";
        }
    }

    private IEnumerable<string> Sites()
    {
        yield return $"{_plan.Sites.Length}, of which at least {_plan.Aggregation.MinimumSites} in each round; weight in brackets";
        yield return string.Join(", ", _plan.Sites.Select(site => $"{site.Name} ({Numbers.Short(site.Weight)})"));
    }

    private IEnumerable<string> Reads()
    {
        yield return $"reads        schema {_plan.Schema}, from your file:";
        foreach (var feature in _plan.Features)
        {
            yield return $"             {feature.Variable, -12} {review.Columns.ColumnOf(feature.Variable), -24} {Missing(feature)}".TrimEnd();
        }

        yield return $"predicts     {_plan.Outcome.Variable} above {Numbers.Short(_plan.Outcome.PositiveAbove)}, from {review.Columns.ColumnOf(_plan.Outcome.Variable)}";
        if (review.Columns.Fault is { } fault)
        {
            yield return $"             YOUR MAPPING CANNOT BE READ: {fault.ReplaceLineEndings(" ")}";
        }

        yield return $"keeps back   {Numbers.Percent(_plan.Holdout.Fraction)} % of your patients for scoring, which stays here (metrics.jsonl)";
    }

    private IEnumerable<string> Policy()
    {
        if (review.Policy.Policy is not { } policy)
        {
            return [$"DOES NOT COUNT, and nothing is released: {review.Policy.Fault?.ReplaceLineEndings(" ")}"];
        }

        var rules = review.Rules.Select(rule => $"{(rule.IsMet ? "yes" : "NO "), -4} {rule.Key, -26} {Rule(rule)}");
        return
        [
            $"{review.PolicyName}, hash {policy.Hash.Abbreviated}, approval: {policy.Approval.Word()}",
            .. review.Rules.IsEmpty ? ["it asks nothing more of a plan"] : rules,
        ];
    }

    private static string Rule(PolicyRule rule)
    {
        var limit = rule.Relation switch
        {
            PolicyRelation.AtMost => $"at most {rule.Allowed}",
            PolicyRelation.AtLeast => $"at least {rule.Allowed}",
            PolicyRelation.Until => $"until {rule.Allowed}",
            PolicyRelation.Promise => $"plans without privacy: {rule.Allowed}",
            _ => rule.Allowed,
        };
        return $"{rule.Value ?? "unknown"} ({limit})";
    }

    private IEnumerable<string> Changes()
    {
        if (review.Earlier is not var (earlier, approval))
        {
            yield return $"no study of this name by '{review.Stored.Researcher}' was approved here before";
            yield break;
        }

        yield return $"against plan {earlier.Hash.Abbreviated}, approved by {approval.By} on {Timestamps.ToText(approval.At)}:";
        foreach (var change in review.Changes)
        {
            yield return $"{change.Path}: {change.Old ?? "(not there)"} → {change.New ?? "(gone)"}";
        }
    }

    private string Model() =>
        _plan.Model.Kind == "logistic" ? "logistic regression" : $"network with hidden layers of {string.Join(", ", _plan.Model.Hidden)}";

    private string Training() =>
        _plan.Training.Mode == "fedavg"
            ? $"{_plan.Training.LocalEpochs} passes over your patients a round, at most {Numbers.Short(review.Timeout.TotalSeconds)} s"
            : $"one gradient a round, at most {Numbers.Short(review.Timeout.TotalSeconds)} s";

    private static string Missing(FeatureSpec feature) =>
        feature.Missing is { } constant
            ? $"missing: {Numbers.Short(constant)}{(feature.MissingIndicator ? ", and marked as missing" : "")}"
            : "patients without it are left out";
}
