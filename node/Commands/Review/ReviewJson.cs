using System.Text.Json;
using Federated.Federation;
using Federated.Federation.Policies;
using Federated.Privacy.Plans;

namespace Federated.Node.Commands.Review;

/// <summary>A plan's review for programs.</summary>
internal static class ReviewJson
{
    internal static string Of(PlanReview review)
    {
        var plan = review.Plan;
        return JsonSerializer.Serialize(
            new
            {
                Plan = review.Stored.Hash.ToString(),
                plan.Name,
                Researcher = review.Stored.Researcher.Value,
                Standing = review.Standing.InEnglish(),
                plan.Purpose,
                Privacy = plan.PrivacyInWords,
                Promise = Promise(review),
                plan.Training.Rounds,
                RoundsInAll = plan.Rounds,
                NumbersPerRound = review.Numbers,
                BytesPerRound = review.Bytes,
                EvaluationNumbers = plan.Privacy?.Evaluation?.Dimension,
                plan.Aggregation.HighestAttempt,
                SecondsPerRound = review.Timeout.TotalSeconds,
                Sites = plan.Sites.Select(site => new { Name = site.Name.Value, site.Weight }),
                plan.Aggregation.MinimumSites,
                plan.Aggregation.Colluders,
                plan.Aggregation.AllowPair,
                plan.Aggregation.Suite,
                plan.Schema,
                Features = plan.Features.Select(feature => new
                {
                    feature.Variable,
                    Column = review.Columns.Of.GetValueOrDefault(feature.Variable),
                    feature.Missing,
                    feature.MissingIndicator,
                }),
                Outcome = new
                {
                    plan.Outcome.Variable,
                    Column = review.Columns.Of.GetValueOrDefault(plan.Outcome.Variable),
                    plan.Outcome.PositiveAbove,
                },
                HoldoutFraction = plan.Holdout.Fraction,
                Model = new
                {
                    plan.Model.Kind,
                    Hidden = plan.Model.Hidden.ToArray(),
                    Parameters = review.Numbers,
                },
                Budget = Budget(review),
                Policy = Policy(review),
                Decisions = Decisions(review),
                Changes = Changes(review),
            },
            JsonText.Options
        );
    }

    private static object? Promise(PlanReview review) =>
        review is { Plan.Privacy: { } privacy, Releases: StudyReleasesResult.Accepted { Releases: var releases } }
            ? new
            {
                privacy.Unit,
                privacy.Epsilon,
                privacy.Delta,
                privacy.Noise,
                privacy.NoiseMultiplier,
                releases.TrainingReleases,
                TrainingEpsilon = Finite(releases.TrainingBound().Epsilon.Value),
                EvaluationEpsilon = Finite(releases.EvaluationBound()?.Epsilon.Value),
                FloorEpsilon = Finite(releases.FloorBound().Epsilon.Value),
            }
            : null;

    private static object? Budget(PlanReview review) =>
        review.Budget is { } budget
            ? new
            {
                DataSet = budget.DataSet.Value,
                budget.Ledger,
                budget.Fault,
                Cap = budget.Cap?.Epsilon.Value,
                Delta = budget.Cap?.Delta.Value,
                SpentBefore = Finite(budget.Before),
                SpentAfter = Finite(budget.After),
                budget.RemainsBefore,
                budget.RemainsAfter,
                Over = budget.IsOver,
            }
            : null;

    private static object Policy(PlanReview review) =>
        new
        {
            File = review.PolicyName,
            Hash = review.Policy.Policy?.Hash.ToString(),
            Approval = review.Policy.Policy?.Approval.Word(),
            review.Policy.Fault,
            Rules = review.Rules.Select(rule => new
            {
                rule.Key,
                Relation = JsonNamingPolicy.SnakeCaseLower.ConvertName(rule.Relation.ToString()),
                rule.Value,
                rule.Allowed,
                Met = rule.IsMet,
            }),
            Windows = review.Policy.Policy?.Windows?.ToString(),
        };

    private static object Decisions(PlanReview review) =>
        new
        {
            Until = review.Consent?.Until is { } until ? Timestamps.ToText(until) : null,
            Made = (review.Consent?.Decisions ?? []).Select(made => new
            {
                Decision = made.Word,
                made.By,
                At = Timestamps.ToText(made.At),
                Code = made.Code?.Word,
                made.Reason,
                Policy = made.Policy?.ToString(),
                Until = made.Until is { } end ? Timestamps.ToText(end) : null,
            }),
        };

    private static object? Changes(PlanReview review) =>
        review.Earlier is var (earlier, approval)
            ? new
            {
                Since = earlier.Hash.ToString(),
                ApprovedBy = approval.By,
                ApprovedAt = Timestamps.ToText(approval.At),
                Fields = review.Changes.Select(change => new
                {
                    Field = change.Path,
                    change.Old,
                    change.New,
                }),
            }
            : null;

    /// <summary>null where there is no bound: JSON has no infinity.</summary>
    private static double? Finite(double? epsilon) => epsilon is { } value && double.IsFinite(value) ? value : null;
}
