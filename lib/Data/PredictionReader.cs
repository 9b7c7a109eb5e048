using System.Collections.Frozen;
using Federated.Federation.Schemas;

namespace Federated.Data;

/// <summary>Reads patients whose outcome nobody knows yet, for a finished model: all of them, or every reason why not.</summary>
public static class PredictionReader
{
    /// <param name="csv">The file's text, decoded from UTF-8; read to its end, stays open.</param>
    /// <param name="csvName">Name of the file, for messages.</param>
    /// <param name="mapping">What its columns mean; see <see cref="MappingReader.ReadWithoutOutcome"/>.</param>
    /// <param name="layout">The model's inputs.</param>
    public static PredictionResult Read(TextReader csv, string csvName, Mapping mapping, FeatureLayout layout)
    {
        if (FaultsOf(mapping, layout) is { Count: > 0 } unmapped)
        {
            return new PredictionResult.Rejected(unmapped.ToFaults());
        }

        var faults = new FaultList(csvName);
        var required = layout.Features.Where(feature => feature.Missing is null).Select(feature => feature.Variable).ToFrozenSet();
        var keys = new List<string>();
        return CohortReader.Read(csv, new RowCollector(mapping, faults, required), mapping, faults, keys.Add) switch
        {
            CohortResult.Read read => new PredictionResult.Read(
                new PredictionRows(layout, read.Table.Lines.ToArray(), [.. keys], FeatureEncoder.EncodeInputs(layout, read.Table)),
                read.Warnings
            ),
            CohortResult.Rejected rejected => new PredictionResult.Rejected(rejected.Faults),
            _ => throw new InvalidOperationException("A file is read or not."),
        };
    }

    /// <summary>What keeps a mapping from serving this model, whatever is in the file.</summary>
    private static FaultList FaultsOf(Mapping mapping, FeatureLayout layout)
    {
        var faults = new FaultList(mapping.Source);
        if (mapping.Schema.Name != layout.Schema.Name)
        {
            faults.Add(0, "schema", $"the mapping is of {mapping.Schema.Name}, the model of {layout.Schema.Name}", "use the other mapping");
            return faults;
        }

        foreach (var feature in layout.Features.Where(f => !mapping.Variables.Any(v => v.Variable.Name == f.Variable)))
        {
            faults.Add(
                0,
                $"variables.{feature.Variable}",
                $"the model uses '{feature.Variable}', but the mapping has no column for it",
                "map its column: with nothing but stand-ins the model would not be the one that was studied"
            );
        }

        return faults;
    }
}
