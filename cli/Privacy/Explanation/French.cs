using System.Collections.Immutable;
using Federated.Privacy;

namespace Federated.Cli.Privacy.Explanation;

/// <summary>What figures of privacy mean for a patient, in French. Texts are written with plain spaces; <see cref="Spaced"/> makes them what French typography asks for.</summary>
internal static class French
{
    private static readonly PlainNumbers Numbers = PlainNumbers.French;

    internal static PlainText Explain(PrivacyFigures figures) =>
        new(
            "fr",
            "Ce que ces chiffres signifient pour un patient",
            [
                Section("Que peut-on découvrir ?", Belief(figures)),
                Section("Quand cela ne vaut-il pas ? Delta", Exception(figures.Delta)),
                Section("Qu’est-ce qui protège le patient ? Le bruit", [Noise(figures.Noise)]),
                Section("Contre qui cela vaut-il ?", Against(figures)),
                Section("Qu’est-ce qui n’est pas promis ?", NotPromised),
                Section("Et si un patient s’oppose ? (RGPD, article 21)", Objection),
            ]
        );

    private static ImmutableArray<string> NotPromised { get; } =
    [
        "Ce que l’étude apprend sur tout le monde, par exemple qu’un facteur augmente un risque, s’applique aussi à ce patient, qu’il y ait pris part ou non.",
        "Un patient connu de plusieurs hôpitaux compte dans chacun d’eux, et les pertes s’additionnent. Il en va de même de plusieurs études sur les mêmes données : chaque hôpital en tient le registre et refuse ce qui dépasserait sa limite.",
        "Ces chiffres ne disent rien d’une fuite par une autre voie, comme l’intrusion dans un ordinateur de l’hôpital.",
    ];

    private static ImmutableArray<string> Objection { get; } =
    [
        "Le patient s’adresse à l’hôpital, qui statue sur son opposition. L’hôpital inscrit la clé du patient dans la liste d’opposition de son nœud, et la liste prend effet avant le lot suivant : dès lors, les données du patient n’entrent plus dans aucun apprentissage, aucune statistique ni aucune évaluation, quelle que soit l’étude. La liste ne quitte pas l’hôpital.",
        "Ce qui est déjà sorti demeure : des sommes bruitées, dans lesquelles la part d’une seule personne ne peut être ni retrouvée ni retirée. C’est pourquoi le bruit y est dès le départ : ce qu’elles peuvent révéler du patient est borné par les chiffres ci-dessus, avec ou sans opposition.",
        "Le budget déjà dépensé n’est pas rendu non plus, car ce qui a été publié reste connu.",
    ];

    private static ImmutableArray<string> Belief(PrivacyFigures figures)
    {
        string Most(double before) => Numbers.AtMost(PrivacyFigures.MostBelief(before, figures.Epsilon));
        var least = Numbers.AtLeast(PrivacyFigures.LeastBelief(0.5, figures.Epsilon));
        var bound =
            "Supposons que quelqu’un voie tout ce que l’étude publie, connaisse les données de tous les autres patients et veuille savoir si une personne donnée en fait partie. "
            + $"S’il le jugeait aussi probable qu’improbable (50 %), il pourra ensuite le juger probable à {Most(0.5)} % au plus et à {least} % au moins. S’il partait de 1 %, il arrivera à {Most(0.01)} % au plus.";
        var scale =
            $"C’est ce que dit epsilon, ici {Numbers.Short(figures.Epsilon.Value)} : à 0, on ne peut rien apprendre ; plus il est grand, plus on peut apprendre.";
        return figures.IsWeak
            ?
            [
                bound,
                scale,
                "À cette valeur, la promesse seule est faible : elle n’exclut pas qu’un tel adversaire devienne presque certain. Les attaques connues en apprennent d’ordinaire moins, mais personne ne le promet.",
            ]
            : [bound, scale];
    }

    private static ImmutableArray<string> Exception(Delta delta)
    {
        var patients = Numbers.OneIn(delta.Value);
        return
        [
            $"La limite vaut, sauf avec une probabilité de 1 sur {patients} (delta). Dans ce cas, rien n’est promis : cela ne veut pas dire que le patient est découvert, mais le calcul ne l’exclut pas.",
            $"Une étude qui porte sur {patients} patients ou davantage devrait choisir un delta plus petit.",
        ];
    }

    private static string Noise(NoiseMultiplier? noise)
    {
        var size = noise is { } z
            ? $" Son écart type dans une somme vaut au moins {Numbers.Short(z.Value)} fois ce qu’un seul patient peut y changer."
            : "";
        return $"Ce qu’un patient apporte à une somme est d’abord borné ; ensuite, du bruit aléatoire est ajouté à la somme.{size} Il est tiré dans les hôpitaux, avant que quoi que ce soit n’en sorte, et n’est conservé nulle part.";
    }

    private static ImmutableArray<string> Against(PrivacyFigures figures)
    {
        var together = figures.Consortium switch
        {
            (var sites, 1) => $"seul ou avec l’un des {sites} hôpitaux",
            (var sites, var colluders) => $"seul ou avec {colluders} des {sites} hôpitaux au plus",
            null => "seul ou avec autant d’hôpitaux que le plan le prévoit",
        };
        var floor = figures.Floor is { } epsilon
            ? $"epsilon vaudrait alors {Numbers.Short(epsilon.Value)} (de 50 % à {Numbers.AtMost(PrivacyFigures.MostBelief(0.5, epsilon))} % au plus)."
            : "le plan indique ce chiffre sous le nom d’epsilon_floor, et il n’est jamais meilleur que celui d’en haut.";
        return
        [
            $"Contre le coordinateur, {together} ; contre les autres hôpitaux ; contre quiconque reçoit le modèle ou les statistiques.",
            $"Si le coordinateur et tous les autres hôpitaux s’entendaient, il ne resterait que le bruit de l’hôpital du patient. C’est le plancher : {floor}",
            "Vis-à-vis du coordinateur et des hôpitaux, la promesse repose aussi sur le chiffrement de ce que chaque hôpital envoie ; vis-à-vis de ceux qui reçoivent les résultats, sur le bruit seul.",
            "Elle ne vaut pas contre ceux qui, dans l’hôpital du patient, peuvent lire son dossier.",
        ];
    }

    private static PlainSection Section(string heading, ImmutableArray<string> paragraphs) =>
        new(Spaced(heading), [.. paragraphs.Select(Spaced)]);

    /// <summary>A no-break space before a colon and a percent sign, a narrow one before other double punctuation: so that none begins a line.</summary>
    private static string Spaced(string text) =>
        text.Replace(" :", "\u00a0:", StringComparison.Ordinal)
            .Replace(" %", "\u00a0%", StringComparison.Ordinal)
            .Replace(" ;", "\u202f;", StringComparison.Ordinal)
            .Replace(" ?", "\u202f?", StringComparison.Ordinal);
}
