using Federated.Federation.Schemas;

namespace Federated.Data;

/// <summary>What one field says about one variable.</summary>
internal abstract record Cell
{
    private Cell() { }

    /// <param name="Number">Canonical unit or code, admitted by the variable.</param>
    public sealed record Value(double Number) : Cell;

    /// <param name="Code">The number that the mapping declares to mean missing, in the canonical unit; NaN for an empty field or another mark.</param>
    /// <param name="IsDeclared">True if the variable's own entry in the mapping lists the mark.</param>
    public sealed record Missing(double Code, bool IsDeclared) : Cell;

    public sealed record Fault(string Message, string Hint) : Cell;
}

/// <summary>Reads the fields of one column: missing marks, then local codes, then numbers and their unit. Immutable.</summary>
internal sealed class CellReader
{
    // Beyond this, decimal arithmetic on units might overflow; no measurement comes near.
    private const decimal LargestExact = 1_000_000_000_000m;

    private readonly VariableMapping _mapping;
    private readonly CohortVariable _variable;
    private readonly char _decimalSign;
    private readonly MissingMarks _declared;
    private readonly MissingMarks _general;
    private readonly Dictionary<decimal, int> _numericCodes = [];

    public CellReader(VariableMapping mapping, Mapping file)
    {
        _mapping = mapping;
        _variable = mapping.Variable;
        _decimalSign = file.Format.DecimalSign;
        _declared = new MissingMarks(mapping.Missing, _decimalSign);
        _general = new MissingMarks(file.Missing, _decimalSign);
        foreach (var (local, code) in mapping.Codes)
        {
            if (LocalNumber.TryParse(local, _decimalSign, out var number))
            {
                _numericCodes.TryAdd(number, code);
            }
        }
    }

    /// <summary>Reads one field.</summary>
    /// <param name="text">Without white space around it.</param>
    public Cell Read(string text)
    {
        if (_declared.Include(text, out var number))
        {
            return new Cell.Missing(number is { } n ? ToCanonical(n, _mapping.Unit) : double.NaN, IsDeclared: true);
        }

        if (text.Length == 0 || _general.Include(text, out _))
        {
            return new Cell.Missing(double.NaN, IsDeclared: false);
        }

        return _mapping.Codes.IsEmpty ? ReadNumber(text, number) : ReadLocalCode(text, number);
    }

    private Cell ReadLocalCode(string text, decimal? number)
    {
        if (_mapping.Codes.TryGetValue(text, out var code) || (number is { } n && _numericCodes.TryGetValue(n, out code)))
        {
            return new Cell.Value(code);
        }

        var known = string.Join(", ", _mapping.Codes.Keys.Order(StringComparer.Ordinal));
        return new Cell.Fault($"'{Excerpt.Of(text)}' is not one of the mapping's codes ({known})", CodeHint());
    }

    private Cell ReadNumber(string text, decimal? number)
    {
        var isNumeric = _variable.Type == VariableType.Numeric;
        if (number is not { } local)
        {
            return isNumeric
                ? new Cell.Fault($"'{Excerpt.Of(text)}' is not a number", NumberHint(text))
                : new Cell.Fault($"'{Excerpt.Of(text)}' is not a code of {_variable.Name} ({_variable.Domain()})", CodeHint());
        }

        var value = ToCanonical(local, _mapping.Unit);
        if (_variable.Admits(value))
        {
            return new Cell.Value(value);
        }

        return isNumeric
            ? new Cell.Fault(OutOfRange(text, value), RangeHint(local))
            : new Cell.Fault($"'{Excerpt.Of(text)}' is not a code of {_variable.Name} ({_variable.Domain()})", CodeHint());
    }

    private string OutOfRange(string text, double value)
    {
        var unit = _mapping.Unit!.Name;
        var converted = unit == _variable.CanonicalUnit ? "" : FormattableString.Invariant($" ({value:G6} {_variable.CanonicalUnit})");
        return $"{Excerpt.Of(text)} {unit}{converted} is outside {_variable.Domain()}";
    }

    private string RangeHint(decimal local)
    {
        // A wrong unit is the likelier mistake wherever another unit fits: marks for missing (0, -9, 999) seldom fit any.
        var fitting = _variable.Units.FirstOrDefault(u => u != _mapping.Unit && _variable.Admits(ToCanonical(local, u)));
        return fitting is null
            ? $"correct the value, or list it under {Key("missing")} if it means not measured"
            : $"it would be plausible in {fitting.Name}: if that is the file's unit, set {Key("unit")}: {fitting.Name}";
    }

    private string NumberHint(string text) =>
        LocalNumber.TryParse(text, _decimalSign == ',' ? '.' : ',', out _)
            ? $"the mapping says that '{_decimalSign}' is the decimal sign; correct format.decimal if the file writes the other"
            : $"correct the value, or list it under {Key("missing")} if it means not measured";

    private string CodeHint() => $"map it under {Key("codes")}, or list it under {Key("missing")} if it means not known";

    private string Key(string key) => $"variables.{_variable.Name}.{key}";

    private static double ToCanonical(decimal local, Unit? unit)
    {
        var factor = unit?.CanonicalPerUnit ?? 1;
        return Math.Abs(local) < LargestExact ? (double)(local * factor) : (double)local * (double)factor;
    }
}
