using System.Text;
using Federated.Data;
using Federated.Hosting;

namespace Federated.Bench;

/// <summary>Reads hospitals' files through their mappings.</summary>
internal static class HospitalFiles
{
    /// <param name="mappingPath">The mapping.</param>
    /// <param name="folder">Where the file that it names lies.</param>
    /// <exception cref="OperatorException">A file is missing or has faults.</exception>
    internal static CohortTable Read(string mappingPath, string folder)
    {
        using var yaml = new StreamReader(mappingPath);
        var mapping = MappingReader.Read(yaml, mappingPath) switch
        {
            MappingResult.Read read => read.Mapping,
            MappingResult.Rejected rejected => throw new OperatorException(rejected.Faults.ToString()),
            _ => throw new InvalidOperationException("A mapping is read or rejected."),
        };
        var path = Path.Combine(folder, mapping.File);
        if (!File.Exists(path))
        {
            throw new OperatorException($"{path} does not exist.", "give the folder of the data files with --data");
        }

        using var csv = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        return CohortReader.Read(csv, path, mapping) switch
        {
            CohortResult.Read read => read.Table,
            CohortResult.Rejected rejected => throw new OperatorException(rejected.Faults.ToString()),
            _ => throw new InvalidOperationException("A cohort is read or rejected."),
        };
    }
}
