namespace Federated.Data;

/// <summary>Makes one value of a file fit to stand in a message.</summary>
internal static class Excerpt
{
    private const int Longest = 20;

    /// <summary>The text without control characters, cut after 20 characters: a mistaken delimiter must not put a whole patient into a message.</summary>
    public static string Of(string text)
    {
        var shown = text.Length <= Longest ? text : text[..Longest] + "…";
        return string.Concat(shown.Select(c => char.IsControl(c) ? '�' : c));
    }
}
