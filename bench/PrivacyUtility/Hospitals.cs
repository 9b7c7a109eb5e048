using Federated.Bench.FlambyHeart;
using Federated.Data;
using Federated.Federation.Models;

namespace Federated.Bench.PrivacyUtility;

/// <summary>One hospital as a plan knows it: its rows, and the patients that are expected in it. The plan's numbers are round ones, counted nowhere.</summary>
internal sealed record ExpectedHospital(EncodedRows Train, int Patients);

/// <summary>The benchmark's four hospitals, scaled by public ranges, with the constants of the plan.</summary>
internal sealed class Hospitals
{
    private static readonly Dictionary<string, int> Expected = new()
    {
        ["cleveland"] = 200,
        ["hungarian"] = 170,
        ["switzerland"] = 30,
        ["va"] = 90,
    };

    internal Hospitals(FlambyScale scale, ModelShape shape)
    {
        (Scale, Shape) = (scale, shape);
        Sites = [.. scale.Hospitals.Select(hospital => new ExpectedHospital(hospital.Train, Expected[hospital.Name.Value]))];
        Together = new ExpectedHospital(scale.Train, Expected.Values.Sum());
    }

    /// <summary>Rows of training and of testing.</summary>
    internal FlambyScale Scale { get; }

    /// <summary>Logistic regression.</summary>
    internal ModelShape Shape { get; }

    internal IReadOnlyList<ExpectedHospital> Sites { get; }

    /// <summary>All rows in one place, as no hospital has them.</summary>
    internal ExpectedHospital Together { get; }
}
