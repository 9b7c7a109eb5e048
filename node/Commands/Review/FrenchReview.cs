using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Federation.Policies;
using Federated.Federation.Schemas;

namespace Federated.Node.Commands.Review;

/// <summary>A plan in French words that a hospital's data protection officer can decide on: the same figures as <see cref="EnglishReview"/>, line by line.</summary>
internal sealed class FrenchReview(PlanReview review)
{
    private const int Width = 15;

    private static readonly ReviewNumbers Numbers = ReviewNumbers.French;

    private readonly StudyPlan _plan = review.Plan;

    internal IEnumerable<string> Lines() =>
        [
            $"{"plan", -Width} {review.Stored.Hash}",
            $"{"étude", -Width} {_plan.Name}",
            $"{"signé par", -Width} le chercheur « {review.Stored.Researcher} », dont le certificat et la signature viennent d’être vérifiés",
            $"{"état", -Width} {review.Standing.InFrench()}",
            .. Under("décision", (review.Consent?.Decisions ?? []).Select(Decision)),
            $"{"finalité", -Width} {_plan.Purpose}",
            "",
            .. Under("CONFIDENTIALITÉ", FrenchPrivacy.Lines(review)),
            .. Under("masquage", FrenchPrivacy.Masking(_plan)),
            "",
            .. Under("ce qui sort", Leaves()),
            $"{"ce qui entre", -Width} les sommes des nombres de tous les sites ; chaque site en calcule le même modèle.",
            .. Under("budget", Budget()),
            .. Under("durée", Lasts()),
            "",
            .. Under("participants", Sites()),
            .. Under("données lues", Reads()),
            "",
            $"{"modèle", -Width} {Model()}, {review.Numbers} paramètres",
            $"{"apprentissage", -Width} {Training()}",
            "",
            .. Under("politique", Policy()),
            .. Under("différences", Changes()),
        ];

    private static IEnumerable<string> Under(string heading, IEnumerable<string> lines) =>
        lines.Select((line, i) => $"{(i == 0 ? heading : ""), -Width} {line}");

    private static string Decision(JournalEntry.Decided made)
    {
        var word =
            made.Approved ? "approuvé"
            : made.IsWithdrawal ? "retiré"
            : "refusé";
        var policy = made.Policy is { } hash ? $", selon la politique {hash.Abbreviated}" : "";
        return $"{word} par {made.By} le {Timestamps.ToText(made.At)}{policy}{(made.Reason.Length > 0 ? $" : {made.Reason}" : "")}";
    }

    private IEnumerable<string> Leaves()
    {
        yield return $"à chacun des {_plan.Training.Rounds} tours : {review.Numbers} nombres ({review.Bytes} octets), le changement que l’apprentissage apporte au modèle, masqués.";
        if (_plan.Privacy?.Evaluation is { } evaluation)
        {
            yield return $"Ensuite, une fois : {evaluation.Dimension} effectifs de patients mis de côté, par score, bruités et masqués.";
        }

        yield return $"Ni ligne, ni diagnostic, ni effectif, ni score d’un patient. Un tour qui échoue est redemandé {_plan.Aggregation.HighestAttempt} fois au plus.";
    }

    private IEnumerable<string> Budget()
    {
        if (_plan.Privacy is null)
        {
            yield break;
        }

        if (review.Budget is not { } budget)
        {
            yield return "AUCUN JEU DE DONNÉES N’EST NOMMÉ sur ce site (node.dataSet) : le nœud ne prend pas ce plan.";
            yield break;
        }

        if (budget.Fault is { } fault)
        {
            yield return $"LE REGISTRE N’EST PAS FIABLE : {fault}";
        }

        if (budget.Cap is not { } cap)
        {
            yield return $"le jeu de données {budget.DataSet} N’EST INSCRIT dans aucun registre : le nœud ne prend pas ce plan.";
            yield break;
        }

        yield return $"jeu de données {budget.DataSet}, registre {budget.Ledger}";
        yield return $"budget de confidentialité de toutes les études ensemble : epsilon {Numbers.Epsilon(cap.Epsilon.Value)} avec delta {Numbers.Exact(cap.Delta.Value)}";
        yield return $"dépensé jusqu’ici : {Numbers.Epsilon(budget.Before)} ; il reste {Numbers.Epsilon(budget.RemainsBefore)}";
        yield return budget.After is not { } after
            ? "on ne peut dire ce que coûte cette étude : elle ne tient pas sa propre promesse"
            : $"avec toute cette étude : {Numbers.Epsilon(after)} au plus ; il restera {Numbers.Epsilon(budget.RemainsAfter!.Value)}{(budget.IsOver ? " ; CELA DÉPASSE LE BUDGET, et le nœud ne prend pas ce plan" : "")}";
    }

    private IEnumerable<string> Lasts()
    {
        yield return $"{_plan.Rounds} tours, chacun de {Numbers.Short(review.Timeout.TotalSeconds)} s de travail ici au plus ; leur moment est choisi par le coordinateur";
        if (review.Consent is { IsGiven: true, Until: { } until })
        {
            yield return $"l’approbation de ce site prend fin le {Timestamps.ToText(until)}";
        }

        if (review.Policy.Policy is { ApprovalDays: { } days })
        {
            yield return $"selon la politique de ce site, une approbation vaut {days} jours au plus";
        }

        if (review.Policy.Policy?.Windows is { } windows)
        {
            yield return $"rien ne sort en dehors de ces plages horaires : {windows}";
        }
    }

    private IEnumerable<string> Sites()
    {
        yield return $"{_plan.Sites.Length} sites, dont {_plan.Aggregation.MinimumSites} au moins à chaque tour ; poids entre parenthèses";
        yield return string.Join(", ", _plan.Sites.Select(site => $"{site.Name} ({Numbers.Short(site.Weight)})"));
    }

    private IEnumerable<string> Reads()
    {
        yield return $"schéma {_plan.Schema}, dans votre fichier :";
        foreach (var feature in _plan.Features)
        {
            yield return $"{feature.Variable, -12} {ColumnOf(feature.Variable), -24} {Missing(feature)}".TrimEnd();
        }

        yield return $"à prédire : {_plan.Outcome.Variable} au-dessus de {Numbers.Short(_plan.Outcome.PositiveAbove)} ({ColumnOf(_plan.Outcome.Variable)})";
        if (review.Columns.Fault is { } fault)
        {
            yield return $"VOTRE TABLE DE CORRESPONDANCE EST ILLISIBLE : {fault.ReplaceLineEndings(" ")}";
        }

        yield return $"mis de côté : {Numbers.Percent(_plan.Holdout.Fraction)} % de vos patients, pour une évaluation qui reste ici (metrics.jsonl)";
    }

    private IEnumerable<string> Policy()
    {
        if (review.Policy.Policy is not { } policy)
        {
            return [$"ILLISIBLE, et rien ne sort : {review.Policy.Fault?.ReplaceLineEndings(" ")}"];
        }

        var rules = review.Rules.Select(rule => $"{(rule.IsMet ? "oui" : "NON"), -4} {rule.Key, -26} {Rule(rule)}");
        return
        [
            $"{review.PolicyName}, empreinte {policy.Hash.Abbreviated}, approbation : {policy.Approval.Word()}",
            .. review.Rules.IsEmpty ? ["elle ne demande rien de plus d’un plan"] : rules,
        ];
    }

    private static string Rule(PolicyRule rule)
    {
        var limit = rule.Relation switch
        {
            PolicyRelation.AtMost => $"{rule.Allowed} au plus",
            PolicyRelation.AtLeast => $"{rule.Allowed} au moins",
            PolicyRelation.Until => $"jusqu’au {rule.Allowed}",
            PolicyRelation.Promise => $"plans sans confidentialité : {(rule.IsMet ? "admis" : "refusés")}",
            _ => rule.Allowed,
        };
        return $"{rule.Value ?? "inconnu"} ({limit})";
    }

    private IEnumerable<string> Changes()
    {
        if (review.Earlier is not var (earlier, approval))
        {
            yield return $"aucune étude de ce nom par « {review.Stored.Researcher} » n’a encore été approuvée ici";
            yield break;
        }

        yield return $"par rapport au plan {earlier.Hash.Abbreviated}, approuvé par {approval.By} le {Timestamps.ToText(approval.At)} :";
        foreach (var change in review.Changes)
        {
            yield return $"{change.Path} : {change.Old ?? "(absent)"} → {change.New ?? "(supprimé)"}";
        }
    }

    private string Model() =>
        _plan.Model.Kind == "logistic"
            ? "régression logistique"
            : $"réseau de neurones à couches cachées de {string.Join(", ", _plan.Model.Hidden)}";

    private string Training() =>
        _plan.Training.Mode == "fedavg"
            ? $"{_plan.Training.LocalEpochs} passages sur vos patients par tour, {Numbers.Short(review.Timeout.TotalSeconds)} s au plus"
            : $"un gradient par tour, {Numbers.Short(review.Timeout.TotalSeconds)} s au plus";

    private string ColumnOf(string variable) =>
        review.Columns.Of.TryGetValue(variable, out var column) ? column.Replace("column", "colonne", StringComparison.Ordinal)
        : review.Columns.Fault is null ? "SANS COLONNE sur ce site"
        : "inconnue";

    private static string Missing(FeatureSpec feature) =>
        feature.Missing is { } constant
            ? $"valeur manquante : {Numbers.Short(constant)}{(feature.MissingIndicator ? ", et signalée comme telle" : "")}"
            : "les patients sans cette valeur sont exclus";
}
