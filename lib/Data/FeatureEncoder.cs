using Federated.Federation.Schemas;

namespace Federated.Data;

/// <summary>Encoded rows, and how many were left out and why.</summary>
/// <param name="Rows">The rows that take part.</param>
/// <param name="WithoutOutcome">Rows left out because their outcome is missing.</param>
/// <param name="WithoutFeature">Rows left out because a feature is missing for which the study gives no stand-in.</param>
public sealed record EncodedCohort(EncodedRows Rows, int WithoutOutcome, int WithoutFeature)
{
    /// <summary>One warning per reason for which rows were left out. Counts of patients: they stay at the site.</summary>
    public IEnumerable<DataWarning> Warnings(string source)
    {
        if (WithoutOutcome > 0)
        {
            yield return new DataWarning(source, 0, FormattableString.Invariant($"{WithoutOutcome} rows without an outcome take no part"));
        }

        if (WithoutFeature > 0)
        {
            yield return new DataWarning(
                source,
                0,
                FormattableString.Invariant(
                    $"{WithoutFeature} rows take no part: they miss a feature for which the study gives no stand-in"
                )
            );
        }
    }
}

/// <summary>Turns a cohort into what a model takes, row by row: nothing about one patient depends on another.</summary>
public static class FeatureEncoder
{
    /// <summary>Encodes as the layout says: scaled by public ranges, all inputs in [-1, 1].</summary>
    /// <exception cref="ArgumentException">Layout and table are of different schemas, or the schema has no such outcome.</exception>
    public static EncodedCohort Encode(FeatureLayout layout, OutcomeSpec outcome, CohortTable table) =>
        Encode(layout, outcome, table, Numbers.Scaled);

    /// <summary>
    /// The same inputs in the same order, numbers as recorded in the canonical unit: for comparisons with published work that standardizes by itself.
    /// </summary>
    /// <param name="layout">Which variables, in which order; their stand-ins apply here too.</param>
    /// <param name="outcome">Which patients are positive.</param>
    /// <param name="table">The site's patients.</param>
    /// <param name="keepCodesForMissing">True takes a number that the mapping declares to mean missing for the measurement it looks like.</param>
    /// <exception cref="ArgumentException">Layout and table are of different schemas, or the schema has no such outcome.</exception>
    public static EncodedCohort EncodeRaw(FeatureLayout layout, OutcomeSpec outcome, CohortTable table, bool keepCodesForMissing) =>
        Encode(layout, outcome, table, keepCodesForMissing ? Numbers.AsInFile : Numbers.Raw);

    /// <summary>Encodes every row, whatever its outcome; row after row, shape [rows, width].</summary>
    /// <exception cref="ArgumentException">A row misses a feature that has no stand-in: refuse it before.</exception>
    internal static float[] EncodeInputs(FeatureLayout layout, CohortTable table)
    {
        Source[] sources = [.. layout.Inputs.Select(i => SourceOf(layout, table, i))];
        var inputs = new float[table.Rows * layout.Width];
        for (var i = 0; i < table.Rows; i++)
        {
            if (!TryEncode(sources, table, i, Numbers.Scaled, inputs.AsSpan(i * layout.Width, layout.Width)))
            {
                throw new ArgumentException($"Line {table.Lines[i]} misses a feature without a stand-in.", nameof(table));
            }
        }

        return inputs;
    }

    private enum Numbers
    {
        Scaled,
        Raw,
        AsInFile,
    }

    private static EncodedCohort Encode(FeatureLayout layout, OutcomeSpec outcome, CohortTable table, Numbers numbers)
    {
        if (layout.Schema.Name != table.Schema.Name)
        {
            throw new ArgumentException($"The layout is of {layout.Schema.Name}, the table of {table.Schema.Name}.", nameof(layout));
        }

        var outcomes = table.Column(outcome.Variable);
        Source[] sources = [.. layout.Inputs.Select(i => SourceOf(layout, table, i))];
        var (inputs, labels, rowIds) = (new List<float>(table.Rows * layout.Width), new List<float>(table.Rows), new List<int>(table.Rows));
        var (withoutOutcome, withoutFeature) = (0, 0);
        var row = new float[layout.Width];
        for (var i = 0; i < table.Rows; i++)
        {
            if (double.IsNaN(outcomes[i]))
            {
                withoutOutcome++;
            }
            else if (!TryEncode(sources, table, i, numbers, row))
            {
                withoutFeature++;
            }
            else
            {
                inputs.AddRange(row);
                labels.Add(outcome.IsPositive(outcomes[i]) ? 1 : 0);
                rowIds.Add(i);
            }
        }

        PatientDigest[] patients = [.. rowIds.Select(i => table.Patients[i])];
        return new EncodedCohort(new EncodedRows(layout, [.. inputs], [.. labels], [.. rowIds], patients), withoutOutcome, withoutFeature);
    }

    private static Source SourceOf(FeatureLayout layout, CohortTable table, FeatureInput input)
    {
        var feature = layout.Features[input.Feature];
        return new Source(input, feature, layout.Schema.Find(feature.Variable)!.Scaling, table.ColumnOf(feature.Variable));
    }

    /// <summary>Fills one row's inputs; false if a feature is missing and has no stand-in.</summary>
    private static bool TryEncode(Source[] sources, CohortTable table, int row, Numbers numbers, Span<float> inputs)
    {
        for (var i = 0; i < inputs.Length; i++)
        {
            var (input, feature, scaling, column) = sources[i];
            var recorded = column[row];
            if (double.IsNaN(recorded) && numbers == Numbers.AsInFile)
            {
                recorded = table.CodeForMissing(feature.Variable, row);
            }

            var isMissing = double.IsNaN(recorded);
            if (isMissing && feature.Missing is null)
            {
                return false;
            }

            var value = isMissing ? feature.Missing!.Value : recorded;
            inputs[i] = input.Kind switch
            {
                InputKind.Scaled when numbers == Numbers.Scaled => (float)scaling!.Value.Scale(value),
                InputKind.Scaled or InputKind.Flag => (float)value,
                InputKind.Level => value == input.Code ? 1 : 0,
                InputKind.MissingIndicator => isMissing ? 1 : 0,
                _ => throw new InvalidOperationException($"Input '{input.Name}' is of unknown kind {input.Kind}."),
            };
        }

        return true;
    }

    /// <summary>Where one input comes from, looked up once for all rows.</summary>
    private readonly record struct Source(FeatureInput Input, FeatureSpec Feature, ValueRange? Scaling, double[] Column);
}
