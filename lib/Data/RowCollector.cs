using System.Collections.Frozen;

namespace Federated.Data;

/// <summary>Gathers the rows of one file and tells its patients apart. Not thread-safe.</summary>
internal sealed class RowCollector
{
    private const int MostEqualRowsShown = 20;
    private const int MostLookAlikesShown = 20;

    private readonly Mapping _mapping;
    private readonly FaultList _faults;
    private readonly CellReader[] _readers;
    private readonly int[] _columnOfReader;
    private readonly List<double>[] _columns;
    private readonly List<int> _lines = [];
    private readonly List<PatientDigest> _patients = [];
    private readonly List<PatientDigest> _looks = [];
    private readonly Dictionary<PatientDigest, int> _firstOfLook = []; // line
    private readonly Dictionary<(int Column, int Row), double> _codesForMissing = [];
    private readonly Dictionary<PatientDigest, (int Line, string Key)> _firstSeen = [];
    private readonly List<DataWarning> _warnings = [];
    private readonly FrozenSet<string> _required;
    private int _equalRows;
    private int _lookAlikes;

    /// <param name="mapping">What the columns mean.</param>
    /// <param name="faults">Takes what is wrong.</param>
    /// <param name="required">Variables that every row must have, since whoever takes the rows has no stand-in for them.</param>
    public RowCollector(Mapping mapping, FaultList faults, FrozenSet<string>? required = null)
    {
        (_mapping, _faults) = (mapping, faults);
        _required = required ?? [];
        _readers = [.. mapping.Variables.Select(v => new CellReader(v, mapping))];
        _columnOfReader = [.. mapping.Variables.Select(v => mapping.Schema.IndexOf(v.Variable.Name))];
        _columns = [.. mapping.Schema.Variables.Select(_ => new List<double>())];
    }

    public int Count => _lines.Count;

    /// <summary>What to look at; equal rows and keys that look alike are only counted beyond a limit.</summary>
    public IReadOnlyList<DataWarning> Warnings =>
        [
            .. _warnings,
            .. More(_equalRows - MostEqualRowsShown, "rows equal to an earlier one"),
            .. More(_lookAlikes - MostLookAlikesShown, "rows with a key that looks like an earlier one"),
        ];

    /// <summary>Adds one row; what is wrong with it goes to the fault list.</summary>
    public void Add(CsvRecord record, ColumnBinding binding)
    {
        if (record.Fields.Length != binding.Fields)
        {
            _faults.Add(
                record.Line,
                "",
                $"the line has {record.Fields.Length} fields, the first line has {binding.Fields}",
                "look for a missing or an unquoted delimiter"
            );
            return;
        }

        var values = ReadCells(record, binding);
        AddPatient(record, binding, values);
        _lines.Add(record.Line);
        for (var i = 0; i < values.Length; i++)
        {
            _columns[i].Add(values[i]);
        }
    }

    /// <summary>The table, once no fault was found.</summary>
    public CohortTable ToTable(string source) =>
        new(_mapping, source, [.. _columns.Select(c => c.ToArray())], [.. _lines], [.. _patients], [.. _looks], _codesForMissing);

    private IEnumerable<DataWarning> More(int count, string what) =>
        count > 0 ? [new DataWarning(_faults.Source, 0, $"and {count} more {what}")] : [];

    /// <summary>The row in the schema's order; NaN where missing, not mapped, or at fault.</summary>
    private double[] ReadCells(CsvRecord record, ColumnBinding binding)
    {
        var values = new double[_columns.Length];
        Array.Fill(values, double.NaN);
        for (var i = 0; i < _readers.Length; i++)
        {
            var variable = _mapping.Variables[i].Variable.Name;
            switch (_readers[i].Read(record.Fields[binding.Variables[i]]))
            {
                case Cell.Value value:
                    values[_columnOfReader[i]] = value.Number;
                    break;
                case Cell.Missing missing:
                    NoteMissing(record.Line, i, missing);
                    break;
                case Cell.Fault fault:
                    var isMaybeHeader = Count == 0 && !_mapping.Format.HasHeader && !record.Fields.Any(f => f.Any(char.IsAsciiDigit));
                    var hint = isMaybeHeader ? "if this line names the columns, set format.header: yes" : fault.Hint;
                    _faults.Add(record.Line, $"{variable} ({_mapping.Variables[i].Column})", fault.Message, hint);
                    break;
            }
        }

        return values;
    }

    private void NoteMissing(int line, int reader, Cell.Missing missing)
    {
        var mapping = _mapping.Variables[reader];
        if (mapping.Variable.Name == _mapping.Schema.Outcome && !missing.IsDeclared)
        {
            _faults.Add(
                line,
                $"{mapping.Variable.Name} ({mapping.Column})",
                "the outcome is missing",
                $"remove the row, or list its mark under variables.{mapping.Variable.Name}.missing to leave such patients out"
            );
        }

        if (_required.Contains(mapping.Variable.Name))
        {
            _faults.Add(
                line,
                $"{mapping.Variable.Name} ({mapping.Column})",
                "the value is missing, and the model has no stand-in for it",
                "fill it in, or remove the row"
            );
        }

        if (!double.IsNaN(missing.Code))
        {
            _codesForMissing.Add((_columnOfReader[reader], Count), missing.Code);
        }
    }

    private void AddPatient(CsvRecord record, ColumnBinding binding, double[] values)
    {
        if (binding.PatientKey is not { } field)
        {
            AddByContent(record.Line, values);
            return;
        }

        // The key itself is shown in no message: it is what identifies the patient.
        var raw = record.Fields[field];
        if (raw.Length == 0)
        {
            _faults.Add(
                record.Line,
                "patient_key",
                "the row has no patient key",
                "give every row its key, or drop patient_key from the mapping"
            );
            return;
        }

        if (!PatientKey.TryNormalise(raw, out var key))
        {
            _faults.Add(
                record.Line,
                "patient_key",
                "the patient key holds a character that has several spellings",
                "use keys of plain letters and digits"
            );
            return;
        }

        var patient = PatientDigest.OfKey(key);
        _patients.Add(patient);
        _looks.Add(PatientDigest.OfLook(key));
        if (_firstSeen.TryAdd(patient, (record.Line, raw)))
        {
            NoteLookAlike(record.Line, _looks[^1]);
            return;
        }

        var (line, spelling) = _firstSeen[patient];
        var how = spelling == raw ? "" : ", though the key is written differently";
        if (_mapping.Schema.OneRowPerPatient)
        {
            _faults.Add(
                record.Line,
                "patient_key",
                $"the same patient as on line {line}{how}; {_mapping.Schema.Name} has one row per patient",
                "keep the row that the study is about"
            );
        }
        else if (how.Length > 0)
        {
            _warnings.Add(new DataWarning(_faults.Source, record.Line, $"taken for the same patient as on line {line}{how}"));
        }
    }

    /// <summary>Two patients count as two, and each gets the protection of one: if they are one, that is half of what was promised.</summary>
    private void NoteLookAlike(int line, PatientDigest look)
    {
        if (!_firstOfLook.TryAdd(look, line) && ++_lookAlikes <= MostLookAlikesShown)
        {
            _warnings.Add(
                new DataWarning(
                    _faults.Source,
                    line,
                    $"the patient key looks like that of line {_firstOfLook[look]} but for zeros, blanks, separators or accents; they count as two patients: if they are one, write one key"
                )
            );
        }
    }

    private void AddByContent(int line, double[] values)
    {
        var patient = PatientDigest.OfContent(values);
        _patients.Add(patient);
        if (!_firstSeen.TryAdd(patient, (line, "")) && ++_equalRows <= MostEqualRowsShown)
        {
            var first = _firstSeen[patient].Line;
            _warnings.Add(
                new DataWarning(
                    _faults.Source,
                    line,
                    $"equal to line {first} in every mapped column; both are kept and count as one patient"
                )
            );
        }
    }
}
