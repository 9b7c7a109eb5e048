using Federated.Node.Data;
using Federated.Node.Hosting;

namespace Federated.Node.Diagnosis;

/// <summary>The hospital's file and its mapping.</summary>
internal static class DataChecks
{
    internal static IEnumerable<Finding> Examine(NodeSetup setup)
    {
        LocalCohort? cohort = null;
        IReadOnlyList<string> warnings = [];
        yield return Doctor.Guard(
            "data",
            "mend the file or its mapping where the lines above say (mappings/README.md)",
            () =>
            {
                cohort = setup.LoadCohort();
                warnings = cohort.Warnings;
                return Finding.Ok("data", $"{setup.Options.Data.File}: {cohort.Rows} rows, read as the mapping says");
            }
        );
        foreach (var warning in warnings)
        {
            yield return Finding.Warn("data", warning, "look at those lines; the node runs with them");
        }

        if (cohort?.Objections is not { Path: { } list } objections)
        {
            yield break; // no list, or no patients to look for on it
        }

        yield return Doctor.Guard(
            "objections",
            "mend the list: until then no patient is used at all",
            () => Finding.Ok("objections", $"{list}: patients of the data who are left out: {objections.Current().Count}")
        );
        foreach (var warning in objections.TakeWarnings())
        {
            yield return Finding.Warn("objections", warning, "compare the list with the data file");
        }
    }
}
