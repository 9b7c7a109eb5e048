using Federated.Data;
using Federated.Hosting;
using Federated.Node.Data;
using Federated.Node.Hosting;

namespace Federated.Node.Commands;

/// <summary>Which of this site's columns a study would read.</summary>
/// <param name="Of">Column by variable.</param>
/// <param name="Fault">Why the mapping cannot be read, or null.</param>
internal sealed record SiteColumns(IReadOnlyDictionary<string, string> Of, string? Fault)
{
    /// <summary>Reads the mapping; a fault in it hides the columns, not the plan.</summary>
    internal static SiteColumns Read(NodeSetup setup)
    {
        try
        {
            var mapping = LocalCohort.ReadMapping(setup.MappingFile);
            return new SiteColumns(mapping.Variables.ToDictionary(v => v.Variable.Name, Column), null);
        }
        catch (OperatorException e)
        {
            return new SiteColumns(new Dictionary<string, string>(), e.Message);
        }
    }

    /// <summary>The column of a variable, or what is wrong.</summary>
    internal string ColumnOf(string variable) => Of.GetValueOrDefault(variable, Fault is null ? "NOT MAPPED at this site" : "unknown");

    private static string Column(VariableMapping variable) => variable.Column.ToString()!;
}
