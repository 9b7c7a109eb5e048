using Federated.Node.Hosting;

namespace Federated.Node.Diagnosis;

/// <summary>The hospital's file and its mapping.</summary>
internal static class DataChecks
{
    internal static IEnumerable<Finding> Examine(NodeSetup setup)
    {
        IReadOnlyList<string> warnings = [];
        yield return Doctor.Guard(
            "data",
            "mend the file or its mapping where the lines above say (mappings/README.md)",
            () =>
            {
                var cohort = setup.LoadCohort();
                warnings = cohort.Warnings;
                return Finding.Ok("data", $"{setup.Options.Data.File}: {cohort.Rows} rows, read as the mapping says");
            }
        );
        foreach (var warning in warnings)
        {
            yield return Finding.Warn("data", warning, "look at those lines; the node runs with them");
        }
    }
}
