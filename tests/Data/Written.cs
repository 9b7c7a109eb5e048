using System.Collections.Immutable;
using Federated.Data.Synthetic;

namespace Federated.Data.Tests;

/// <summary>Synthetic hospitals written into memory.</summary>
internal sealed record Written(ImmutableArray<SyntheticHospital> Hospitals, OrderedDictionary<string, string> Files)
{
    public static Written By(ulong seed, params int[] rows)
    {
        var writers = new OrderedDictionary<string, StringWriter>();
        var hospitals = SyntheticHospitals.Generate(
            seed,
            rows,
            name =>
            {
                writers.Add(name, new StringWriter());
                return writers[name];
            }
        );
        return new Written(hospitals, new(writers.Select(w => KeyValuePair.Create(w.Key, w.Value.ToString()))));
    }

    public CohortResult.Read Read(SyntheticHospital hospital) =>
        Sample.Read(Files[hospital.CsvFile], Sample.Mapping(Files[hospital.MappingFile]));
}
