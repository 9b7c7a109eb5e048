using Federated.Data;
using Federated.Data.Synthetic;

namespace Federated.Bench;

/// <summary>Synthetic hospitals, written and read back as the demonstration does it.</summary>
internal static class SyntheticFiles
{
    /// <param name="seed">Any value.</param>
    /// <param name="sizes">Patients of each hospital.</param>
    internal static IReadOnlyList<(string Name, CohortTable Table)> Read(int seed, IReadOnlyList<int> sizes)
    {
        var folder = Directory.CreateTempSubdirectory("fed-bench-");
        try
        {
            var hospitals = SyntheticHospitals.Generate(
                (ulong)seed,
                sizes,
                name => new StreamWriter(Path.Combine(folder.FullName, name)) { NewLine = "\n" }
            );
            return [.. hospitals.Select(h => (h.Name, HospitalFiles.Read(Path.Combine(folder.FullName, h.MappingFile), folder.FullName)))];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
