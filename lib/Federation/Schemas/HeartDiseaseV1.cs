using System.Collections.Immutable;

namespace Federated.Federation.Schemas;

/// <summary>
/// <c>heart-disease-v1</c>: the 14 columns of the UCI Heart Disease data set (Janosi, Steinbrunn, Pfisterer, Detrano 1989, doi 10.24432/C52P4X) under
/// their usual names.
/// </summary>
/// <remarks>
/// Plausible ranges say what an adult referred for angiography can show at all; they are wide, because what lies outside is refused. Scaling ranges
/// say where such patients usually lie, from thresholds in common clinical use, so that ±1 marks the clearly abnormal; beyond them inputs are clamped.
/// Both are public and were written down, not computed from any site's patients.
/// </remarks>
internal static class HeartDiseaseV1
{
    // One conventional mmHg is 133.322387415 Pa exactly.
    private const decimal MillimetresOfMercuryPerKilopascal = 1000m / 133.322387415m;

    // Molar mass of cholesterol, 386.65 g/mol, as laboratories round it.
    private const decimal CholesterolMilligramsPerDecilitrePerMillimole = 38.67m;

    public static CohortSchema Schema { get; } =
        new()
        {
            Name = "heart-disease-v1",
            Outcome = "num",
            OneRowPerPatient = true,
            Variables = [.. Patient(), .. Admission(), .. Exercise(), .. Imaging(), Outcome()],
        };

    private static ImmutableArray<CohortVariable> Patient() =>
        [
            // Adults only; the usual patient is middle-aged or older.
            Number("age", "age", [new("years", 1)], new(18, 100), new(30, 80)),
            Flag("sex", "sex", "female", "male"),
            Categories(
                "cp",
                "chest pain type",
                (1, "typical angina"),
                (2, "atypical angina"),
                (3, "non-anginal pain"),
                (4, "asymptomatic")
            ),
        ];

    private static ImmutableArray<CohortVariable> Admission() =>
        [
            // Hypotension below 90; grade 3 hypertension from 180 (ESC/ESH).
            Number(
                "trestbps",
                "resting systolic blood pressure on admission",
                [new("mmHg", 1), new("cmHg", 10), new("kPa", MillimetresOfMercuryPerKilopascal)],
                new(60, 250),
                new(90, 180)
            ),
            // Familial hypercholesterolaemia is suspected from about 300 and often reaches 600 and more.
            Number(
                "chol",
                "serum cholesterol",
                [new("mg/dL", 1), new("g/L", 100), new("mmol/L", CholesterolMilligramsPerDecilitrePerMillimole)],
                new(50, 1000),
                new(100, 400)
            ),
            Flag("fbs", "fasting blood sugar above 120 mg/dL", "no", "yes"),
            Categories(
                "restecg",
                "resting electrocardiogram",
                (0, "normal"),
                (1, "ST-T wave abnormality"),
                (2, "left ventricular hypertrophy, probable or definite (Estes)")
            ),
        ];

    private static ImmutableArray<CohortVariable> Exercise() =>
        [
            // 220 minus age puts the predicted maximum of a 20-year-old at 200.
            Number("thalach", "maximum heart rate achieved", [new("bpm", 1)], new(40, 220), new(60, 200)),
            Flag("exang", "angina induced by exercise", "no", "yes"),
            // At the standard calibration of 10 mm/mV. 1 mm of depression is a positive test; elevation counts as negative.
            Number(
                "oldpeak",
                "ST depression induced by exercise, relative to rest",
                [new("mm", 1), new("mV", 10)],
                new(-5, 10),
                new(-2, 4)
            ),
            Categories("slope", "slope of the ST segment at peak exercise", (1, "upsloping"), (2, "flat"), (3, "downsloping")),
        ];

    private static ImmutableArray<CohortVariable> Imaging() =>
        [
            Number("ca", "major vessels coloured by fluoroscopy", [new("vessels", 1)], new(0, 3), new(0, 3)),
            Categories("thal", "thallium scan", (3, "normal"), (6, "fixed defect"), (7, "reversible defect")),
        ];

    private static CohortVariable Outcome() =>
        Categories(
            "num",
            "angiographic disease status; above 0 means more than 50 % narrowing of a major vessel",
            (0, "below 50 % narrowing"),
            (1, "above 50 % narrowing"),
            (2, "above 50 % narrowing, class 2"),
            (3, "above 50 % narrowing, class 3"),
            (4, "above 50 % narrowing, class 4")
        );

    private static CohortVariable Number(
        string name,
        string description,
        ImmutableArray<Unit> units,
        ValueRange plausible,
        ValueRange scaling
    ) =>
        new()
        {
            Name = name,
            Type = VariableType.Numeric,
            Description = description,
            Units = units,
            Plausible = plausible,
            Scaling = scaling,
        };

    private static CohortVariable Flag(string name, string description, string zero, string one) =>
        new()
        {
            Name = name,
            Type = VariableType.Boolean,
            Description = description,
            Codes = [new(0, zero), new(1, one)],
        };

    private static CohortVariable Categories(string name, string description, params (int Code, string Label)[] codes) =>
        new()
        {
            Name = name,
            Type = VariableType.Categorical,
            Description = description,
            Codes = [.. codes.Select(c => new CodeLabel(c.Code, c.Label))],
        };
}
