using Federated.Data;
using Federated.Federation;
using Federated.Hosting;

namespace Federated.Cli.Demo;

/// <summary>One hospital of a demonstration.</summary>
/// <param name="Name">Site name.</param>
/// <param name="File">Its data file, absolute.</param>
/// <param name="Mapping">Its mapping file, absolute.</param>
/// <param name="Table">
/// Its patients, read by the demonstration itself for the table at the end. The node reads its own file again, in its own process.
/// </param>
internal sealed record DemoSite(SiteName Name, string File, string Mapping, CohortTable Table)
{
    /// <summary>Finds the hospitals of a folder: mappings lie beside the files, or among the known ones where every file that a set of mappings names is there.</summary>
    /// <exception cref="OperatorException">No mapping fits, or a file has faults.</exception>
    internal static IReadOnlyList<DemoSite> In(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new OperatorException(
                $"Data folder {folder} does not exist.",
                "give a folder with CSV files and their mappings, or leave --data out"
            );
        }

        var own = Directory.GetFiles(folder, "*.yaml");
        var mappings = own.Length > 0 ? own : KnownMappings(folder);
        var read = mappings.Order(StringComparer.Ordinal).Select(path => Read(folder, path)).ToList();
        var faults = read.Where(site => site.Faults is not null).Select(site => site.Faults!).ToList();
        return faults.Count == 0
            ? [.. read.Select(site => site.Site!).OrderBy(site => site.Name)]
            : throw new OperatorException(string.Join("\n", faults));
    }

    private static string[] KnownMappings(string folder)
    {
        var known = Path.Combine(AppContext.BaseDirectory, "mappings");
        foreach (var set in Directory.GetDirectories(known))
        {
            var mappings = Directory.GetFiles(set, "*.yaml");
            if (
                mappings.All(path =>
                    ReadMapping(path) is MappingResult.Read read && System.IO.File.Exists(Path.Combine(folder, read.Mapping.File))
                )
            )
            {
                return mappings;
            }
        }

        throw new OperatorException(
            $"Data folder {folder} has no mapping (*.yaml), and its files are not those of a known data set ({string.Join(", ", Directory.GetDirectories(known).Select(Path.GetFileName))}).",
            "write a mapping for each hospital; mappings/README.md shows how"
        );
    }

    private static (DemoSite? Site, string? Faults) Read(string folder, string mappingPath)
    {
        switch (ReadMapping(mappingPath))
        {
            case MappingResult.Rejected rejected:
                return (null, rejected.Faults.ToString());
            case MappingResult.Read { Mapping: var mapping }:
                var file = Path.Combine(folder, mapping.File);
                if (!System.IO.File.Exists(file))
                {
                    return (null, $"{mappingPath}: file: {mapping.File} is not in {folder}");
                }

                using (var csv = TextFiles.Open(file))
                {
                    return CohortReader.Read(csv, file, mapping) switch
                    {
                        CohortResult.Read cohort => (new DemoSite(NameOf(mappingPath), file, mappingPath, cohort.Table), null),
                        CohortResult.Rejected rejected => (null, rejected.Faults.ToString()),
                        _ => throw new InvalidOperationException("A cohort is read or rejected."),
                    };
                }

            default:
                throw new InvalidOperationException("A mapping is read or rejected.");
        }
    }

    private static MappingResult ReadMapping(string path)
    {
        using var text = TextFiles.Open(path);
        return MappingReader.Read(text, path);
    }

    private static SiteName NameOf(string mappingPath)
    {
        var name = Path.GetFileNameWithoutExtension(mappingPath).ToLowerInvariant();
        name = name.StartsWith("synthetic-", StringComparison.Ordinal) ? name["synthetic-".Length..] : name;
        return SiteName.TryParse(name, out var site)
            ? site
            : throw new OperatorException(
                $"{mappingPath}: its name is to be a site's name. {SiteName.Fault(name)}",
                "rename the mapping file"
            );
    }
}
