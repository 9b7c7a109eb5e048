using System.Collections.Immutable;
using Federated.Federation.Schemas;

namespace Federated.Data;

/// <summary>Where a value stands in each row.</summary>
public abstract record ColumnReference
{
    private ColumnReference() { }

    /// <param name="Number">Position, from 1.</param>
    public sealed record ByNumber(int Number) : ColumnReference
    {
        public override string ToString() => FormattableString.Invariant($"column {Number}");
    }

    /// <param name="Header">Name in the header line, exactly.</param>
    public sealed record ByName(string Header) : ColumnReference
    {
        public override string ToString() => $"column '{Header}'";
    }
}

/// <summary>How the file is written. Always UTF-8, with or without a byte order mark.</summary>
/// <param name="HasHeader">True if the first line names the columns.</param>
/// <param name="Delimiter">Between fields: comma, semicolon, tab or vertical bar.</param>
/// <param name="DecimalSign">'.' or ','.</param>
public sealed record CsvFormat(bool HasHeader, char Delimiter, char DecimalSign);

/// <summary>How one variable of the schema is read from the file.</summary>
public sealed record VariableMapping
{
    public required CohortVariable Variable { get; init; }

    public required ColumnReference Column { get; init; }

    /// <summary>Unit in the file; null for a variable without units.</summary>
    public Unit? Unit { get; init; }

    /// <summary>Schema code for each local code, by its text; empty if the file uses the schema's own codes, or for numbers.</summary>
    public ImmutableDictionary<string, int> Codes { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>Values of this column that stand for "not measured", as the file writes them, for example 0 for cholesterol.</summary>
    public ImmutableArray<string> Missing { get; init; } = [];
}

/// <summary>A hospital's own description of its file: the only place where local columns, units and codes are translated into a schema.</summary>
/// <remarks>Holds nothing of any patient, so it may be shown and shared. Read by <see cref="MappingReader"/>, which leaves no fault unreported.</remarks>
public sealed record Mapping
{
    /// <summary>Name of the mapping file, for messages.</summary>
    public required string Source { get; init; }

    public required CohortSchema Schema { get; init; }

    /// <summary>Name of the data file that this describes, beside or below the folder the site configures.</summary>
    public required string File { get; init; }

    /// <summary>True if no real patient is in the file. Every report on such data must say so.</summary>
    public bool Synthetic { get; init; }

    public required CsvFormat Format { get; init; }

    /// <summary>Values that mean "missing" in every column; an empty field always does.</summary>
    public ImmutableArray<string> Missing { get; init; } = [];

    /// <summary>Column that tells patients apart, or null: then rows of equal content count as one patient.</summary>
    public ColumnReference? PatientKey { get; init; }

    /// <summary>The variables that the file has, in the schema's order.</summary>
    public required ImmutableArray<VariableMapping> Variables { get; init; }

    /// <summary>A fault for each variable that a study uses and this file does not have.</summary>
    /// <param name="study">Names of the features and of the outcome, all in <see cref="Schema"/>.</param>
    public IEnumerable<DataFault> FaultsFor(IEnumerable<string> study) =>
        study
            .Where(name => !Variables.Any(v => v.Variable.Name == name))
            .Select(name => new DataFault(
                Source,
                0,
                $"variables.{name}",
                $"the study uses '{name}', but the mapping has no column for it",
                "map its column, or decline the study"
            ));
}

/// <summary>What came of reading a mapping.</summary>
public abstract record MappingResult
{
    private MappingResult() { }

    public sealed record Read(Mapping Mapping) : MappingResult;

    public sealed record Rejected(DataFaults Faults) : MappingResult;
}
