using Federated.Federation.Plans;
using Federated.Privacy.Accountants;
using Federated.Privacy.Plans;

namespace Federated.Node.Commands.Review;

/// <summary>What a plan promises its patients, in French: what <see cref="ReleaseWords"/> and <see cref="PlanWords"/> say in English.</summary>
internal static class FrenchPrivacy
{
    private static readonly ReviewNumbers Numbers = ReviewNumbers.French;

    /// <summary>A few lines; for a plan without privacy the warning that it is one.</summary>
    internal static IEnumerable<string> Lines(PlanReview review) =>
        review.Releases switch
        {
            null =>
            [
                "AUCUNE. Aucun bruit n’est ajouté : ce que la somme de tous les sites révèle d’un patient est révélé.",
                "À n’employer que pour des patients publics ou synthétiques.",
            ],
            StudyReleasesResult.Accepted accepted => Lines(accepted.Releases),
            StudyReleasesResult.Rejected rejected => ["ROMPUE : ce plan ne tient pas sa propre promesse. Refusez-le.", .. rejected.Faults],
            _ => throw new InvalidOperationException("A plan keeps its promise or does not."),
        };

    /// <summary>One line for each claim.</summary>
    internal static IEnumerable<string> Masking(StudyPlan plan)
    {
        var (sites, aggregation) = (plan.Sites.Length, plan.Aggregation);
        if (sites == 2)
        {
            yield return "DEUX SITES SEULEMENT : chacun déduit la mise à jour de l’autre de la somme et de la sienne. Les masques ne la cachent qu’au coordinateur.";
        }

        yield return $"sommes masquées ; {aggregation.MinimumSites} des {sites} sites au moins dans une somme";
        if (sites > 2)
        {
            yield return $"la mise à jour d’un site est cachée au coordinateur, même allié à {Others(aggregation.Colluders)}";
        }

        yield return $"suite {aggregation.Suite} : {(aggregation.Suite == 2 ? "P-256, pour les sites FIPS" : "X25519 et Ed25519")}";
    }

    private static IEnumerable<string> Lines(StudyReleases releases)
    {
        var (plan, privacy) = (releases.Plan, releases.Privacy);
        var whom = privacy.Unit == "patient" ? "des données d’un patient" : "de toute la contribution de ce site";
        yield return $"{(privacy.Unit == "patient" ? "par patient" : "par site")}, epsilon {Numbers.Exact(privacy.Epsilon)}, delta {Numbers.Exact(privacy.Delta)} (une chance sur {Numbers.Whole(1 / privacy.Delta)}) : la présence {whom} change ce que quiconque voit d’un facteur e^{Numbers.Exact(privacy.Epsilon)} au plus, sauf avec la probabilité delta.";
        yield return privacy.Noise == "local"
            ? "Chaque site ajoute tout le bruit : la promesse vaut contre tous, quels que soient ceux qui s’entendent."
            : $"Elle vaut contre le coordinateur, même allié à {Others(plan.Aggregation.Colluders)}. Si tous les autres sites s’entendaient contre le vôtre : {Epsilon(releases.FloorBound())}.";
        yield return $"Apprentissage : {releases.TrainingReleases} envois sont payés (dont {privacy.SpareReleases} pour des tentatives qui échouent), {Sampled(privacy)}, écrêtés à {Numbers.Exact(privacy.ClippingNorm)}, avec un bruit dont l’écart type vaut {Numbers.Exact(privacy.NoiseMultiplier)} fois ce qu’un seul peut changer : {Epsilon(releases.TrainingBound())}.";
        if (privacy.Evaluation is { } evaluation && releases.EvaluationBound() is { } bound)
        {
            yield return $"Évaluation : un envoi de {evaluation.Dimension} effectifs de patients mis de côté, qui ne servent à aucun apprentissage, avec un bruit de {Numbers.Exact(evaluation.NoiseMultiplier)} : {Epsilon(bound)}.";
        }
    }

    private static string Sampled(PrivacyPlan privacy) =>
        privacy.Unit == "site" ? "la mise à jour de chaque site une fois par tour"
        : privacy.SamplingRate < 1 ? $"chaque patient dans {Numbers.Percent(privacy.SamplingRate)} % des pas, au hasard"
        : "chaque patient dans chaque pas";

    private static string Others(int colluders) => colluders == 1 ? "un autre site" : $"{colluders} autres sites";

    private static string Epsilon(PldBound bound) =>
        bound.Epsilon.IsBounded ? $"epsilon {Numbers.Epsilon(bound.Epsilon.Value)}" : "aucune borne sur epsilon";
}
