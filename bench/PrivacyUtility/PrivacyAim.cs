using System.Globalization;
using Federated.Privacy;
using Federated.Privacy.Calibration;

namespace Federated.Bench.PrivacyUtility;

/// <summary>One row of the table: a guarantee for each patient, or none.</summary>
/// <param name="Target">Null for none.</param>
internal sealed record PrivacyAim(PrivacyTarget? Target)
{
    private static readonly double[] Epsilons = [0.1, 0.25, 0.5, 1, 2, 4, 8];

    /// <summary>The values of δ that are shown.</summary>
    internal static readonly double[] Deltas = [1e-3, 1e-5];

    /// <summary>Every ε at every δ, and none.</summary>
    internal static IReadOnlyList<PrivacyAim> All { get; } =
    [
        .. Deltas.SelectMany(delta =>
            Epsilons.Select(epsilon => new PrivacyAim(new PrivacyTarget(new Epsilon(epsilon), new Delta(delta))))
        ),
        new PrivacyAim((PrivacyTarget?)null),
    ];

    internal double Epsilon => Target?.Epsilon.Value ?? double.PositiveInfinity;

    internal double? Delta => Target?.Delta.Value;

    /// <summary>1e-3, for people.</summary>
    internal static string Text(double delta) => delta.ToString("0e-0", CultureInfo.InvariantCulture);

    internal string EpsilonText => Target is null ? "none" : Epsilon.ToString(CultureInfo.InvariantCulture);
}
