using System.Collections.Immutable;

namespace Federated.Data.Synthetic;

/// <summary>Mean and standard deviation of a number, in its canonical unit.</summary>
internal readonly record struct Moments(double Mean, double Deviation);

/// <summary>Which patients a synthetic hospital sees, and what it fails to record.</summary>
/// <remarks>
/// Moments, shares of women, prevalences and missing rates are the published figures of the four UCI Heart Disease hospitals (Janosi, Steinbrunn,
/// Pfisterer, Detrano 1989, doi 10.24432/C52P4X), zeros taken as missing; where a hospital never measured cholesterol, the figure of all four
/// stands in. Nothing else comes from those patients: how values go together is this generator's own choice.
/// </remarks>
internal sealed record HospitalProfile
{
    /// <summary>Share of patients with the outcome, which <see cref="Intercept"/> brings about.</summary>
    public required double Prevalence { get; init; }

    /// <summary>Hospital's part of the log-odds, found by bisection so that a million patients show <see cref="Prevalence"/>.</summary>
    public required double Intercept { get; init; }

    public required double Women { get; init; }

    public required Moments Age { get; init; }

    public required Moments RestingPressure { get; init; }

    public required Moments Cholesterol { get; init; }

    public required Moments MaximumHeartRate { get; init; }

    public required Moments Depression { get; init; }

    /// <summary>Share of patients without an exercise test: thalach, exang and oldpeak are then missing together.</summary>
    public required double NoExerciseTest { get; init; }

    /// <summary>Share of marked missing values, by variable; others are complete.</summary>
    public required ImmutableDictionary<string, double> Missing { get; init; }

    /// <summary>Share of values written as 0 for "not measured", by variable.</summary>
    public ImmutableDictionary<string, double> HiddenZeros { get; init; } = ImmutableDictionary<string, double>.Empty;

    /// <summary>Like Cleveland: nearly complete, balanced.</summary>
    public static HospitalProfile Nord { get; } =
        new()
        {
            Prevalence = 139.0 / 303,
            Intercept = -3.349,
            Women = 97.0 / 303,
            Age = new(54.44, 9.04),
            RestingPressure = new(131.69, 17.60),
            Cholesterol = new(246.69, 51.78),
            MaximumHeartRate = new(149.61, 22.88),
            Depression = new(1.04, 1.16),
            NoExerciseTest = 0,
            Missing = Rates(("ca", 4.0 / 303), ("thal", 2.0 / 303)),
        };

    /// <summary>Like Budapest: younger patients, imaging hardly ever done.</summary>
    public static HospitalProfile Sud { get; } =
        new()
        {
            Prevalence = 106.0 / 294,
            Intercept = -3.710,
            Women = 81.0 / 294,
            Age = new(47.83, 7.81),
            RestingPressure = new(132.58, 17.63),
            Cholesterol = new(250.85, 67.66),
            MaximumHeartRate = new(139.13, 23.59),
            Depression = new(0.59, 0.91),
            NoExerciseTest = 1.0 / 294,
            Missing = Rates(
                ("trestbps", 1.0 / 294),
                ("chol", 23.0 / 294),
                ("fbs", 8.0 / 294),
                ("restecg", 1.0 / 294),
                ("slope", 190.0 / 294),
                ("ca", 291.0 / 294),
                ("thal", 266.0 / 294)
            ),
        };

    /// <summary>Like Zurich and Basel: nearly everyone is ill, cholesterol was never measured.</summary>
    public static HospitalProfile Est { get; } =
        new()
        {
            Prevalence = 115.0 / 123,
            Intercept = -0.050,
            Women = 10.0 / 123,
            Age = new(55.32, 9.03),
            RestingPressure = new(130.21, 22.56),
            Cholesterol = new(246.83, 58.53),
            MaximumHeartRate = new(121.56, 25.98),
            Depression = new(0.65, 1.06),
            NoExerciseTest = 1.0 / 123,
            Missing = Rates(
                ("trestbps", 2.0 / 123),
                ("fbs", 75.0 / 123),
                ("restecg", 1.0 / 123),
                ("slope", 17.0 / 123),
                ("ca", 118.0 / 123),
                ("thal", 52.0 / 123)
            ),
            HiddenZeros = Rates(("chol", 1)),
        };

    /// <summary>Like Long Beach: older men, a quarter without an exercise test, zeros for cholesterol that was not measured.</summary>
    public static HospitalProfile Ouest { get; } =
        new()
        {
            Prevalence = 149.0 / 200,
            Intercept = -2.786,
            Women = 6.0 / 200,
            Age = new(59.35, 7.81),
            RestingPressure = new(134.70, 18.45),
            Cholesterol = new(239.57, 52.79),
            MaximumHeartRate = new(122.80, 21.99),
            Depression = new(1.32, 1.11),
            NoExerciseTest = 53.0 / 200,
            Missing = Rates(
                ("trestbps", 56.0 / 200),
                ("chol", 7.0 / 200),
                ("fbs", 7.0 / 200),
                ("slope", 102.0 / 200),
                ("ca", 198.0 / 200),
                ("thal", 166.0 / 200)
            ),
            HiddenZeros = Rates(("chol", 49.0 / 200), ("trestbps", 1.0 / 200)),
        };

    private static ImmutableDictionary<string, double> Rates(params (string Variable, double Share)[] rates) =>
        rates.ToImmutableDictionary(r => r.Variable, r => r.Share);
}
