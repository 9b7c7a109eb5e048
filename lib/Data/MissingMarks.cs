namespace Federated.Data;

/// <summary>The marks that stand for "missing" in a column. A mark that is a number also matches its other spellings: 0 matches 0.0.</summary>
internal sealed class MissingMarks
{
    private readonly char _decimalSign;
    private readonly HashSet<string> _texts;
    private readonly HashSet<decimal> _numbers = [];

    /// <param name="marks">As the file writes them.</param>
    /// <param name="decimalSign">The file's.</param>
    public MissingMarks(IReadOnlyList<string> marks, char decimalSign)
    {
        _decimalSign = decimalSign;
        _texts = [.. marks];
        foreach (var mark in marks)
        {
            if (LocalNumber.TryParse(mark, decimalSign, out var number))
            {
                _numbers.Add(number);
            }
        }
    }

    /// <summary>True if <paramref name="text"/> stands for missing.</summary>
    /// <param name="text">Without white space around it.</param>
    /// <param name="number">The number it is, in the file's unit, or null if it is none.</param>
    public bool Include(string text, out decimal? number)
    {
        number = LocalNumber.TryParse(text, _decimalSign, out var parsed) ? parsed : null;
        return _texts.Contains(text) || (number is { } n && _numbers.Contains(n));
    }
}
