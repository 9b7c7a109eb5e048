using Federated.Federation.Schemas;

namespace Federated.Data.Tests;

/// <summary>Small mappings and files that a test changes in one place.</summary>
internal static class Sample
{
    /// <summary>Four variables of a comma-separated file with a header line.</summary>
    public const string MappingText = """
        schema: heart-disease-v1
        file: a.csv
        format: { header: yes }
        missing: ["?"]
        variables:
          age: { column: age }
          sex: { column: sex, codes: { F: 0, M: 1 } }
          chol: { column: chol, unit: mg/dL, missing: [0] }
          num: { column: num }
        """;

    /// <summary>The same with a patient key.</summary>
    public static string KeyedMappingText => MappingText.Replace("variables:", "patient_key: ipp\nvariables:");

    public static Mapping Mapping(string text)
    {
        var result = MappingReader.Read(new StringReader(text), "a.yaml");
        Assert.IsInstanceOfType<MappingResult.Read>(result, result is MappingResult.Rejected rejected ? rejected.Faults.ToString() : "");
        return ((MappingResult.Read)result).Mapping;
    }

    /// <summary>What an operator reads about a mapping that is refused.</summary>
    public static string MappingFaults(string text)
    {
        var result = MappingReader.Read(new StringReader(text), "a.yaml");
        Assert.IsInstanceOfType<MappingResult.Rejected>(result);
        return ((MappingResult.Rejected)result).Faults.ToString();
    }

    public static CohortResult.Read Read(string csv, string mapping = MappingText) => Read(csv, Mapping(mapping));

    public static CohortResult.Read Read(string csv, Mapping mapping)
    {
        var result = CohortReader.Read(new StringReader(csv), "a.csv", mapping);
        Assert.IsInstanceOfType<CohortResult.Read>(result, result is CohortResult.Rejected rejected ? rejected.Faults.ToString() : "");
        return (CohortResult.Read)result;
    }

    /// <summary>What an operator reads about a file that is refused.</summary>
    public static string Faults(string csv, string mapping = MappingText)
    {
        var result = CohortReader.Read(new StringReader(csv), "a.csv", Mapping(mapping));
        Assert.IsInstanceOfType<CohortResult.Rejected>(result);
        return ((CohortResult.Rejected)result).Faults.ToString();
    }

    /// <summary>A cohort of patients with keys of their own, ages and outcomes as given.</summary>
    public static CohortTable Patients(IEnumerable<string> keys, Mapping? mapping = null)
    {
        var rows = keys.Select((key, i) => FormattableString.Invariant($"{key},{30 + (i % 50)},{(i % 2 == 0 ? "F" : "M")},240,{i % 3}\n"));
        return Read("ipp,age,sex,chol,num\n" + string.Concat(rows), mapping ?? Mapping(KeyedMappingText)).Table;
    }

    public static EncodedRows Encode(CohortTable table, params FeatureSpec[] features)
    {
        FeatureSpec[] specs = features.Length > 0 ? features : [new("age"), new("sex")];
        return FeatureEncoder.Encode(FeatureLayout.Create(table.Schema, specs), OutcomeSpec.For(table.Schema), table).Rows;
    }
}
