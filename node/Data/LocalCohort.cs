using System.Text;
using Federated.Data;
using Federated.Federation.Plans;
using Federated.Hosting;

namespace Federated.Node.Data;

/// <summary>This hospital's patients in memory, read once at start: the one place where the node opens the data file.</summary>
internal sealed class LocalCohort
{
    private readonly CohortTable _table;
    private readonly string _source;
    private readonly string _schema;

    private LocalCohort(CohortTable table, IReadOnlyList<string> warnings, string source, string schema, string? objections)
    {
        Objections = new ObjectionFile(objections, table);
        _table = table;
        _source = source;
        _schema = schema;
        Warnings = warnings;
    }

    /// <summary>Rows in the file.</summary>
    internal int Rows => _table.Rows;

    /// <summary>What an operator should look at.</summary>
    internal IReadOnlyList<string> Warnings { get; }

    /// <summary>Who of them objects. Not read yet: whoever uses a row asks first.</summary>
    internal ObjectionFile Objections { get; }

    /// <summary>Reads mapping and file.</summary>
    /// <param name="file">The hospital's CSV file.</param>
    /// <param name="mappingFile">Its mapping.</param>
    /// <param name="objections">The list of patients who object, or null where the hospital keeps none.</param>
    /// <exception cref="OperatorException">Either has faults; all of them are in the message, with file, line and field.</exception>
    internal static LocalCohort Load(string file, string mappingFile, string? objections = null)
    {
        var mapping = ReadMapping(mappingFile);
        using var csv = TextFiles.Open(file);
        return CohortReader.Read(csv, file, mapping) switch
        {
            CohortResult.Read read => new LocalCohort(
                read.Table,
                [.. read.Warnings.Select(w => w.ToString())],
                file,
                mapping.Schema.Name,
                objections
            ),
            CohortResult.Rejected rejected => throw new OperatorException($"Data file {file} cannot be used:\n{rejected.Faults}"),
            _ => throw new InvalidOperationException("A cohort is read or rejected."),
        };
    }

    /// <summary>Reads a mapping alone, which holds nothing of any patient.</summary>
    /// <exception cref="OperatorException">It has faults; all of them are in the message, with line and key.</exception>
    internal static Mapping ReadMapping(string mappingFile)
    {
        using var text = TextFiles.Open(mappingFile);
        return MappingReader.Read(text, mappingFile) switch
        {
            MappingResult.Read read => read.Mapping,
            MappingResult.Rejected rejected => throw new OperatorException($"Mapping file {mappingFile} is wrong:\n{rejected.Faults}"),
            _ => throw new InvalidOperationException("A mapping is read or rejected."),
        };
    }

    /// <summary>Training and held-out rows as a plan wants them, those of patients who object too; or why this data cannot serve it.</summary>
    internal (EncodedRows Train, EncodedRows Test)? Encode(StudyPlan plan, out IReadOnlyList<string> warnings, out string? fault)
    {
        warnings = [];
        if (plan.Schema != _schema)
        {
            fault = $"the study wants data of schema {plan.Schema}; this site's is {_schema}.";
            return null;
        }

        string[] unmapped =
        [
            .. _table.Mapping.FaultsFor(plan.Features.Select(f => f.Variable).Append(plan.Outcome.Variable)).Select(f => f.ToString()),
        ];
        if (unmapped.Length > 0)
        {
            fault = string.Join("; ", unmapped);
            return null;
        }

        var cohort = FeatureEncoder.Encode(plan.Layout, plan.Outcome, _table);
        warnings = [.. cohort.Warnings(_source).Select(w => w.ToString())];
        var split = new HoldoutSplit(Encoding.UTF8.GetBytes(plan.Holdout.Key), plan.Holdout.Fraction);
        var (train, test) = split.Apply(cohort.Rows);
        fault =
            train.Count > 0 || plan.Privacy is not null
                ? null
                : // a private study must not show that a site is empty
                "no patient is left to train on at this site.";
        return fault is null ? (train, test) : null;
    }
}
