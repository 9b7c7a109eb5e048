using Federated.Data;
using Federated.Federation;
using Federated.Federation.Plans;

namespace Federated.Fixtures;

/// <summary>Invented patients with the variables that <see cref="SamplePlan"/> uses; the outcome depends on all three.</summary>
internal static class Patients
{
    public const string MappingText = """
        schema: heart-disease-v1
        file: patients.csv
        format: { header: yes }
        missing: ["?"]
        patient_key: key
        variables:
          age: { column: age }
          sex: { column: sex, codes: { F: 0, M: 1 } }
          thalach: { column: thalach }
          num: { column: num }
        """;

    /// <summary>A file of that mapping; the same name and count give the same text.</summary>
    public static string Csv(string name, int count)
    {
        var random = new KeyedRandom($"patients/{name}");
        var lines = Enumerable.Range(0, count).Select(i => Line(random, $"{name}-{i}"));
        return $"key,age,sex,thalach,num\n{string.Concat(lines)}";
    }

    /// <summary>All of them, encoded as a plan wants.</summary>
    public static EncodedRows Encoded(StudyPlan plan, string name, int count)
    {
        var mapping = ((MappingResult.Read)MappingReader.Read(new StringReader(MappingText), "mapping.yaml")).Mapping;
        var table = ((CohortResult.Read)CohortReader.Read(new StringReader(Csv(name, count)), "patients.csv", mapping)).Table;
        return FeatureEncoder.Encode(plan.Layout, plan.Outcome, table).Rows;
    }

    private static string Line(KeyedRandom random, string key)
    {
        var age = 30 + random.NextInt32(50);
        var male = random.NextInt32(2);
        var rate = random.NextInt32(10) == 0 ? (int?)null : 80 + random.NextInt32(110);
        var risk = ((age - 55) / 15.0) + male - (((rate ?? 140) - 140) / 40.0) - 0.5;
        var ill = random.NextDouble() < 1 / (1 + Math.Exp(-risk)) ? 1 + random.NextInt32(4) : 0;
        return FormattableString.Invariant($"{key},{age},{(male == 1 ? "M" : "F")},{rate?.ToString() ?? "?"},{ill}\n");
    }
}
