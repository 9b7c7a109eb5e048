using System.Collections.Immutable;
using Federated.Privacy;

namespace Federated.Cli.Privacy.Explanation;

/// <summary>What figures of privacy mean for a patient, in English.</summary>
internal static class English
{
    private static readonly PlainNumbers Numbers = PlainNumbers.English;

    internal static PlainText Explain(PrivacyFigures figures) =>
        new(
            "en",
            "What these figures mean for a patient",
            [
                new PlainSection("What can somebody find out?", Belief(figures)),
                new PlainSection("When does this not hold? Delta", Exception(figures.Delta)),
                new PlainSection("What protects the patient? Noise", [Noise(figures.Noise)]),
                new PlainSection("Against whom does it hold?", Against(figures)),
                new PlainSection("What is not promised?", NotPromised),
                new PlainSection("What if a patient objects? (GDPR, article 21)", Objection),
            ]
        );

    private static ImmutableArray<string> NotPromised { get; } =
    [
        "What the study learns about everybody, such as that some factor raises a risk, applies to this patient too, whether or not the patient took part.",
        "A patient who is known to several hospitals counts at each of them, and the losses add up. So do several studies on the same data: each hospital keeps a ledger of them, and refuses what would exceed its limit.",
        "The figures say nothing of a leak by another way, such as a computer in the hospital that is broken into.",
    ];

    private static ImmutableArray<string> Objection { get; } =
    [
        "The patient turns to the hospital, which decides on the objection. The hospital writes the patient's key into the objection list of its node, and the list takes effect before the next batch: from then on the patient's records enter no training, no statistic and no evaluation of any study. The list does not leave the hospital.",
        "What has left already stays: sums with noise, in which one person's share can be neither found nor taken out. That is why the noise is in them from the start: what they can tell of the patient is bounded by the figures above, with or without an objection.",
        "The budget that was spent is not given back either, because what was released remains known.",
    ];

    private static ImmutableArray<string> Belief(PrivacyFigures figures)
    {
        string Most(double before) => Numbers.AtMost(PrivacyFigures.MostBelief(before, figures.Epsilon));
        var least = Numbers.AtLeast(PrivacyFigures.LeastBelief(0.5, figures.Epsilon));
        var bound =
            "Suppose that somebody sees all that the study publishes, knows the records of all other patients, and wants to know whether one given person is among them. "
            + $"Whoever held that to be as likely as not (50%) can hold it to be {Most(0.5)}% likely at most afterwards, and {least}% at least. From 1%, one gets to {Most(0.01)}% at most.";
        var scale =
            $"That is what epsilon says, here {Numbers.Short(figures.Epsilon.Value)}: at 0 nothing can be learned, and the larger it is, the more.";
        return figures.IsWeak
            ?
            [
                bound,
                scale,
                "At this value the promise alone is weak: it does not rule out that such an attacker becomes nearly certain. Known attacks usually learn less, but nobody promises that.",
            ]
            : [bound, scale];
    }

    private static ImmutableArray<string> Exception(Delta delta)
    {
        var patients = Numbers.OneIn(delta.Value);
        return
        [
            $"The bound holds but for a probability of 1 in {patients} (delta). In that case nothing is promised: it does not mean that the patient is found out, but the calculation does not exclude it.",
            $"A study of {patients} patients or more should choose a smaller delta.",
        ];
    }

    private static string Noise(NoiseMultiplier? noise)
    {
        var size = noise is { } z
            ? $" Its standard deviation in a sum is at least {Numbers.Short(z.Value)} times the most that one patient can change there."
            : "";
        return $"What one patient adds to a sum is bounded first; then random noise is added to the sum.{size} It is drawn in the hospitals, before anything leaves them, and is kept nowhere.";
    }

    private static ImmutableArray<string> Against(PrivacyFigures figures)
    {
        var together = figures.Consortium switch
        {
            (var sites, 1) => $"alone or with one of the {sites} hospitals",
            (var sites, var colluders) => $"alone or with up to {colluders} of the {sites} hospitals",
            null => "alone or with as many hospitals as the plan allows for",
        };
        var floor = figures.Floor is { } epsilon
            ? $"epsilon would then be {Numbers.Short(epsilon.Value)} (from 50% to {Numbers.AtMost(PrivacyFigures.MostBelief(0.5, epsilon))}% at most)."
            : "the plan states that figure as epsilon_floor, and it is never better than the one above.";
        return
        [
            $"Against the coordinator, {together}; against the other hospitals; against everybody who gets the model or the statistics.",
            $"If the coordinator and all other hospitals worked together, only the noise of the patient's own hospital would be left. This is the floor: {floor}",
            "Towards the coordinator and the hospitals it also rests on the encryption of what each hospital sends; towards those who get the results, on the noise alone.",
            "It does not hold against those in the patient's own hospital who may read the records.",
        ];
    }
}
