using Federated.Federation;

namespace Federated.Data.Synthetic;

/// <summary>Draws patients of one synthetic hospital, one after the other, from its profile and the risk equation.</summary>
/// <remarks>
/// Chosen by us and the same everywhere: chest pain 10/20/25/45 %; high fasting sugar 15 %; restecg 55/20/25 %; exercise angina 25 %, or 50 % with
/// asymptomatic chest pain; slope 40/50/10 %; ca 60/20/13/7 %; thal 50/8/42 %; maximum heart rate falls by 0.8 a year of age; classes 1 to 4 of the
/// outcome 50/20/20/10 %. Numbers are normal, redrawn where outside the limits in the code; oldpeak is 0 or triangular, with the profile's moments.
/// </remarks>
internal sealed class PatientSampler(HospitalProfile profile, KeyedRandom random)
{
    private const double BeatsPerYear = -0.8;

    public SyntheticPatient Next()
    {
        var patient = new SyntheticPatient();
        patient["age"] = Math.Round(Normal(profile.Age, 25, 85));
        patient["sex"] = random.NextBool(profile.Women) ? 0 : 1;
        patient["cp"] = 1 + Choose(0.10, 0.20, 0.25, 0.45);
        patient["trestbps"] = Math.Round(Normal(profile.RestingPressure, 80, 220));
        patient["chol"] = Math.Round(Normal(profile.Cholesterol, 90, 600));
        patient["fbs"] = Flag(0.15);
        patient["restecg"] = Choose(0.55, 0.20, 0.25);
        patient["thalach"] = Math.Round(HeartRate(patient["age"]));
        patient["exang"] = Flag(patient["cp"] == 4 ? 0.50 : 0.25);
        patient["oldpeak"] = Math.Round(Depression(), 1);
        patient["slope"] = 1 + Choose(0.40, 0.50, 0.10);
        patient["ca"] = Choose(0.60, 0.20, 0.13, 0.07);
        patient["thal"] = Choose(0.50, 0.08, 0.42) switch
        {
            0 => 3,
            1 => 6,
            _ => 7,
        };
        var isPositive = random.NextLogistic() < RiskEquation.LogOdds(profile.Intercept, patient);
        patient["num"] = isPositive ? 1 + Choose(0.5, 0.2, 0.2, 0.1) : 0;
        LoseValues(patient);
        return patient;
    }

    private double HeartRate(double age)
    {
        // The part explained by age is taken out of the deviation, so that the whole keeps the profile's.
        var (mean, deviation) = profile.MaximumHeartRate;
        var explained = BeatsPerYear * profile.Age.Deviation;
        var residual = Math.Sqrt((deviation * deviation) - (explained * explained));
        return Normal(new(mean + (BeatsPerYear * (age - profile.Age.Mean)), residual), 55, 210);
    }

    /// <summary>0 with probability 1 - p, else m·(u + v) with u and v uniform; p and m are such that mean and deviation are the profile's.</summary>
    private double Depression()
    {
        var (mean, deviation) = profile.Depression;
        var relative = deviation / mean;
        var p = 7.0 / 6 / (1 + (relative * relative)); // E[(u + v)²] = 7/6
        return random.NextBool(p) ? mean / p * (random.NextDouble() + random.NextDouble()) : 0;
    }

    private double Normal(Moments moments, double low, double high)
    {
        double value;
        do
        {
            value = moments.Mean + (moments.Deviation * random.NextNormal());
        } while (value < low || value > high);
        return value;
    }

    private double Flag(double probability) => random.NextBool(probability) ? 1 : 0;

    /// <summary>A position, from 0, drawn with these probabilities; rounding falls to the last.</summary>
    private int Choose(params ReadOnlySpan<double> probabilities)
    {
        var u = random.NextDouble();
        for (var i = 0; i < probabilities.Length - 1; i++)
        {
            u -= probabilities[i];
            if (u < 0)
            {
                return i;
            }
        }

        return probabilities.Length - 1;
    }

    private void LoseValues(SyntheticPatient patient)
    {
        if (random.NextBool(profile.NoExerciseTest))
        {
            patient.Record("thalach", SyntheticPatient.Recording.Marked);
            patient.Record("exang", SyntheticPatient.Recording.Marked);
            patient.Record("oldpeak", SyntheticPatient.Recording.Marked);
        }

        // In the names' order: that of a hash table could differ between versions, and with it every patient after the first.
        foreach (var (variable, share) in profile.Missing.OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            if (random.NextBool(share))
            {
                patient.Record(variable, SyntheticPatient.Recording.Marked);
            }
        }

        foreach (var (variable, share) in profile.HiddenZeros.OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            if (random.NextBool(share) && patient.RecordingOf(variable) == SyntheticPatient.Recording.Present)
            {
                patient.Record(variable, SyntheticPatient.Recording.HiddenZero);
            }
        }
    }
}
