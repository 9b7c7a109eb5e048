using System.Collections.Immutable;

namespace Federated.Federation.Plans;

/// <summary>
/// What a study promises its patients, and the constants that the promise rests on. All of it is public and part of the plan's hash: nothing here may
/// depend on anybody's patients. What a release costs follows from these numbers (<c>lib/Privacy/Plans</c>), and every site checks that before it answers.
/// </summary>
public sealed record PrivacyPlan
{
    /// <summary>Units that a plan may name.</summary>
    public static ImmutableArray<string> Units { get; } = ["patient", "site"];

    /// <summary>Ways to clip that a plan may name.</summary>
    public static ImmutableArray<string> Clippings { get; } = ["flat", "per_layer"];

    /// <summary>Ways to share noise that a plan may name.</summary>
    public static ImmutableArray<string> Noises { get; } = ["shared", "local"];

    /// <summary>
    /// Whom the promise is about: <c>patient</c>, all rows of one patient at one site; <c>site</c>, all that a site contributes, against anything else that it might (fedavg only).
    /// </summary>
    public required string Unit { get; init; }

    /// <summary>Largest ε that a plan may promise: beyond it nothing is promised.</summary>
    public const double MostEpsilon = 1000;

    /// <summary>ε of the whole study, every release counted, above 0, to <see cref="MostEpsilon"/> at most.</summary>
    public required double Epsilon { get; init; }

    /// <summary>δ, in (0, 1).</summary>
    public required double Delta { get; init; }

    /// <summary><c>flat</c>: the whole gradient is clipped to C. <c>per_layer</c>: each of k layers to C/√k.</summary>
    public required string Clipping { get; init; }

    /// <summary>L2 bound C on what one patient (or site) adds to a release, in the gradient's own units.</summary>
    public required double ClippingNorm { get; init; }

    /// <summary>Probability q, in (0, 1], with which a patient is in a step. Every site draws in secret, afresh for each attempt.</summary>
    public required double SamplingRate { get; init; }

    /// <summary>A public estimate of the training patients of the whole roster: sums are divided by a constant made of it, never by a count of the day.</summary>
    public required int ExpectedPatients { get; init; }

    /// <summary>
    /// <c>shared</c>: each site adds a part, so that a sum holds the whole against the coordinator and the plan's colluders. <c>local</c>: each adds all of
    /// it, against everybody.
    /// </summary>
    public required string Noise { get; init; }

    /// <summary>Noise multiplier z of training: standard deviation over sensitivity.</summary>
    public required double NoiseMultiplier { get; init; }

    /// <summary>Least noise multiplier of a site's own part, should all others collude; 0 for no floor.</summary>
    public required double NoiseFloor { get; init; }

    /// <summary>Releases of training that are paid for beyond the rounds: attempts that fail after a site released for them.</summary>
    public required int SpareReleases { get; init; }

    /// <summary>The release of how well the final model fits the held-out patients, after the last round of training; null for none.</summary>
    public required EvaluationPlan? Evaluation { get; init; }

    /// <summary>In a few words: <c>patient, epsilon 2, delta 1e-05</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Unit}, epsilon {Epsilon}, delta {Delta:r}");
}

/// <summary>Two histograms of scores, positives and negatives, with noise: one release, which charges the held-out patients.</summary>
public sealed record EvaluationPlan
{
    /// <summary>Bins K of equal width on [0, 1], even so that 0.5 is an edge.</summary>
    public required int Bins { get; init; }

    /// <summary>Noise multiplier of each count.</summary>
    public required double NoiseMultiplier { get; init; }

    /// <summary>log2 of the grid's scale.</summary>
    public required int ScaleBits { get; init; }

    /// <summary>Most held-out patients that one site counts; what is beyond is scaled down.</summary>
    public required double Bound { get; init; }

    /// <summary>Releases that are paid for beyond the one: attempts that fail after a site released for them.</summary>
    public int SpareReleases { get; init; }

    /// <summary>Numbers of the release.</summary>
    public int Dimension => 2 * Bins;
}
