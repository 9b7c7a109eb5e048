namespace Federated.Data.Synthetic;

/// <summary>The four ways in which synthetic hospitals write their files: the variety that mappings have to bridge.</summary>
internal static class LocalDialects
{
    /// <summary>As the UCI files are written: no header, point, mg/dL, "?" for missing.</summary>
    public static LocalDialect Plain { get; } =
        new()
        {
            HasHeader = false,
            Delimiter = ',',
            DecimalSign = '.',
            MissingMark = "?",
            Columns =
            [
                new("age"),
                new("sex"),
                new("cp"),
                new("trestbps", "mmHg"),
                new("chol", "mg/dL"),
                new("fbs"),
                new("restecg"),
                new("thalach"),
                new("exang"),
                new("oldpeak", "mm", 1),
                new("slope"),
                new("ca"),
                new("thal"),
                new("num"),
            ],
        };

    /// <summary>A French export: semicolon, decimal comma, cholesterol in g/L, letters for codes, empty fields for missing, IPP as patient key.</summary>
    public static LocalDialect FrenchLetters { get; } =
        new()
        {
            HasHeader = true,
            Delimiter = ';',
            DecimalSign = ',',
            MissingMark = "",
            PatientKey = "IPP",
            Columns =
            [
                new("âge"),
                new("sexe", Codes: [("F", 0), ("H", 1)]),
                new("douleur thoracique", Codes: [("typique", 1), ("atypique", 2), ("non angineuse", 3), ("asymptomatique", 4)]),
                new("pression systolique (mmHg)", "mmHg"),
                new("cholestérol total (g/L)", "g/L", 2),
                new("glycémie à jeun > 1,20 g/L", Codes: [("N", 0), ("O", 1)]),
                new("ECG de repos", Codes: [("normal", 0), ("anomalie ST-T", 1), ("HVG", 2)]),
                new("fréquence cardiaque maximale"),
                new("angor d'effort", Codes: [("N", 0), ("O", 1)]),
                new("sous-décalage ST (mm)", "mm", 1),
                new("pente ST", Codes: [("ascendante", 1), ("plate", 2), ("descendante", 3)]),
                new("vaisseaux opacifiés"),
                new("scintigraphie", Codes: [("normale", 3), ("défaut fixe", 6), ("défaut réversible", 7)]),
                new("sténose (classe)"),
            ],
        };

    /// <summary>An English header over the schema's codes, "NA" for missing, a patient key.</summary>
    public static LocalDialect EnglishNames { get; } =
        new()
        {
            HasHeader = true,
            Delimiter = ',',
            DecimalSign = '.',
            MissingMark = "NA",
            PatientKey = "patient_id",
            Columns =
            [
                new("age_years"),
                new("male"),
                new("chest_pain"),
                new("sbp_kpa", "kPa", 1),
                new("cholesterol_mg_dl", "mg/dL"),
                new("high_glucose"),
                new("resting_ecg"),
                new("max_heart_rate"),
                new("exercise_angina"),
                new("st_depression_mv", "mV", 2),
                new("st_slope"),
                new("vessels"),
                new("thallium"),
                new("stenosis_class"),
            ],
        };

    /// <summary>Another French export: pressure in cmHg as it is spoken, cholesterol in mmol/L, codes by number, "NR" for missing, no patient key.</summary>
    public static LocalDialect FrenchNumbers { get; } =
        new()
        {
            HasHeader = true,
            Delimiter = ';',
            DecimalSign = ',',
            MissingMark = "NR",
            Columns =
            [
                new("Age"),
                new("Sexe (1=H, 2=F)", Codes: [("2", 0), ("1", 1)]),
                new("Douleur"),
                new("TA systolique (cmHg)", "cmHg", 1),
                new("Cholestérol (mmol/L)", "mmol/L", 2),
                new("Hyperglycémie"),
                new("ECG"),
                new("FC max"),
                new("Angor effort"),
                new("ST (mm)", "mm", 1),
                new("Pente"),
                new("Vaisseaux"),
                new("Thallium"),
                new("Sténose"),
            ],
        };
}
