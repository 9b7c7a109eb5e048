namespace Federated.Data.Synthetic;

/// <summary>The synthetic truth: a patient's log-odds of more than 50 % narrowing.</summary>
/// <remarks>
/// <code>
/// log-odds = hospital's intercept
///          + 0.035 · (age - 54)                        per year
///          + 1.3   if male
///          - 0.3 / -0.2 / +1.6  for chest pain atypical / non-anginal / asymptomatic, against typical
///          + 0.008 · (trestbps - 132)                  per mmHg
///          + 0.004 · (chol - 247)                      per mg/dL
///          + 0.3   if fasting sugar is high
///          - 0.02  · (thalach - 138)                   per beat a minute
///          + 1.1   if exercise brings angina
///          + 0.7   · oldpeak                           per mm
///          + 0.5   · ca                                per vessel
///          + 0.4 / +0.7  for a fixed / reversible thallium defect, against normal
/// </code>
/// The coefficients are ours: signs and rough sizes follow what is commonly reported for such cohorts, none was fitted to patients. They are taken
/// before values go missing, so what a hospital does not measure still acts, unseen. restecg and slope have no effect, on purpose.
/// </remarks>
internal static class RiskEquation
{
    public static double LogOdds(double intercept, SyntheticPatient patient) =>
        intercept
        + (0.035 * (patient["age"] - 54))
        + (1.3 * patient["sex"])
        + ChestPain(patient["cp"])
        + (0.008 * (patient["trestbps"] - 132))
        + (0.004 * (patient["chol"] - 247))
        + (0.3 * patient["fbs"])
        - (0.02 * (patient["thalach"] - 138))
        + (1.1 * patient["exang"])
        + (0.7 * patient["oldpeak"])
        + (0.5 * patient["ca"])
        + Thallium(patient["thal"]);

    private static double ChestPain(double code) =>
        code switch
        {
            2 => -0.3,
            3 => -0.2,
            4 => 1.6,
            _ => 0,
        };

    private static double Thallium(double code) =>
        code switch
        {
            6 => 0.4,
            7 => 0.7,
            _ => 0,
        };
}
