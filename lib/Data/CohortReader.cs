namespace Federated.Data;

/// <summary>Reads a hospital's delimited file through its mapping.</summary>
/// <remarks>
/// All or nothing: every fault in the file is reported (the first fifty in full), and a file with a fault gives no table. A value outside its
/// plausible range is a fault, not a warning: used, it would be silently wrong, and dropped, a patient would silently vanish. The operator
/// decides, in the mapping or in the file. Messages show at most the offending value (see <see cref="DataFault"/>).
/// </remarks>
public static class CohortReader
{
    /// <param name="csv">The file's text, decoded from UTF-8; read to its end, stays open.</param>
    /// <param name="csvName">Name of the file, for messages.</param>
    /// <param name="mapping">What its columns mean.</param>
    public static CohortResult Read(TextReader csv, string csvName, Mapping mapping)
    {
        var faults = new FaultList(csvName);
        return Read(csv, new RowCollector(mapping, faults), mapping, faults, _ => { });
    }

    /// <param name="csv">The file's text.</param>
    /// <param name="rows">Takes the rows; its faults go to the same list.</param>
    /// <param name="mapping">What the columns mean.</param>
    /// <param name="faults">Of this file.</param>
    /// <param name="onPatientKey">Told each row's patient key as the file writes it, where the mapping names its column.</param>
    internal static CohortResult Read(TextReader csv, RowCollector rows, Mapping mapping, FaultList faults, Action<string> onPatientKey)
    {
        ColumnBinding? binding = null;
        foreach (var record in CsvRecords.Read(csv, mapping.Format.Delimiter, faults))
        {
            if (binding is null)
            {
                binding = ColumnBinding.To(record, mapping, faults);
                if (binding is null)
                {
                    break; // without its columns, each further line would be one more fault about nothing
                }

                if (mapping.Format.HasHeader)
                {
                    continue;
                }
            }

            rows.Add(record, binding);
            if (binding.PatientKey is { } field && field < record.Fields.Length)
            {
                onPatientKey(record.Fields[field]);
            }
        }

        if (faults.Count == 0 && rows.Count == 0)
        {
            faults.Add(0, "", binding is null ? "the file is empty" : "the file has no patient after the header line");
        }

        return faults.Count == 0
            ? new CohortResult.Read(rows.ToTable(faults.Source), rows.Warnings)
            : new CohortResult.Rejected(faults.ToFaults());
    }
}
