using Federated.Bench.FlambyHeart;

namespace Federated.Bench.PrivacyUtility;

/// <summary>The benchmark's four hospitals, scaled by public ranges, with the constants of a plan: round numbers, counted nowhere.</summary>
internal sealed class Hospitals
{
    private static readonly Dictionary<string, int> Expected = new()
    {
        ["cleveland"] = 200,
        ["hungarian"] = 170,
        ["switzerland"] = 30,
        ["va"] = 90,
    };

    internal Hospitals(FlambyScale scale)
    {
        Scale = scale;
        Sites = [.. scale.Hospitals.Select(hospital => new ExpectedHospital(hospital.Train, Expected[hospital.Name.Value]))];
        Together = new ExpectedHospital(scale.Train, Expected.Values.Sum());
    }

    /// <summary>Rows of training and of testing.</summary>
    internal FlambyScale Scale { get; }

    internal IReadOnlyList<ExpectedHospital> Sites { get; }

    /// <summary>All rows in one place, as no hospital has them.</summary>
    internal ExpectedHospital Together { get; }
}
